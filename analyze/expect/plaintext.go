package expect

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// NoPlaintext says whether no port of the workloads takes plaintext: those that count (see
// advise.Adviser.Counts), and of a workload with a proxy those that nothing names. Ports
// that an exception allows are left out.
func (e *Expectation) NoPlaintext(workloads []*inbound.Workload, a *advise.Adviser) Result {
	if len(workloads) == 0 {
		return e.Missing("no workload of the input is in this namespace: nothing was checked")
	}
	r := Result{Expectation: e, Held: true}
	failed := 0
	for _, w := range workloads {
		for _, p := range open(w, a) {
			if failed++; failed == 1 {
				r.Held, r.By, r.Culprit = false, p.decision.By, p.decision.Position()
				r.Says = p.says(w)
				if p.decision.Mode == resolve.Unknown {
					r.Says += "; an unknown mode may be plaintext"
				}
			}
		}
	}
	if failed > 1 {
		r.Says += fmt.Sprintf("; and %d more", failed-1)
	}
	return r
}

// open are the ports of a workload that take plaintext, or may.
func open(w *inbound.Workload, a *advise.Adviser) []answer {
	var out []answer
	for i := range w.Ports {
		p := &w.Ports[i]
		if closed(p.Decision.Mode) || !a.Counts(w, p) || excepted(w, p, a.Exceptions) {
			continue
		}
		out = append(out, answer{p.Number, &p.Decision})
	}
	other := inbound.Port{Decision: w.Default}
	if proxied(w) && !closed(w.Default.Mode) && !excepted(w, &other, a.Exceptions) {
		out = append(out, answer{0, &w.Default})
	}
	return out
}

func closed(m resolve.Mode) bool { return m == resolve.Strict || m == resolve.TLS }

// proxied reports a proxy that takes whatever port is called.
func proxied(w *inbound.Workload) bool {
	switch w.Membership.Dataplane {
	case resolve.DataplaneSidecar, resolve.DataplaneAmbient:
		return true
	}
	return false
}

func excepted(w *inbound.Workload, p *inbound.Port, exceptions []advise.Exception) bool {
	for i := range exceptions {
		if exceptions[i].Allows(w, p) {
			return true
		}
	}
	return false
}
