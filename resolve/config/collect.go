package config

import (
	"cmp"
	"maps"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// Typed is an object with its Go type known.
type Typed[T any] struct {
	resolve.Object
	As T
}

// Collection is the input sorted by kind, each list by namespace and name, so
// that nothing downstream depends on reading order.
type Collection struct {
	Namespaces []Typed[*corev1.Namespace]
	Services   []Typed[*corev1.Service]
	Slices     []Typed[*discoveryv1.EndpointSlice]
	//lint:ignore SA1019 files and older clusters still have Endpoints
	Endpoints       []Typed[*corev1.Endpoints]
	Pods            []Typed[*corev1.Pod]
	Controllers     []Typed[*resolve.Controller]
	Policies        []Typed[*securityv1.PeerAuthentication]
	Sidecars        []Typed[*networkingv1.Sidecar]
	Gateways        []Typed[*networkingv1.Gateway]
	KubeGateways    []Typed[*gatewayv1.Gateway]
	Entries         []Typed[*networkingv1.WorkloadEntry]
	Groups          []Typed[*networkingv1.WorkloadGroup]
	ServiceEntries  []Typed[*networkingv1.ServiceEntry]
	Rules           []Typed[*networkingv1.DestinationRule]
	VirtualServices []Typed[*networkingv1.VirtualService]
	meshConfigs     []Typed[*resolve.MeshConfig]
	ControlPlanes   []Typed[*resolve.ServiceMeshControlPlane]
	MemberRolls     []Typed[*resolve.ServiceMeshMemberRoll]
	// Everywhere counts the objects of each namespace.
	Everywhere map[string]int
	Counts     map[resolve.Kind]int
	// Others are the objects that the Mesh hands out as they were read: not those
	// that become Workloads, Services and Namespaces, which are many and large.
	Others map[resolve.Kind][]resolve.Object
	// Again are all definitions, in the order of reading, of each object that is
	// defined more than once; the last counts.
	Again [][]*Named
}

// Named is an object with its name at hand, and when it was read.
type Named struct {
	Ref    resolve.Ref
	Number int
	resolve.Object
}

// Collect sorts objects by kind; of several of a name the last counts.
func Collect(objects []Named) *Collection {
	c := &Collection{Everywhere: map[string]int{}, Others: map[resolve.Kind][]resolve.Object{}, Counts: map[resolve.Kind]int{}}
	spaces := map[string][]*Named{}
	for i := range objects {
		o := &objects[i]
		spaces[o.Ref.Namespace] = append(spaces[o.Ref.Namespace], o)
	}
	names := slices.Sorted(maps.Keys(spaces))
	parallel.Do(len(names), 1, func(i int) {
		slices.SortFunc(spaces[names[i]], func(a, b *Named) int { return cmp.Or(a.Ref.Compare(b.Ref), cmp.Compare(a.Number, b.Number)) })
	})
	c.room(objects)
	for _, namespace := range names {
		c.take(spaces[namespace])
	}
	return c
}

// room is made for the kinds that are most of a mesh.
func (c *Collection) room(objects []Named) {
	controllers, pods, services, accounts := 0, 0, 0, 0
	for i := range objects {
		switch objects[i].Value.(type) {
		case *resolve.Controller:
			controllers++
		case *corev1.Pod:
			pods++
		case *corev1.Service:
			services++
		case *corev1.ServiceAccount:
			accounts++
		}
	}
	c.Controllers = make([]Typed[*resolve.Controller], 0, controllers)
	c.Pods = make([]Typed[*corev1.Pod], 0, pods)
	c.Services = make([]Typed[*corev1.Service], 0, services)
	if accounts > 0 {
		c.Others[resolve.KindServiceAccount] = make([]resolve.Object, 0, accounts)
	}
}

// take adds the sorted objects of a namespace.
func (c *Collection) take(objects []*Named) {
	for i := 0; i < len(objects); {
		next := i + 1
		for next < len(objects) && objects[next].Ref == objects[i].Ref {
			next++
		}
		if next-i > 1 {
			c.Again = append(c.Again, objects[i:next])
		}
		last := objects[next-1]
		c.tally(last.Ref, 1)
		c.add(last.Object)
		i = next
	}
}

// tally counts an object that comes, or goes.
func (c *Collection) tally(ref resolve.Ref, n int) {
	if c.Counts[ref.Kind] += n; c.Counts[ref.Kind] == 0 {
		delete(c.Counts, ref.Kind)
	}
	if ref.Namespace == "" {
		return
	}
	if c.Everywhere[ref.Namespace] += n; c.Everywhere[ref.Namespace] == 0 {
		delete(c.Everywhere, ref.Namespace)
	}
}

func (c *Collection) add(o resolve.Object) {
	switch v := o.Value.(type) {
	case *corev1.Namespace:
		c.Namespaces = append(c.Namespaces, Typed[*corev1.Namespace]{o, v})
		return
	case *corev1.Service:
		c.Services = append(c.Services, Typed[*corev1.Service]{o, v})
		return
	case *discoveryv1.EndpointSlice:
		c.Slices = append(c.Slices, Typed[*discoveryv1.EndpointSlice]{o, v})
		return
	case *corev1.Endpoints: //lint:ignore SA1019 see above
		//lint:ignore SA1019 see above
		c.Endpoints = append(c.Endpoints, Typed[*corev1.Endpoints]{o, v})
		return
	case *corev1.Pod:
		c.Pods = append(c.Pods, Typed[*corev1.Pod]{o, v})
		return
	case *resolve.Controller:
		c.Controllers = append(c.Controllers, Typed[*resolve.Controller]{o, v})
		return
	case *securityv1.PeerAuthentication:
		c.Policies = append(c.Policies, Typed[*securityv1.PeerAuthentication]{o, v})
	case *networkingv1.Sidecar:
		c.Sidecars = append(c.Sidecars, Typed[*networkingv1.Sidecar]{o, v})
	case *networkingv1.Gateway:
		c.Gateways = append(c.Gateways, Typed[*networkingv1.Gateway]{o, v})
	case *gatewayv1.Gateway:
		c.KubeGateways = append(c.KubeGateways, Typed[*gatewayv1.Gateway]{o, v})
	case *networkingv1.WorkloadEntry:
		c.Entries = append(c.Entries, Typed[*networkingv1.WorkloadEntry]{o, v})
	case *networkingv1.WorkloadGroup:
		c.Groups = append(c.Groups, Typed[*networkingv1.WorkloadGroup]{o, v})
	case *networkingv1.ServiceEntry:
		c.ServiceEntries = append(c.ServiceEntries, Typed[*networkingv1.ServiceEntry]{o, v})
	case *networkingv1.DestinationRule:
		c.Rules = append(c.Rules, Typed[*networkingv1.DestinationRule]{o, v})
	case *networkingv1.VirtualService:
		c.VirtualServices = append(c.VirtualServices, Typed[*networkingv1.VirtualService]{o, v})
	case *resolve.MeshConfig:
		c.meshConfigs = append(c.meshConfigs, Typed[*resolve.MeshConfig]{o, v})
	case *resolve.ServiceMeshControlPlane:
		c.ControlPlanes = append(c.ControlPlanes, Typed[*resolve.ServiceMeshControlPlane]{o, v})
	case *resolve.ServiceMeshMemberRoll:
		c.MemberRolls = append(c.MemberRolls, Typed[*resolve.ServiceMeshMemberRoll]{o, v})
	}
	c.Others[o.Kind] = append(c.Others[o.Kind], o)
}

// ClientSide is what the proxies' view of the mesh is made of, without what istiod does not
// look into.
func (c *Collection) ClientSide(seen Discovery) *Collection {
	return &Collection{
		ServiceEntries: without(seen, c.ServiceEntries), Rules: without(seen, c.Rules), KubeGateways: without(seen, c.KubeGateways),
		VirtualServices: without(seen, c.VirtualServices), Sidecars: without(seen, c.Sidecars), Others: c.routed(seen),
	}
}

// RouteKinds are the routes of the Gateway API, in istiod's order.
var RouteKinds = []resolve.Kind{resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute}

// routed are the routes of the Gateway API that istiod looks at, and what says where they may lead.
func (c *Collection) routed(seen Discovery) map[resolve.Kind][]resolve.Object {
	routes := map[resolve.Kind][]resolve.Object{resolve.KindGatewayClass: c.Others[resolve.KindGatewayClass]}
	for _, kind := range append(RouteKinds, resolve.KindReferenceGrant) {
		for _, o := range c.Others[kind] {
			if !seen.Hides(o.Value.GetNamespace()) {
				routes[kind] = append(routes[kind], o)
			}
		}
	}
	return routes
}
