package declared

import (
	"slices"

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

// portOf is the port that a destination means, 0 where that depends on the call.
func portOf(h *outbound.Host, own, called int32) int32 {
	if p := h.DestinationPort(own, called); p != nil {
		return p.Number
	}
	return 0
}

// routedByGateways are the calls of gateways: they send on what VirtualServices and
// Gateway API routes tell them.
func (m reader) routedByGateways() []*Call {
	gateways := m.gatewayWorkloads()
	var out []*Call
	for _, v := range m.VirtualServices() {
		for _, name := range v.Gateways {
			for _, to := range v.Destinations {
				h := m.RoutedTo(to.Host, v.Namespace)
				if h == nil || !to.At(name) {
					continue
				}
				for _, g := range gateways[gatewayRef(name, v.Namespace)] {
					out = append(out, &Call{Client: g, Host: h, Port: portOf(h, to.Port, 0), Subset: to.Subset, Says: "route", Routed: true, By: v.Ref, Origin: v.Origin, Field: v.Fields[to]})
				}
			}
		}
	}
	return append(out, m.routedByGatewayAPI(gateways)...)
}

// gatewayRef is what a VirtualService means by the name of a Gateway.
func gatewayRef(name, namespace string) resolve.Ref {
	if i := slices.Index([]byte(name), '/'); i >= 0 {
		return resolve.Ref{Kind: resolve.KindGateway, Namespace: name[:i], Name: name[i+1:]}
	}
	return resolve.Ref{Kind: resolve.KindGateway, Namespace: namespace, Name: name}
}

// gatewayWorkloads are the proxies behind each Gateway, Istio's and the Gateway API's.
func (m reader) gatewayWorkloads() map[resolve.Ref][]*inbound.Workload {
	out := map[resolve.Ref][]*inbound.Workload{}
	for _, w := range m.Workloads() {
		if d := w.Membership.Dataplane; d != resolve.DataplaneGateway && d != resolve.DataplaneWaypoint {
			continue
		}
		for _, o := range m.Objects(resolve.KindGateway) {
			if resolve.Selects(selectorOfGateway(o), w.Labels) {
				out[o.Ref()] = append(out[o.Ref()], w)
			}
		}
		if name := w.Labels[resolve.GatewayNameLabel]; name != "" {
			ref := resolve.Ref{Kind: resolve.KindKubeGateway, Namespace: w.Ref.Namespace, Name: name}
			out[ref] = append(out[ref], w)
		}
	}
	return out
}
