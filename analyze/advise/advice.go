package advise

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// Advice is what fits one port, and why.
type Advice struct {
	Workload *inbound.Workload
	Port     *inbound.Port
	Path     Path
	// Callers are who calls it, as far as anybody knows.
	Callers []Caller
	// Obstacles are what keeps it from STRICT, Open what nobody can tell, and Wait what
	// only time will tell.
	Obstacles  []Obstacle
	Open, Wait []Reason
	// Failures are calls to it that were seen to fail for want of the right TLS.
	Failures []evidence.Failure
}

// Fits is the mode that fits the port.
func (a *Advice) Fits() resolve.Mode { return a.Path.Leaf.Mode }

// Counts reports a port that has a mode to choose: not that of a gateway or of Istio
// itself, not UDP, not one that only the proxy uses, and not one that is excluded from capture
// for callers who have no certificate.
func (a *Adviser) Counts(w *inbound.Workload, p *inbound.Port) bool {
	switch w.Membership.Dataplane {
	case resolve.DataplaneGateway, resolve.DataplaneWaypoint:
		return false
	}
	switch p.Decision.Mode {
	case resolve.TLS:
		return false
	case resolve.None:
		naked := w.Membership.Dataplane == resolve.DataplaneNone
		if len(p.Services) == 0 && (naked || !p.Declared) {
			return false // nobody is led there
		}
		if !naked && a.UseOf(w, p).Kind == ForOutsiders {
			return false // it is where it has to be
		}
	}
	return p.Protocol != resolve.ProtocolUDP && !w.ProxyPort(p.Number) && w.Ref.Namespace != a.mesh.RootNamespace() && !resolve.SystemNamespace(w.Ref.Namespace)
}

// Advise walks the tree for one port.
func (a *Adviser) Advise(w *inbound.Workload, p *inbound.Port) *Advice {
	out := &Advice{Workload: w, Port: p, Callers: a.callers(w, p)}
	out.Obstacles, out.Failures = a.obstacles(out), a.failures(w, p)
	if p.Decision.Mode != resolve.Strict {
		a.doubts(out)
	}
	out.Path = walk(questions{"in-mesh": out.inMesh, "migrating": out.migrating, "special": out.special, "legacy": out.legacy})
	return out
}

// failures are those of calls to the hosts that lead to a port.
func (a *Adviser) failures(w *inbound.Workload, p *inbound.Port) []evidence.Failure {
	var out []evidence.Failure
	for _, l := range a.leads[portKey{w, p.Number}] {
		for _, f := range a.evidence.FailuresTo(l.host) {
			elsewhere := f.Port != 0 && f.Port != p.Number || f.ServicePort != 0 && f.ServicePort != l.port
			if !elsewhere && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// Workloads are the advices of each workload, asked side by side.
func (a *Adviser) Workloads(all []*inbound.Workload) [][]*Advice {
	out := make([][]*Advice, len(all))
	parallel.Do(len(all), 64, func(i int) { out[i] = a.Workload(all[i]) })
	return out
}

// Workload walks the tree for every port of a workload that counts.
func (a *Adviser) Workload(w *inbound.Workload) []*Advice {
	var out []*Advice
	for i := range w.Ports {
		if p := &w.Ports[i]; a.Counts(w, p) {
			out = append(out, a.Advise(w, p))
		}
	}
	return out
}
