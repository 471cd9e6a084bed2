package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// eachOverruled yields what does not count at a port for some cause: each field once, at the
// first port.
func eachOverruled(p *analyze.Pass, is func(resolve.Cause) bool, yield func(*inbound.Workload, *inbound.Port, *resolve.Shadow)) {
	type place struct {
		by    resolve.Ref
		field resolve.Field
	}
	seen := map[place]bool{}
	for _, w := range p.Workloads() {
		for i := range w.Ports {
			q := &w.Ports[i]
			for j := range q.Decision.Shadowed {
				s := &q.Decision.Shadowed[j]
				if is(s.Why.Cause) && !seen[place{s.By, s.Field}] {
					seen[place{s.By, s.Field}] = true
					yield(w, q, s)
				}
			}
		}
	}
}
