package graph

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// By is what nodes stand for.
type By uint8

// What nodes can stand for.
const (
	ByWorkload By = iota
	ByService
	ByNamespace
)

// identity tells nodes apart.
type identity struct {
	kind Kind
	Group
	ref  resolve.Ref
	name string
}

// cast makes nodes, one for each identity.
type cast struct {
	by        By
	collapsed map[Group]bool
	nodes     map[identity]*Node
	// standing are the workloads of each node, names how they are called: variants have one name.
	standing        map[*Node]map[*inbound.Workload]bool
	names, policies map[*Node]map[resolve.Ref]bool
}

func newCast(by By, collapsed map[Group]bool) *cast {
	return &cast{by, collapsed, map[identity]*Node{}, map[*Node]map[*inbound.Workload]bool{}, map[*Node]map[resolve.Ref]bool{}, map[*Node]map[resolve.Ref]bool{}}
}

func groupOf(w *inbound.Workload) Group { return Group{w.Cluster, w.Ref.Namespace} }

// client is the node of a workload that calls: by services the first of its Services.
func (k *cast) client(w *inbound.Workload) *Node {
	id := identity{kind: kindOf(w), Group: groupOf(w), ref: w.Ref, name: w.Short()}
	if s := serviceOf(w); k.by == ByService && s != nil {
		id = identity{Service, groupOf(w), resolve.Ref{Kind: resolve.KindService, Namespace: s.Namespace, Name: s.Name}, s.Name}
	}
	n := k.node(id)
	k.stands(n, w)
	return n
}

// server is the node of what takes calls of a host: the host itself where no workload does.
func (k *cast) server(h *outbound.Host, e *outbound.Endpoint) *Node {
	served := e != nil && e.Workload != nil
	if served && (k.by != ByService || h == nil) {
		return k.client(e.Workload)
	}
	id := identity{Host, Group{"", h.Namespace}, h.Ref, h.Name}
	if served {
		id.Cluster = e.Workload.Cluster
	}
	if h.Ref.Kind == resolve.KindService {
		id.kind, id.name = Service, h.Ref.Name
	}
	n := k.node(id)
	if served {
		k.stands(n, e.Workload)
	}
	return n
}

// outside is the node of a caller that is no workload of the input.
func (k *cast) outside(name string) *Node { return k.node(identity{kind: Outside, name: name}) }

func (k *cast) node(id identity) *Node {
	if id.kind != Outside && (k.by == ByNamespace || k.collapsed[id.Group]) {
		id = identity{kind: Namespace, Group: id.Group, name: id.Namespace, ref: resolve.Ref{Kind: resolve.KindNamespace, Name: id.Namespace}}
	}
	n := k.nodes[id]
	if n == nil {
		n = &Node{Kind: id.kind, Group: id.Group, Name: id.name, Ref: id.ref, Modes: map[resolve.Mode]int{}}
		k.nodes[id], k.standing[n], k.names[n], k.policies[n] = n, map[*inbound.Workload]bool{}, map[resolve.Ref]bool{}, map[resolve.Ref]bool{}
	}
	return n
}

// stands notes what a workload has, once for each node.
func (k *cast) stands(n *Node, w *inbound.Workload) {
	if k.standing[n][w] {
		return
	}
	k.standing[n][w] = true
	if k.names[n][w.Ref] = true; n.Kind != Namespace {
		n.Dataplane = w.Membership.Dataplane
	}
	n.Workloads = len(k.names[n])
	for i := range w.Ports {
		d := &w.Ports[i].Decision
		n.Modes[d.Mode]++
		if d.By.Kind == resolve.KindPeerAuthentication && !k.policies[n][d.By] {
			k.policies[n][d.By] = true
			n.Policies = append(n.Policies, d.By)
		}
	}
}

func kindOf(w *inbound.Workload) Kind {
	switch w.Membership.Dataplane {
	case resolve.DataplaneGateway:
		return Gateway
	case resolve.DataplaneWaypoint:
		return Waypoint
	}
	return Workload
}

// serviceOf is the first Service of a workload by name, nil for none.
func serviceOf(w *inbound.Workload) *inbound.ServicePort {
	var first *inbound.ServicePort
	for i := range w.Ports {
		for j := range w.Ports[i].Services {
			if s := &w.Ports[i].Services[j]; first == nil || s.Compare(*first) < 0 {
				first = s
			}
		}
	}
	return first
}

// all are the nodes in order.
func (k *cast) all() []*Node {
	list := make([]*Node, 0, len(k.nodes))
	for _, n := range k.nodes {
		slices.SortFunc(n.Policies, resolve.Ref.Compare)
		list = append(list, n)
	}
	slices.SortFunc(list, compareNodes)
	return list
}

func compareNodes(a, b *Node) int {
	return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), a.Ref.Compare(b.Ref))
}
