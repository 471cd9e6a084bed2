package outbound

import (
	"iter"
	"slices"
	"time"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// VirtualService is what scopes and subsets need of a VirtualService.
type VirtualService struct {
	Ref          resolve.Ref
	Origin       resolve.Origin
	Namespace    string
	hosts        []string
	Exports      resolve.ExportTo
	Destinations []Destination
	// callers are the namespaces whose clients each of them is for, nil for all: istiod leaves those of
	// others out of what a client sees.
	callers [][]string
	// Fields are where the destinations are written first.
	Fields map[Destination]resolve.Field
	// gateways are those that it is bound to as "namespace/name", "mesh" not among them.
	gateways []string
	// http, tcp and tls are its routes.
	http, tcp, tls []routeRule
	// elsewhere is true where it hands calls to a VirtualService that the input does not have:
	// these may go anywhere, to the host as it is too.
	elsewhere bool
	// meshwide is true for one that sidecars read: no gateways, or "mesh" among them.
	meshwide bool
	// ofRoute is true for what istiod makes of a route of the Gateway API, for calls to port, or
	// to any where that is 0.
	ofRoute bool
	port    int32
	// ofEntry is true for one of a route with a ServiceEntry as parent.
	ofEntry bool
	created time.Time
	// generated is the name by which istiod orders it: its own, but for one of a route. base is the
	// name of the latter before those of several routes become one.
	generated, base string
}

// Destination is where a route leads; port 0 is any.
type Destination struct {
	Host, Subset string
	Port         int32
}

func (side *Side) virtualServicesOf(c *config.Collection) []*VirtualService {
	list := make([]*VirtualService, 0, len(c.VirtualServices))
	for _, o := range c.VirtualServices {
		if inbound.Visible(o.As.Labels, resolve.DefaultRevision) {
			list = append(list, side.newVirtualService(o))
		}
	}
	delegate(list)
	list = append(list, side.kubeVirtualServices(c)...)
	byAge(list)
	return list
}

func (side *Side) newVirtualService(o config.Typed[*networkingv1.VirtualService]) *VirtualService {
	spec := &o.As.Spec
	v := &VirtualService{
		Ref: o.Ref(), Origin: o.Origin, Namespace: o.As.Namespace, meshwide: len(spec.GetGateways()) == 0, created: o.As.CreationTimestamp.Time, generated: o.As.Name,
		Exports: resolve.NewExportTo(spec.GetExportTo()).OrDefault(side.In.Config.GetDefaultVirtualServiceExportTo()),
	}
	for _, g := range spec.GetGateways() {
		if g == "mesh" {
			v.meshwide = true
			continue
		}
		v.gateways = append(v.gateways, gatewayName(g, v.Namespace))
	}
	for _, h := range spec.GetHosts() {
		v.hosts = append(v.hosts, resolve.FQDN(h, v.Namespace, resolve.ClusterDomain))
	}
	v.Fields = map[Destination]resolve.Field{}
	for i, r := range spec.GetHttp() {
		at, callers := resolve.Path("spec", "http").Index(i), callersOf(r.GetMatch())
		for j, d := range r.GetRoute() {
			v.to(d.GetDestination(), at.Child("route").Index(j), callers)
		}
		v.to(r.GetMirror(), at.Child("mirror"), callers)
		for j, d := range r.GetMirrors() {
			v.to(d.GetDestination(), at.Child("mirrors").Index(j), callers)
		}
	}
	for i, r := range spec.GetTcp() {
		for j, d := range r.GetRoute() {
			v.to(d.GetDestination(), resolve.Path("spec", "tcp").Index(i).Child("route").Index(j), nil)
		}
	}
	for i, r := range spec.GetTls() {
		for j, d := range r.GetRoute() {
			v.to(d.GetDestination(), resolve.Path("spec", "tls").Index(i).Child("route").Index(j), nil)
		}
	}
	v.httpRules(spec.GetHttp())
	v.tcpRules(spec.GetTcp())
	v.tlsRules(spec.GetTls())
	return v
}

func (v *VirtualService) to(d *networkingapi.Destination, at resolve.Field, callers []string) {
	if d.GetHost() == "" {
		return
	}
	v.leads(v.destination(d), at, callers)
}

// leads adds a destination that is written in a field, for callers of some namespaces, or nil for all.
func (v *VirtualService) leads(to Destination, at resolve.Field, callers []string) {
	v.Destinations, v.callers = append(v.Destinations, to), append(v.callers, callers)
	if _, again := v.Fields[to]; !again {
		v.Fields[to] = at
	}
}

// callersOf are the namespaces that matches name, nil for none: one that names no namespace changes
// nothing of that.
func callersOf(matches []*networkingapi.HTTPMatchRequest) (namespaces []string) {
	for _, m := range matches {
		if ns := m.GetSourceNamespace(); ns != "" {
			namespaces = append(namespaces, ns)
		}
	}
	return namespaces
}

// destinationsFor are those that istiod lets clients of a namespace see.
func (v *VirtualService) destinationsFor(namespace string) iter.Seq[Destination] {
	return func(yield func(Destination) bool) {
		for i, d := range v.Destinations {
			if c := v.callers[i]; (c == nil || slices.Contains(c, namespace)) && !yield(d) {
				return
			}
		}
	}
}

func (v *VirtualService) destination(d *networkingapi.Destination) Destination {
	return Destination{Host: resolve.FQDN(d.GetHost(), v.Namespace, resolve.ClusterDomain), Subset: d.GetSubset(), Port: int32(d.GetPort().GetNumber())}
}

// RoutedBy names the VirtualServices that send calls to a subset of a host.
func (side *Side) RoutedBy(host, subset string) []resolve.Ref {
	side.linkClients()
	var out []resolve.Ref
	for _, v := range side.virtualServices {
		for _, d := range v.Destinations {
			if d.Host == host && d.Subset == subset {
				out = append(out, v.Ref)
				break
			}
		}
	}
	return out
}

// VirtualServices are those of the input in istiod's order.
func (side *Side) VirtualServices() []*VirtualService {
	side.linkClients()
	return side.virtualServices
}

// RoutesAbout are the VirtualServices that name a host, in istiod's order.
func (side *Side) RoutesAbout(h *Host) []*VirtualService {
	side.linkClients()
	return side.routes.about(h)
}
