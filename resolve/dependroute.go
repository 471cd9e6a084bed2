package resolve

import "slices"

// redirected are the calls that VirtualServices make of others: who calls the host of
// one calls its destinations.
func (m *Mesh) redirected(said []*Dependency) []*Dependency {
	var out []*Dependency
	byHost := map[*Host][]*virtualService{}
	for _, d := range said {
		if !routes(d.Client) {
			continue
		}
		list, known := byHost[d.Host]
		if !known {
			list = m.routes.about(d.Host)
			byHost[d.Host] = list
		}
		for _, v := range list {
			if v.exports.visibleIn(d.Client.Ref.Namespace, v.namespace) {
				out = append(out, m.through(v, d)...)
				break // the first one counts
			}
		}
	}
	return out
}

// routes reports a client whose own proxy reads VirtualServices.
func routes(w *Workload) bool {
	return w.Membership.Dataplane == DataplaneSidecar || w.Membership.Dataplane == DataplaneUnknown || w.Membership.Dataplane == DataplaneVM
}

func (m *Mesh) through(v *virtualService, d *Dependency) []*Dependency {
	var out []*Dependency
	for _, to := range v.destinations {
		h := m.routedTo(to.host, d.Client.Ref.Namespace)
		if h == nil || h == d.Host {
			continue
		}
		out = append(out, &Dependency{
			Client: d.Client, Host: h, Port: portOf(h, to.port, d.Port),
			Says: "route of " + d.Host.Name + ", which " + d.Says + " names", By: v.ref, Origin: v.origin, Field: v.fields[to],
		})
	}
	return out
}

// portOf is the port that a destination means, 0 where that depends on the call.
func portOf(h *Host, own, called int32) int32 {
	if p := h.destinationPort(own, called); p != nil {
		return p.Number
	}
	return 0
}

// routedByGateways are the calls of gateways: they send on what VirtualServices and
// Gateway API routes tell them.
func (m *Mesh) routedByGateways() []*Dependency {
	gateways := m.gatewayWorkloads()
	var out []*Dependency
	for _, v := range m.virtualServices {
		for _, name := range v.gateways {
			for _, to := range v.destinations {
				h := m.routedTo(to.host, v.namespace)
				if h == nil {
					continue
				}
				for _, g := range gateways[gatewayRef(name, v.namespace)] {
					out = append(out, &Dependency{Client: g, Host: h, Port: portOf(h, to.port, 0), Says: "route", By: v.ref, Origin: v.origin, Field: v.fields[to]})
				}
			}
		}
	}
	return append(out, m.routedByGatewayAPI(gateways)...)
}

// gatewayRef is what a VirtualService means by the name of a Gateway.
func gatewayRef(name, namespace string) Ref {
	if i := slices.Index([]byte(name), '/'); i >= 0 {
		return Ref{KindGateway, name[:i], name[i+1:]}
	}
	return Ref{KindGateway, namespace, name}
}

// gatewayWorkloads are the proxies behind each Gateway, Istio's and the Gateway API's.
func (m *Mesh) gatewayWorkloads() map[Ref][]*Workload {
	out := map[Ref][]*Workload{}
	for _, w := range m.workloads {
		if d := w.Membership.Dataplane; d != DataplaneGateway && d != DataplaneWaypoint {
			continue
		}
		for _, o := range m.others[KindGateway] {
			if Selects(selectorOfGateway(o), w.Labels) {
				out[o.Ref()] = append(out[o.Ref()], w)
			}
		}
		if name := w.Labels[GatewayNameLabel]; name != "" {
			ref := Ref{KindKubeGateway, w.Ref.Namespace, name}
			out[ref] = append(out[ref], w)
		}
	}
	return out
}
