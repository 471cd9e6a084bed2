package resolve

import (
	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// virtualService is what scopes and subsets need of a VirtualService.
type virtualService struct {
	ref          Ref
	origin       Origin
	namespace    string
	hosts        []string
	exports      exportTo
	destinations []destination
	// fields are where the destinations are written first.
	fields map[destination]Field
	// gateways are those that it is bound to, "mesh" not among them.
	gateways []string
	// http and tcp are where all calls of the kind go, nil where routes differ.
	http, tcp *destination
	// meshwide is true for one that sidecars read: no gateways, or "mesh" among them.
	meshwide bool
}

// destination is where a route leads; port 0 is any.
type destination struct {
	host, subset string
	port         int32
}

func (m *Mesh) virtualServicesOf(c *collection) []*virtualService {
	list := make([]*virtualService, 0, len(c.virtualServices))
	for _, o := range c.virtualServices {
		if visible(o.As.Labels, DefaultRevision) {
			list = append(list, m.newVirtualService(o))
		}
	}
	return list
}

func (m *Mesh) newVirtualService(o Typed[*networkingv1.VirtualService]) *virtualService {
	spec := &o.As.Spec
	v := &virtualService{
		ref: o.Ref(), origin: o.Origin, namespace: o.As.Namespace, meshwide: len(spec.GetGateways()) == 0,
		exports: newExportTo(spec.GetExportTo()).orDefault(m.config.GetDefaultVirtualServiceExportTo()),
	}
	for _, g := range spec.GetGateways() {
		if g == "mesh" {
			v.meshwide = true
			continue
		}
		v.gateways = append(v.gateways, g)
	}
	for _, h := range spec.GetHosts() {
		v.hosts = append(v.hosts, fqdn(h, v.namespace, ClusterDomain))
	}
	v.fields = map[destination]Field{}
	for i, r := range spec.GetHttp() {
		at := Path("spec", "http").Index(i)
		for j, d := range r.GetRoute() {
			v.to(d.GetDestination(), at.Child("route").Index(j))
		}
		v.to(r.GetMirror(), at.Child("mirror"))
		for j, d := range r.GetMirrors() {
			v.to(d.GetDestination(), at.Child("mirrors").Index(j))
		}
	}
	for i, r := range spec.GetTcp() {
		for j, d := range r.GetRoute() {
			v.to(d.GetDestination(), Path("spec", "tcp").Index(i).Child("route").Index(j))
		}
	}
	for i, r := range spec.GetTls() {
		for j, d := range r.GetRoute() {
			v.to(d.GetDestination(), Path("spec", "tls").Index(i).Child("route").Index(j))
		}
	}
	v.http, v.tcp = v.wholeHTTP(spec.GetHttp()), v.wholeTCP(spec.GetTcp())
	return v
}

func (v *virtualService) to(d *networkingapi.Destination, at Field) {
	if d.GetHost() == "" {
		return
	}
	to := v.destination(d)
	v.destinations = append(v.destinations, to)
	if _, again := v.fields[to]; !again {
		v.fields[to] = at
	}
}

func (v *virtualService) destination(d *networkingapi.Destination) destination {
	return destination{fqdn(d.GetHost(), v.namespace, ClusterDomain), d.GetSubset(), int32(d.GetPort().GetNumber())}
}

// RoutedBy names the VirtualServices that send calls to a subset of a host.
func (m *Mesh) RoutedBy(host, subset string) []Ref {
	m.linkClients()
	var out []Ref
	for _, p := range m.parts {
		out = append(out, p.RoutedBy(host, subset)...)
	}
	for _, v := range m.virtualServices {
		for _, d := range v.destinations {
			if d.host == host && d.subset == subset {
				out = append(out, v.ref)
				break
			}
		}
	}
	return out
}
