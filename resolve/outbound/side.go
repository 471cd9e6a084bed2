package outbound

import (
	"slices"
	"sync"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Inputs are what the clients' side of a mesh is made of: what decides its servers, and the
// workloads as they were decided.
type Inputs struct {
	inbound.World
	// Config is the mesh configuration that the hosts are exported by, Seen which namespaces
	// istiod sees.
	Config    *meshv1alpha1.MeshConfig
	Discovery config.Discovery
	// Waypoints are what may stand before its Services and workloads.
	Waypoints *config.Waypoints
	// Root is where mesh-wide policies live.
	Root string
	// Counts are how many objects of a kind the input has.
	Counts map[resolve.Kind]int
	// Workloads are sorted, Spaces are the same by namespace.
	Workloads []*inbound.Workload
	Spaces    map[string]*inbound.Space
	// Objects are those of the clients' side, Backends the BackendTLSPolicies.
	Objects  *config.Collection
	Backends []resolve.Object
}

// Side is the clients' side of a mesh: the hosts that are called, the rules for them, and the
// classes of clients with what each knows. It is linked when it is first asked for: who only
// wants the modes of ports does not pay for it. Safe for concurrent use.
type Side struct {
	In Inputs
	// linking guards the fields below; link fills them, once.
	linking sync.Once
	link    func(*Side)

	hosts            []*Host
	hostsByName      map[string][]*Host
	hostsByNamespace map[string][]*Host
	rules            []*DestinationRule
	rulesByNamespace map[string][]*DestinationRule
	RuleIndexes      map[string]*RuleIndex // by revision
	rulesByHost      map[string]int
	virtualServices  []*VirtualService
	routes           *routeIndex
	clients          []*ClientClass
	// leading are the namespaces with ServiceEntries whose addresses are those of workloads of
	// the input, of any namespace, and with EndpointSlices whose addresses may be.
	leading map[string]bool
	// surveys are by rule host, preferences by what preferred is asked; both are filled as
	// they are asked for.
	surveys, preferences sync.Map
	// derived is what other rooms find of the side, see Derived.
	derived Derived
}

// NewSide is the clients' side that the inputs come to.
func NewSide(in Inputs) *Side { return &Side{In: in, link: (*Side).linkAll} }

// Hosts are the names that clients call, sorted.
func (side *Side) Hosts() []*Host {
	side.linkClients()
	return side.hosts
}

// DestinationRules are sorted by namespace and name.
func (side *Side) DestinationRules() []*DestinationRule {
	side.linkClients()
	return side.rules
}

// Clients are all workloads in classes of those that send the same, sorted by
// namespace.
func (side *Side) Clients() []*ClientClass {
	side.linkClients()
	return side.clients
}

// ClassOf is the class that a workload belongs to, nil for one that calls nobody.
func (side *Side) ClassOf(w *inbound.Workload) *ClientClass {
	list := side.Clients()
	if i := slices.IndexFunc(list, func(c *ClientClass) bool { return slices.Contains(c.Workloads, w) }); i >= 0 {
		return list[i]
	}
	return nil
}

// has reports whether the input holds any object of a kind.
func (side *Side) has(kind resolve.Kind) bool { return side.In.Counts[kind] > 0 }

// behind are the workloads behind a Service, those of its EndpointSlices where the
// input has any, else those that its selector picks.
func (side *Side) behind(s *inbound.Service) []*inbound.Workload {
	if x := side.In.Spaces[s.Ref.Namespace]; x != nil {
		return x.Behind[s]
	}
	return nil
}
