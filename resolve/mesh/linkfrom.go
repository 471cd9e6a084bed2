package mesh

import (
	"maps"
	"reflect"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Touched is what changes touch of the clients' side: what is not in it is as it was.
type Touched struct {
	// policiesOnly is set where nothing but PeerAuthentications changed: who is where is as it
	// was then.
	policiesOnly bool
	// spaces are the namespaces whose workloads were decided anew, hosts those with other
	// hosts or other workloads behind them, rules those with other DestinationRules.
	spaces, hosts, rules map[string]bool
	// clients are namespaces whose classes are found anew; scopes is set where what they
	// know may differ, routes where VirtualServices do.
	clients        map[string]bool
	scopes, routes bool
}

// Next is the clients' side that the inputs come to after changes: equal to NewSide of them,
// with all that no change touches shared.
func (m *Side) Next(in Inputs, t Touched) *Side {
	return &Side{In: in, link: func(n *Side) { n.linkFrom(m, &t) }}
}

// linkFrom builds the client side out of the one before.
func (n *Side) linkFrom(m *Side, t *Touched) {
	m.linkClients()
	n.hosts, n.hostsByName, n.hostsByNamespace = m.hosts, m.hostsByName, m.hostsByNamespace
	known := true // which hosts there are, and who sees them
	switch {
	case t.policiesOnly:
		n.repoint(m, t)
	case len(t.hosts) > 0:
		known = n.nextHosts(m, t.hosts)
	}
	n.rules, n.rulesByNamespace, n.rulesByHost, n.RuleIndexes = m.rules, m.rulesByNamespace, m.rulesByHost, m.RuleIndexes
	if len(t.rules) > 0 {
		n.nextRules(m, t.rules)
	}
	n.virtualServices, n.routes = m.virtualServices, m.routes
	if t.routes {
		n.virtualServices = n.virtualServicesOf(n.In.Objects)
	}
	if t.routes || !known {
		n.routes = n.newRouteIndex()
	}
	if !t.policiesOnly {
		n.clients = m.clients
	}
	if len(t.clients) > 0 || t.scopes || !known {
		n.nextClients(m, t, t.scopes || !known)
	}
	n.indexRevisions()
}

// nextHosts makes the hosts of the touched namespaces anew; known is true where clients see
// the same hosts as before, whatever is behind them.
func (n *Side) nextHosts(m *Side, touched map[string]bool) (known bool) {
	known = true
	changed, names := false, map[string]bool{}
	made := n.hostsIn(touched)
	for ns := range touched {
		was := m.hostsByNamespace[ns]
		list := made[ns]
		known = known && len(was) == len(list)
		changed = changed || len(was) != len(list)
		for i, h := range list {
			j := slices.IndexFunc(was, func(o *Host) bool { return o.Ref == h.Ref && o.Name == h.Name })
			switch {
			case j < 0:
				known, changed = false, true
			case was[j].same(h):
				list[i] = was[j]
			default:
				known, changed = known && was[j].looks(h), true
				h.id = was[j].id
			}
		}
		for _, h := range slices.Concat(was, list) {
			names[h.Name] = true
		}
	}
	if !changed {
		return known
	}
	n.hostsByNamespace = maps.Clone(m.hostsByNamespace)
	var fresh []*Host
	for ns := range touched {
		delete(n.hostsByNamespace, ns)
		if len(made[ns]) > 0 {
			n.hostsByNamespace[ns] = made[ns]
		}
		fresh = append(fresh, made[ns]...)
	}
	slices.SortFunc(fresh, (*Host).Compare)
	n.hosts = mergedHosts(m.hosts, fresh, touched)
	n.hostsByName = maps.Clone(m.hostsByName)
	for name := range names {
		delete(n.hostsByName, name)
	}
	for _, h := range n.hosts {
		if names[h.Name] {
			n.hostsByName[h.Name] = append(n.hostsByName[h.Name], h)
		}
	}
	return known
}

// mergedHosts are sorted hosts with those of the touched namespaces in the place of theirs.
func mergedHosts(was, fresh []*Host, touched map[string]bool) []*Host {
	out := make([]*Host, 0, len(was)+len(fresh))
	for _, h := range was {
		if touched[h.Namespace] {
			continue
		}
		for len(fresh) > 0 && fresh[0].Compare(h) < 0 {
			out, fresh = append(out, fresh[0]), fresh[1:]
		}
		out = append(out, h)
	}
	return append(out, fresh...)
}

// same reports hosts that are equal in everything.
func (h *Host) same(o *Host) bool {
	return h.looks(o) && h.Origin == o.Origin && h.Backs == o.Backs && maps.Equal(h.Labels, o.Labels) && slices.Equal(h.addresses, o.addresses) &&
		slices.EqualFunc(h.Ports, o.Ports, func(a, b HostPort) bool {
			return a.Name == b.Name && a.Protocol == b.Protocol && a.why == b.why && a.at == b.at && slices.EqualFunc(a.Endpoints, b.Endpoints, Endpoint.same)
		})
}

// looks reports hosts that are equal to clients which only ask what there is.
func (h *Host) looks(o *Host) bool {
	return h.Name == o.Name && h.Ref == o.Ref && h.Namespace == o.Namespace && h.External == o.External && h.Passthrough == o.Passthrough && h.Alias == o.Alias &&
		h.created.Equal(o.created) && h.Kubernetes == o.Kubernetes && h.merged == o.merged && h.kindred == o.kindred && slices.Equal(h.exports, o.exports) &&
		slices.EqualFunc(h.Ports, o.Ports, func(a, b HostPort) bool { return a.Number == b.Number })
}

// same reports endpoints that are the same place, seen alike.
func (e Endpoint) same(o Endpoint) bool {
	return e.Workload == o.Workload && e.Address == o.Address && e.Port == o.Port && e.Label == o.Label && e.Known == o.Known && e.why == o.why &&
		e.at == o.at && e.policy == o.policy && e.network == o.network && e.InCluster == o.InCluster && maps.Equal(e.Labels, o.Labels)
}

// nextRules makes the rules of the touched namespaces anew, and the index of each revision.
func (n *Side) nextRules(m *Side, touched map[string]bool) {
	known := map[*networkingapi.DestinationRule]*DestinationRule{}
	for ns := range touched {
		for _, r := range m.rulesByNamespace[ns] {
			known[r.spec] = r
		}
	}
	n.rulesByNamespace = maps.Clone(m.rulesByNamespace)
	n.rules = nil
	for ns := range touched {
		delete(n.rulesByNamespace, ns)
	}
	backend := slices.DeleteFunc(slices.Clone(m.rules), func(r *DestinationRule) bool { return !r.Backend })
	was := m.rules[:len(m.rules)-len(backend)]
	for _, ns := range slices.Sorted(maps.Keys(touched)) {
		before, rest := config.UpTo(was, ns, func(r *DestinationRule) string { return r.Ref.Namespace })
		n.rules = append(n.rules, before...)
		for _, o := range config.InNamespace(n.In.Objects.Rules, ns) {
			r := known[&o.As.Spec]
			if r == nil {
				r = newDestinationRule(o, resolve.ClusterDomain)
				r.Cluster = n.In.Cluster
			}
			n.rules = append(n.rules, r)
			n.rulesByNamespace[ns] = append(n.rulesByNamespace[ns], r)
		}
		was = config.After(rest, ns, func(r *DestinationRule) string { return r.Ref.Namespace })
	}
	n.rules = append(append(n.rules, was...), backend...)
	n.countRules(m, touched)
	for _, r := range backend {
		if touched[r.Ref.Namespace] {
			n.rulesByNamespace[r.Ref.Namespace] = append(n.rulesByNamespace[r.Ref.Namespace], r)
		}
	}
	n.RuleIndexes = make(map[string]*RuleIndex, len(m.RuleIndexes))
	for revision, x := range m.RuleIndexes {
		n.RuleIndexes[revision] = x.with(n, touched, revision)
	}
}

// countRules counts the rules of each host.
func (n *Side) countRules(m *Side, touched map[string]bool) {
	n.rulesByHost = maps.Clone(m.rulesByHost)
	for ns := range touched {
		for _, r := range m.rulesByNamespace[ns] {
			if n.rulesByHost[r.FQDN]--; n.rulesByHost[r.FQDN] == 0 {
				delete(n.rulesByHost, r.FQDN)
			}
		}
	}
	for _, r := range n.rules {
		if touched[r.Ref.Namespace] {
			n.rulesByHost[r.FQDN]++
		}
	}
}

// indexRevisions makes the indexes of rules for revisions that no client had before.
func (n *Side) indexRevisions() {
	for _, class := range n.clients {
		if n.RuleIndexes[class.Revision] != nil {
			continue
		}
		n.RuleIndexes = maps.Clone(n.RuleIndexes)
		n.RuleIndexes[class.Revision] = NewRuleIndex(n.rules, class.Revision, n.In.Control.Of(class.Revision))
	}
}

// nextClients finds the classes of the touched namespaces anew, and where scopes may differ
// what each class knows.
func (n *Side) nextClients(m *Side, t *Touched, scopes bool) {
	var workloads []*inbound.Workload
	for _, ns := range slices.Sorted(maps.Keys(t.clients)) {
		if x := n.In.Spaces[ns]; x != nil {
			workloads = append(workloads, x.Workloads...)
		}
	}
	was := make(map[string]*ClientClass, len(m.clients))
	var fresh []*ClientClass
	for _, class := range m.clients {
		was[class.sorted] = class
		if !t.clients[class.Namespace] {
			fresh = append(fresh, class)
		}
	}
	fresh = append(fresh, n.classesOf(workloads, t.clients)...)
	slices.SortFunc(fresh, compareClasses)
	for i, class := range fresh {
		fresh[i] = n.scoped(class, was[class.sorted], scopes)
	}
	n.clients = fresh
}

// scoped is a class with what its proxies know: the class that it was, where nothing differs.
func (n *Side) scoped(class, was *ClientClass, scopes bool) *ClientClass {
	if was == nil {
		class.Cluster, class.scope = n.In.Cluster, n.scopeOf(class)
		return class
	}
	sameSidecar := class.sidecar == nil || class.sidecar.As == was.sidecar.As
	scope := was.scope
	if scopes || !sameSidecar {
		if scope = n.scopeOf(class); scope.same(was.scope) {
			scope = was.scope
		}
	}
	same := scope == was.scope && sameSidecar && reflect.DeepEqual(class.patches, was.patches)
	if same && slices.Equal(class.Workloads, was.Workloads) && maps.Equal(class.labels, was.labels) {
		return was
	}
	next := *class
	next.Cluster, next.scope, next.id = n.In.Cluster, scope, &classID{}
	if same {
		next.id = was.id
	}
	return &next
}
