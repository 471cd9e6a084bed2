package resolve

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// of is an object with its Go type known.
type of[T any] struct {
	Object
	value T
}

// collection is the input sorted by kind, each list by namespace and name, so
// that nothing downstream depends on reading order.
type collection struct {
	namespaces []of[*corev1.Namespace]
	services   []of[*corev1.Service]
	slices     []of[*discoveryv1.EndpointSlice]
	//lint:ignore SA1019 files and older clusters still have Endpoints
	endpoints       []of[*corev1.Endpoints]
	pods            []of[*corev1.Pod]
	controllers     []of[*Controller]
	policies        []of[*securityv1.PeerAuthentication]
	sidecars        []of[*networkingv1.Sidecar]
	gateways        []of[*networkingv1.Gateway]
	kubeGateways    []of[*gatewayv1.Gateway]
	entries         []of[*networkingv1.WorkloadEntry]
	groups          []of[*networkingv1.WorkloadGroup]
	serviceEntries  []of[*networkingv1.ServiceEntry]
	rules           []of[*networkingv1.DestinationRule]
	virtualServices []of[*networkingv1.VirtualService]
	meshConfigs     []of[*MeshConfig]
	controlPlanes   []of[*ServiceMeshControlPlane]
	memberRolls     []of[*ServiceMeshMemberRoll]
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
	names := sortedKeys(spaces)
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
	c.controllers = make([]of[*Controller], 0, controllers)
	c.pods = make([]of[*corev1.Pod], 0, pods)
	c.services = make([]of[*corev1.Service], 0, services)
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
		c.namespaces = append(c.namespaces, of[*corev1.Namespace]{o, v})
		return
	case *corev1.Service:
		c.services = append(c.services, of[*corev1.Service]{o, v})
		return
	case *discoveryv1.EndpointSlice:
		c.slices = append(c.slices, of[*discoveryv1.EndpointSlice]{o, v})
		return
	case *corev1.Endpoints: //lint:ignore SA1019 see above
		//lint:ignore SA1019 see above
		c.endpoints = append(c.endpoints, of[*corev1.Endpoints]{o, v})
		return
	case *corev1.Pod:
		c.pods = append(c.pods, of[*corev1.Pod]{o, v})
		return
	case *Controller:
		c.controllers = append(c.controllers, of[*Controller]{o, v})
		return
	case *securityv1.PeerAuthentication:
		c.policies = append(c.policies, of[*securityv1.PeerAuthentication]{o, v})
	case *networkingv1.Sidecar:
		c.sidecars = append(c.sidecars, of[*networkingv1.Sidecar]{o, v})
	case *networkingv1.Gateway:
		c.gateways = append(c.gateways, of[*networkingv1.Gateway]{o, v})
	case *gatewayv1.Gateway:
		c.kubeGateways = append(c.kubeGateways, of[*gatewayv1.Gateway]{o, v})
	case *networkingv1.WorkloadEntry:
		c.entries = append(c.entries, of[*networkingv1.WorkloadEntry]{o, v})
	case *networkingv1.WorkloadGroup:
		c.groups = append(c.groups, of[*networkingv1.WorkloadGroup]{o, v})
	case *networkingv1.ServiceEntry:
		c.serviceEntries = append(c.serviceEntries, of[*networkingv1.ServiceEntry]{o, v})
	case *networkingv1.DestinationRule:
		c.rules = append(c.rules, of[*networkingv1.DestinationRule]{o, v})
	case *networkingv1.VirtualService:
		c.virtualServices = append(c.virtualServices, of[*networkingv1.VirtualService]{o, v})
	case *MeshConfig:
		c.meshConfigs = append(c.meshConfigs, of[*MeshConfig]{o, v})
	case *ServiceMeshControlPlane:
		c.controlPlanes = append(c.controlPlanes, of[*ServiceMeshControlPlane]{o, v})
	case *ServiceMeshMemberRoll:
		c.memberRolls = append(c.memberRolls, of[*ServiceMeshMemberRoll]{o, v})
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
