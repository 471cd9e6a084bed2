package resolve

import (
	"cmp"
	"maps"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// Typed is an object with its Go type known.
type Typed[T any] struct {
	Object
	As T
}

// collection is the input sorted by kind, each list by namespace and name, so
// that nothing downstream depends on reading order.
type collection struct {
	namespaces []Typed[*corev1.Namespace]
	services   []Typed[*corev1.Service]
	slices     []Typed[*discoveryv1.EndpointSlice]
	//lint:ignore SA1019 files and older clusters still have Endpoints
	endpoints       []Typed[*corev1.Endpoints]
	pods            []Typed[*corev1.Pod]
	controllers     []Typed[*Controller]
	policies        []Typed[*securityv1.PeerAuthentication]
	sidecars        []Typed[*networkingv1.Sidecar]
	gateways        []Typed[*networkingv1.Gateway]
	kubeGateways    []Typed[*gatewayv1.Gateway]
	entries         []Typed[*networkingv1.WorkloadEntry]
	groups          []Typed[*networkingv1.WorkloadGroup]
	serviceEntries  []Typed[*networkingv1.ServiceEntry]
	rules           []Typed[*networkingv1.DestinationRule]
	virtualServices []Typed[*networkingv1.VirtualService]
	meshConfigs     []Typed[*MeshConfig]
	controlPlanes   []Typed[*ServiceMeshControlPlane]
	memberRolls     []Typed[*ServiceMeshMemberRoll]
	// everywhere counts the objects of each namespace.
	everywhere map[string]int
	counts     map[Kind]int
	// others are the objects that the Mesh hands out as they were read: not those
	// that become Workloads, Services and Namespaces, which are many and large.
	others map[Kind][]Object
	// again are all definitions, in the order of reading, of each object that is
	// defined more than once; the last counts.
	again [][]*named
}

// named is an object with its name at hand, and when it was read.
type named struct {
	ref    Ref
	number int
	Object
}

func collect(objects []named) *collection {
	c := &collection{everywhere: map[string]int{}, others: map[Kind][]Object{}, counts: map[Kind]int{}}
	spaces := map[string][]*named{}
	for i := range objects {
		o := &objects[i]
		spaces[o.ref.Namespace] = append(spaces[o.ref.Namespace], o)
	}
	names := slices.Sorted(maps.Keys(spaces))
	parallel.Do(len(names), 1, func(i int) {
		slices.SortFunc(spaces[names[i]], func(a, b *named) int { return cmp.Or(a.ref.Compare(b.ref), cmp.Compare(a.number, b.number)) })
	})
	c.room(objects)
	for _, namespace := range names {
		c.take(spaces[namespace])
	}
	return c
}

// room is made for the kinds that are most of a mesh.
func (c *collection) room(objects []named) {
	controllers, pods, services, accounts := 0, 0, 0, 0
	for i := range objects {
		switch objects[i].Value.(type) {
		case *Controller:
			controllers++
		case *corev1.Pod:
			pods++
		case *corev1.Service:
			services++
		case *corev1.ServiceAccount:
			accounts++
		}
	}
	c.controllers = make([]Typed[*Controller], 0, controllers)
	c.pods = make([]Typed[*corev1.Pod], 0, pods)
	c.services = make([]Typed[*corev1.Service], 0, services)
	if accounts > 0 {
		c.others[KindServiceAccount] = make([]Object, 0, accounts)
	}
}

// take adds the sorted objects of a namespace.
func (c *collection) take(objects []*named) {
	for i := 0; i < len(objects); {
		next := i + 1
		for next < len(objects) && objects[next].ref == objects[i].ref {
			next++
		}
		if next-i > 1 {
			c.again = append(c.again, objects[i:next])
		}
		last := objects[next-1]
		c.tally(last.ref, 1)
		c.add(last.Object)
		i = next
	}
}

// tally counts an object that comes, or goes.
func (c *collection) tally(ref Ref, n int) {
	if c.counts[ref.Kind] += n; c.counts[ref.Kind] == 0 {
		delete(c.counts, ref.Kind)
	}
	if ref.Namespace == "" {
		return
	}
	if c.everywhere[ref.Namespace] += n; c.everywhere[ref.Namespace] == 0 {
		delete(c.everywhere, ref.Namespace)
	}
}

func (c *collection) add(o Object) {
	switch v := o.Value.(type) {
	case *corev1.Namespace:
		c.namespaces = append(c.namespaces, Typed[*corev1.Namespace]{o, v})
		return
	case *corev1.Service:
		c.services = append(c.services, Typed[*corev1.Service]{o, v})
		return
	case *discoveryv1.EndpointSlice:
		c.slices = append(c.slices, Typed[*discoveryv1.EndpointSlice]{o, v})
		return
	case *corev1.Endpoints: //lint:ignore SA1019 see above
		//lint:ignore SA1019 see above
		c.endpoints = append(c.endpoints, Typed[*corev1.Endpoints]{o, v})
		return
	case *corev1.Pod:
		c.pods = append(c.pods, Typed[*corev1.Pod]{o, v})
		return
	case *Controller:
		c.controllers = append(c.controllers, Typed[*Controller]{o, v})
		return
	case *securityv1.PeerAuthentication:
		c.policies = append(c.policies, Typed[*securityv1.PeerAuthentication]{o, v})
	case *networkingv1.Sidecar:
		c.sidecars = append(c.sidecars, Typed[*networkingv1.Sidecar]{o, v})
	case *networkingv1.Gateway:
		c.gateways = append(c.gateways, Typed[*networkingv1.Gateway]{o, v})
	case *gatewayv1.Gateway:
		c.kubeGateways = append(c.kubeGateways, Typed[*gatewayv1.Gateway]{o, v})
	case *networkingv1.WorkloadEntry:
		c.entries = append(c.entries, Typed[*networkingv1.WorkloadEntry]{o, v})
	case *networkingv1.WorkloadGroup:
		c.groups = append(c.groups, Typed[*networkingv1.WorkloadGroup]{o, v})
	case *networkingv1.ServiceEntry:
		c.serviceEntries = append(c.serviceEntries, Typed[*networkingv1.ServiceEntry]{o, v})
	case *networkingv1.DestinationRule:
		c.rules = append(c.rules, Typed[*networkingv1.DestinationRule]{o, v})
	case *networkingv1.VirtualService:
		c.virtualServices = append(c.virtualServices, Typed[*networkingv1.VirtualService]{o, v})
	case *MeshConfig:
		c.meshConfigs = append(c.meshConfigs, Typed[*MeshConfig]{o, v})
	case *ServiceMeshControlPlane:
		c.controlPlanes = append(c.controlPlanes, Typed[*ServiceMeshControlPlane]{o, v})
	case *ServiceMeshMemberRoll:
		c.memberRolls = append(c.memberRolls, Typed[*ServiceMeshMemberRoll]{o, v})
	}
	c.others[o.Kind] = append(c.others[o.Kind], o)
}

// clientSide is what the proxies' view of the mesh is made of, without what istiod does not
// look into.
func (c *collection) clientSide(seen discovery) *collection {
	return &collection{
		serviceEntries: without(seen, c.serviceEntries), rules: without(seen, c.rules),
		virtualServices: without(seen, c.virtualServices), sidecars: without(seen, c.sidecars),
	}
}
