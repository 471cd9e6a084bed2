package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// labelling is how a dataplane goes with the tlsMode label, by which clients know who takes
// Istio mTLS (1.1).
type labelling struct {
	// stamps is true where injection, or the agent, sets the label; unknown where nobody can
	// tell whether there is a proxy to set it.
	stamps, unknown bool
	// contradicts is true for a label, set by hand, that says something else than what is there.
	contradicts func(label string) bool
}

func saysOther(label string) bool { return label != meshLabel }
func saysMesh(label string) bool  { return label == meshLabel }
func neither(string) bool         { return false }

// meshLabel is the value of the tlsMode label that lets clients send Istio mTLS.
const meshLabel = "istio"

// labellings are by dataplane.
var labellings = [...]labelling{
	resolve.DataplaneUnknown:   {unknown: true, contradicts: neither},
	resolve.DataplaneSidecar:   {stamps: true, contradicts: saysOther},
	resolve.DataplaneVM:        {stamps: true, contradicts: neither},
	resolve.DataplaneAmbient:   {contradicts: neither},
	resolve.DataplaneWaypoint:  {contradicts: neither},
	resolve.DataplaneGateway:   {contradicts: neither},
	resolve.DataplaneProxyless: {contradicts: saysOther},
	resolve.DataplaneNone:      {contradicts: saysMesh},
}

// endpointAt is the workload as clients see it: by its tlsMode label, predicted
// where injection would stamp it (1.1, 1.2, 1.10).
func endpointAt(w *inbound.Workload, port int32) Endpoint {
	e := Endpoint{Workload: w, Port: port, Labels: w.Labels, Known: true, Label: "disabled"}
	if label, ok := w.Labels[resolve.TLSModeLabel]; ok {
		e.Label = label
		return e
	}
	by := labellings[w.Membership.Dataplane]
	if w.Membership.Observed || w.Ref.Kind == resolve.KindWorkloadEntry && by.unknown {
		return e // what has no label now has none
	}
	if by.stamps {
		e.Label = meshLabel
	}
	e.Known = !by.unknown
	return e
}

// Mislabelled reports a tlsMode label that says something else than what is there.
func (e *Endpoint) Mislabelled() bool {
	if e == nil || e.Workload == nil || e.Address != "" {
		return false
	}
	_, labelled := e.Workload.Labels[resolve.TLSModeLabel]
	return labelled && labellings[e.Workload.Membership.Dataplane].contradicts(e.Label)
}
