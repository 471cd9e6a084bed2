package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// group is calls that one thing in the configuration decides, whatever says so: a host, a
// workload, a Sidecar.
type group struct {
	first outbound.Connection
	cause
}

// groupsOf groups the calls that match by a key, in the order in which they come. A key
// "" leaves a call out.
func groupsOf(p *analyze.Pass, key func(analyze.Call) string) []*group {
	index := map[string]*group{}
	var list []*group
	for call := range p.Calls() {
		if proxysOwn(call.Connection) {
			continue
		}
		k := key(call)
		if k == "" {
			continue
		}
		if index[k] == nil {
			index[k] = &group{call.Connection, cause{clients: map[*outbound.ClientClass]bool{}}}
			list = append(list, index[k])
		}
		index[k].add(call.Clients, call.Connection)
		index[k].record.add(p, call.Clients, call.Connection)
	}
	return list
}

// breaks reports whether any of the calls is broken.
func (g *group) breaks() bool {
	for _, c := range g.some {
		if c.Outcome.Verdict == resolve.VerdictBroken {
			return true
		}
	}
	return false
}

// isMade reports that somebody is known to make one of the calls.
func (c *cause) isMade() bool { return len(c.record.declared) > 0 || !c.record.observed.IsZero() }

// moreText counts further calls after the first and names some.
func (c *cause) moreText() string {
	n := len(c.workloads.ports) + len(c.gateways.ports) - 1
	if n < 1 {
		return ""
	}
	examples := slices.Concat(c.workloads.examples, c.gateways.examples)
	return fmt.Sprintf(" (and %d more like it, such as %s)", n, strings.Join(examples[1:min(len(examples), maxExamples)], ", "))
}

// port names the first call's port: "pay.shop:80".
func (g *group) port() string {
	return fmt.Sprintf("%s:%d", shortHost(g.first.Host), g.first.Port.Number)
}
