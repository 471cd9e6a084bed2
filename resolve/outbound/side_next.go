package outbound

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
	// PoliciesOnly is set where nothing but PeerAuthentications changed: who is where is as it
	// was then.
	PoliciesOnly bool
	// Spaces are the namespaces whose workloads were decided anew, hosts those with other
	// hosts or other workloads behind them, rules those with other DestinationRules.
	Spaces, Hosts, Rules map[string]bool
	// Clients are namespaces whose classes are found anew; scopes is set where what they
	// know may differ, routes where VirtualServices do.
	Clients        map[string]bool
	Scopes, Routes bool
}

// Next is the clients' side that the inputs come to after changes: equal to NewSide of them,
// with all that no change touches shared.
func (side *Side) Next(in Inputs, t Touched) *Side {
	return &Side{In: in, link: func(n *Side) { n.linkFrom(side, &t) }}
}

// linkFrom builds the client side out of the one before.
func (side *Side) linkFrom(m *Side, t *Touched) {
	m.linkClients()
	side.leading = maps.Clone(m.leading)
	side.hosts, side.hostsByName, side.hostsByNamespace = m.hosts, m.hostsByName, m.hostsByNamespace
	known := true // which hosts there are, and who sees them
	switch {
	case t.PoliciesOnly:
		side.repoint(m, t)
	case len(t.Hosts) > 0:
		touched := maps.Clone(t.Hosts)
		for ns := range m.leading { // their addresses may be those of other workloads now
			touched[ns] = true
		}
		known = side.nextHosts(m, touched)
	}
	side.rules, side.rulesByNamespace, side.rulesByHost, side.RuleIndexes = m.rules, m.rulesByNamespace, m.rulesByHost, m.RuleIndexes
	if len(t.Rules) > 0 {
		side.nextRules(m, t.Rules)
	}
	side.virtualServices, side.routes = m.virtualServices, m.routes
	if t.Routes || !known {
		side.virtualServices = side.virtualServicesOf(side.In.Objects)
	}
	if t.Routes || !known {
		side.routes = side.newRouteIndex()
	}
	if !t.PoliciesOnly {
		side.clients = m.clients
	}
	if len(t.Clients) > 0 || t.Scopes || !known {
		side.nextClients(m, t, t.Scopes || !known)
	}
	side.indexRevisions()
}

// nextHosts makes the hosts of the touched namespaces anew; known is true where clients see
// the same hosts as before, whatever is behind them.
func (side *Side) nextHosts(m *Side, touched map[string]bool) (known bool) {
	known = true
	changed, names := false, map[string]bool{}
	made := side.hostsIn(touched)
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
	side.hostsByNamespace = maps.Clone(m.hostsByNamespace)
	var fresh []*Host
	for ns := range touched {
		delete(side.hostsByNamespace, ns)
		if len(made[ns]) > 0 {
			side.hostsByNamespace[ns] = made[ns]
		}
		fresh = append(fresh, made[ns]...)
	}
	slices.SortFunc(fresh, (*Host).Compare)
	side.hosts = mergedHosts(m.hosts, fresh, touched)
	side.hostsByName = maps.Clone(m.hostsByName)
	for name := range names {
		delete(side.hostsByName, name)
	}
	for _, h := range side.hosts {
		if names[h.Name] {
			side.hostsByName[h.Name] = append(side.hostsByName[h.Name], h)
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
	return h.looks(o) && h.Origin == o.Origin && h.Backs == o.Backs && h.Waypoint.Same(o.Waypoint) && maps.Equal(h.Labels, o.Labels) && slices.Equal(h.Addresses, o.Addresses) &&
		slices.EqualFunc(h.Ports, o.Ports, func(a, b HostPort) bool {
			return a.Name == b.Name && a.Protocol == b.Protocol && a.why == b.why && a.at == b.at && slices.EqualFunc(a.Endpoints, b.Endpoints, Endpoint.same) && slices.EqualFunc(a.written, b.written, Endpoint.same) && a.shared == b.shared && slices.EqualFunc(a.alone, b.alone, Endpoint.same)
		})
}

// looks reports hosts that are equal to clients which only ask what there is.
func (h *Host) looks(o *Host) bool {
	return h.Name == o.Name && h.Ref == o.Ref && h.Namespace == o.Namespace && h.External == o.External && h.Passthrough == o.Passthrough && h.Alias == o.Alias &&
		h.created.Equal(o.created) && h.Kubernetes == o.Kubernetes && h.merged == o.merged && h.disputed == o.disputed && h.dynamic == o.dynamic && h.kindred == o.kindred && slices.Equal(h.exports, o.exports) && sameExports(h, o) && maps.Equal(h.limits, o.limits) &&
		slices.EqualFunc(h.Ports, o.Ports, func(a, b HostPort) bool { return a.Number == b.Number })
}

// same reports endpoints that are the same place, seen alike.
func (e Endpoint) same(o Endpoint) bool {
	return e.Workload == o.Workload && e.Address == o.Address && e.Port == o.Port && e.Label == o.Label && e.Known == o.Known && e.why == o.why &&
		e.at == o.at && e.Policy == o.Policy && e.network == o.network && e.InCluster == o.InCluster && e.cluster == o.cluster && e.entryTunnel == o.entryTunnel && e.bare == o.bare && maps.Equal(e.Labels, o.Labels)
}

// nextRules makes the rules of the touched namespaces anew, and the index of each revision.
func (side *Side) nextRules(m *Side, touched map[string]bool) {
	known := map[*networkingapi.DestinationRule]*DestinationRule{}
	for ns := range touched {
		for _, r := range m.rulesByNamespace[ns] {
			known[r.spec] = r
		}
	}
	side.rulesByNamespace = maps.Clone(m.rulesByNamespace)
	side.rules = nil
	for ns := range touched {
		delete(side.rulesByNamespace, ns)
	}
	backend := slices.DeleteFunc(slices.Clone(m.rules), func(r *DestinationRule) bool { return !r.Backend })
	was := m.rules[:len(m.rules)-len(backend)]
	for _, ns := range slices.Sorted(maps.Keys(touched)) {
		before, rest := config.UpTo(was, ns, func(r *DestinationRule) string { return r.Ref.Namespace })
		side.rules = append(side.rules, before...)
		for _, o := range config.InNamespace(side.In.Objects.Rules, ns) {
			r := known[&o.As.Spec]
			if r == nil {
				r = newDestinationRule(o, resolve.ClusterDomain)
				r.Cluster = side.In.Cluster
			}
			side.rules = append(side.rules, r)
			side.rulesByNamespace[ns] = append(side.rulesByNamespace[ns], r)
		}
		was = config.After(rest, ns, func(r *DestinationRule) string { return r.Ref.Namespace })
	}
	side.rules = append(append(side.rules, was...), backend...)
	side.countRules(m, touched)
	for _, r := range backend {
		if touched[r.Ref.Namespace] {
			side.rulesByNamespace[r.Ref.Namespace] = append(side.rulesByNamespace[r.Ref.Namespace], r)
		}
	}
	side.RuleIndexes = make(map[string]*RuleIndex, len(m.RuleIndexes))
	for revision, x := range m.RuleIndexes {
		side.RuleIndexes[revision] = x.with(side, touched, revision)
	}
}

// countRules counts the rules of each host.
func (side *Side) countRules(m *Side, touched map[string]bool) {
	side.rulesByHost = maps.Clone(m.rulesByHost)
	for ns := range touched {
		for _, r := range m.rulesByNamespace[ns] {
			if side.rulesByHost[r.FQDN]--; side.rulesByHost[r.FQDN] == 0 {
				delete(side.rulesByHost, r.FQDN)
			}
		}
	}
	for _, r := range side.rules {
		if touched[r.Ref.Namespace] {
			side.rulesByHost[r.FQDN]++
		}
	}
}

// indexRevisions makes the indexes of rules for revisions that no client had before.
func (side *Side) indexRevisions() {
	for _, class := range side.clients {
		if side.RuleIndexes[class.Revision] != nil {
			continue
		}
		side.RuleIndexes = maps.Clone(side.RuleIndexes)
		side.RuleIndexes[class.Revision] = NewRuleIndex(side.rules, class.Revision, side.In.Control.Of(class.Revision))
	}
}

// nextClients finds the classes of the touched namespaces anew, and where scopes may differ
// what each class knows.
func (side *Side) nextClients(m *Side, t *Touched, scopes bool) {
	var workloads []*inbound.Workload
	for _, ns := range slices.Sorted(maps.Keys(t.Clients)) {
		if x := side.In.Spaces[ns]; x != nil {
			workloads = append(workloads, x.Workloads...)
		}
	}
	was := make(map[string]*ClientClass, len(m.clients))
	var fresh []*ClientClass
	for _, class := range m.clients {
		was[class.sorted] = class
		if !t.Clients[class.Namespace] {
			fresh = append(fresh, class)
		}
	}
	fresh = append(fresh, side.classesOf(workloads, t.Clients)...)
	slices.SortFunc(fresh, compareClasses)
	for i, class := range fresh {
		fresh[i] = side.scoped(class, was[class.sorted], scopes)
	}
	side.clients = fresh
}

// scoped is a class with what its proxies know: the class that it was, where nothing differs.
func (side *Side) scoped(class, was *ClientClass, scopes bool) *ClientClass {
	if was == nil {
		class.Cluster, class.scope = side.In.Cluster, side.scopeOf(class)
		return class
	}
	sameSidecar := class.sidecar == nil || class.sidecar.As == was.sidecar.As
	scope := was.scope
	if scopes || !sameSidecar {
		if scope = side.scopeOf(class); scope.same(was.scope) {
			scope = was.scope
		}
	}
	same := scope == was.scope && sameSidecar && reflect.DeepEqual(class.patches, was.patches)
	if same && slices.Equal(class.Workloads, was.Workloads) && maps.Equal(class.labels, was.labels) {
		return was
	}
	next := *class
	next.Cluster, next.scope, next.id = side.In.Cluster, scope, &classID{}
	if same {
		next.id = was.id
	}
	return &next
}
