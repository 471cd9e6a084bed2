package declared

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// redirected are the calls that VirtualServices make of others: who calls the host of
// one calls its destinations.
func (m reader) redirected(said []*Call) []*Call {
	var out []*Call
	for _, d := range said {
		if !routes(d.Client) || len(m.RoutesAbout(d.Host)) == 0 {
			continue
		}
		if class := m.ClassOf(d.Client); class != nil {
			out = append(out, m.through(class, d)...)
		}
	}
	return out
}

// through are the calls that routes make of one, which is led away where no port that is meant
// is called as it is.
func (m reader) through(class *outbound.ClientClass, d *Call) []*Call {
	var out []*Call
	asIs := false
	for i := range d.Host.Ports {
		p := &d.Host.Ports[i]
		if !d.On(p.Number) {
			continue
		}
		_, rerouted := m.Rerouted(class, d.Host, p)
		asIs = asIs || !rerouted
		ways, by := m.Ways(class, d.Host, p)
		if rerouted && d.Away.IsZero() {
			d.Away = by.Ref
		}
		for _, w := range ways {
			if w.By != nil && w.Host != nil && (w.Host != d.Host || w.Subset != "") {
				out = append(out, &Call{
					Client: d.Client, Host: w.Host, Port: w.Port.Number, Subset: w.Subset, Handed: d.Handed,
					Says: "route of " + d.Host.Name + ", which " + d.Says + " names", By: w.By.Ref, Origin: w.By.Origin, Field: w.Field,
				})
			}
		}
	}
	if asIs {
		d.Away = resolve.Ref{}
	}
	return out
}

// routes reports a client whose own proxy reads VirtualServices.
func routes(w *inbound.Workload) bool {
	return w.Membership.Dataplane == resolve.DataplaneSidecar || w.Membership.Dataplane == resolve.DataplaneUnknown || w.Membership.Dataplane == resolve.DataplaneVM
}

// routedByGateways are the calls of gateways: they send on what VirtualServices and
// Gateway API routes tell them.
func (m reader) routedByGateways() []*Call {
	var out []*Call
	for _, w := range m.Workloads() {
		if class := m.ClassOf(w); class != nil && len(w.Servers) > 0 {
			out = append(out, m.entering(class, w)...)
		}
	}
	return append(out, m.routedByOthers()...)
}

// entering are the calls that a gateway makes of those that come to its servers.
func (m reader) entering(class *outbound.ClientClass, w *inbound.Workload) (out []*Call) {
	for _, way := range m.GatewayWays(class, w) {
		if way.Host != nil {
			out = append(out, &Call{Client: w, Host: way.Host, Port: way.Port.Number, Subset: way.Subset, Says: "route", Routed: true, By: way.By.Ref, Origin: way.By.Origin, Field: way.Field})
		}
	}
	return out
}
