package advise

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// Use is who is known to call a port that its proxy does not capture. The zero Use is Unused.
type Use struct {
	Kind UseKind
	// Call is one that fails, nil where it is not declared but was seen.
	Call *path.Path
}

// UseKind says whether it is right that the proxy does not capture a port.
type UseKind uint8

// The kinds.
const (
	// Unused: nobody is known to call.
	Unused UseKind = iota
	// ForOutsiders: whoever is known to call sends no mTLS, as kube-apiserver: the port has to
	// be past the proxy, or PERMISSIVE.
	ForOutsiders
	// Missed: a client is known that sends mTLS, of which the application understands nothing.
	Missed
)

// UseOf says who is known to call a port of a workload with a sidecar that does not capture it.
func (a *Adviser) UseOf(w *inbound.Workload, p *inbound.Port) Use {
	use := Use{}
	for _, o := range a.special[portKey{w, p.Number}] {
		if o.Kind != Probe {
			use.Kind = ForOutsiders
		}
	}
	if a.isEdge(w) && w.Capture.Limited && len(w.Capture.Include) == 0 {
		use.Kind = ForOutsiders // clients of the cluster come in by it, past its proxy
	}
	for _, l := range a.leads[portKey{w, p.Number}] {
		for _, d := range declared.In(a.mesh).On(l.host) {
			if d.Client == w || !d.On(l.port) {
				continue
			}
			for _, one := range path.In(a.mesh).Of(d) {
				if one.Port.Number != l.port || one.Server.Workload != w || one.Server.Port != p.Number {
					continue
				}
				switch one.Outcome.Verdict {
				case resolve.VerdictBroken:
					return Use{Missed, &one}
				case resolve.VerdictPlaintext, resolve.VerdictPassthroughTLS:
					use.Kind = ForOutsiders
				}
			}
		}
	}
	for _, arrival := range a.evidence.At(w) {
		switch {
		case !a.mayArrive(w, p, arrival):
		case !arrival.MTLS.IsZero():
			return Use{Kind: Missed}
		case !arrival.Plaintext.IsZero():
			use.Kind = ForOutsiders
		}
	}
	return use
}

// isEdge reports a workload by which clients of elsewhere come in: a Service opens it to
// them, or it serves routes.
func (a *Adviser) isEdge(w *inbound.Workload) bool {
	for i := range w.Ports {
		if slices.ContainsFunc(a.special[portKey{w, w.Ports[i].Number}], func(o Obstacle) bool { return o.Kind == External }) {
			return true
		}
	}
	return slices.ContainsFunc(declared.In(a.mesh).Of(w), func(d *declared.Call) bool { return d.Routed })
}
