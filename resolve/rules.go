package resolve

import (
	"maps"
	"slices"
)

// ruleIndex answers which DestinationRules istiod looks at for a client's
// namespace and a service (3.2.3).
type ruleIndex struct {
	root string
	// local are the rules that count for clients of their own namespace, exported
	// those seen from elsewhere, rootLocal the private ones of the root namespace.
	local, exported map[string]*ruleMap
	rootLocal       *ruleMap
}

// newRuleIndex sorts rules into the places where istiod keeps them. Rules that a
// control plane of the revision does not read are left out.
func newRuleIndex(rules []*DestinationRule, revision string, k *plane) *ruleIndex {
	x := &ruleIndex{k.root, map[string]*ruleMap{}, map[string]*ruleMap{}, newHostMap[[]*mergedRule]()}
	x.add(rules, revision, k)
	return x
}

// with is the index after the rules of some namespaces changed.
func (x *ruleIndex) with(m *Mesh, touched map[string]bool, revision string) *ruleIndex {
	n := &ruleIndex{x.root, maps.Clone(x.local), maps.Clone(x.exported), x.rootLocal}
	if touched[x.root] {
		n.rootLocal = newHostMap[[]*mergedRule]()
	}
	var rules []*DestinationRule
	for ns := range touched {
		delete(n.local, ns)
		delete(n.exported, ns)
		rules = append(rules, m.rulesByNamespace[ns]...)
	}
	n.add(rules, revision, m.control.of(revision))
	return n
}

// add files rules, all those of their namespaces.
func (x *ruleIndex) add(rules []*DestinationRule, revision string, k *plane) {
	sorted := slices.Clone(rules)
	slices.SortFunc(sorted, (*DestinationRule).Compare)
	enhanced := !k.off("ENABLE_ENHANCED_DESTINATIONRULE_MERGE")
	privateByDefault := slices.Contains(k.config.GetDefaultDestinationRuleExportTo(), ".")
	for _, r := range sorted {
		if r.HasRevision && r.Revision != revision {
			continue
		}
		ns, e := r.Ref.Namespace, r.exports
		if len(e) == 0 || e.has("*") || e.has(".") || e.has(ns) {
			addRule(mapOf(x.local, ns), r, enhanced)
		}
		private := len(e) == 0 && privateByDefault || len(e) == 1 && (e[0] == "." || e[0] == ns)
		switch {
		case !private:
			addRule(mapOf(x.exported, ns), r, enhanced)
		case ns == x.root:
			addRule(x.rootLocal, r, enhanced)
		}
	}
}

func mapOf(m map[string]*ruleMap, namespace string) *ruleMap {
	if m[namespace] == nil {
		m[namespace] = newHostMap[[]*mergedRule]()
	}
	return m[namespace]
}

// LookUp is one place in which a DestinationRule was looked for.
type LookUp struct {
	// Place is the kind of place: AspectClientNamespace, AspectPrivateRoot,
	// AspectServiceNamespace or AspectRootNamespace.
	Place     Aspect
	Namespace string
	// Host is the rule host that matched best, "" when none did.
	Host string
	// Rules are those stored there for the host.
	Rules []*DestinationRule
	// Taken is true where the search ended.
	Taken bool
}

// places are those that are looked at for the clients of a namespace and a service, in
// istiod's order; nil for one without rules.
type places struct {
	client, service, root string
	local, rootLocal      *ruleMap
	ofService, ofRoot     *ruleMap
}

func (x *ruleIndex) places(client, service string) places {
	return places{client, service, x.root, x.local[client], x.rootLocal, x.exported[service], x.exported[x.root]}
}

// find walks the places and stops at the first hit. trail is nil unless it is asked for.
func (p places) find(host string, trail *[]LookUp) []*mergedRule {
	if p.client != p.root {
		if hit := foundIn(p.local, AspectClientNamespace, p.client, host, "", trail); hit != nil {
			return hit
		}
	} else if hit := foundIn(p.rootLocal, AspectPrivateRoot, p.client, host, "", trail); hit != nil {
		return hit
	}
	if hit := foundIn(p.ofService, AspectServiceNamespace, p.service, host, p.client, trail); hit != nil {
		return hit
	}
	return foundIn(p.ofRoot, AspectRootNamespace, p.root, host, p.client, trail)
}

// seenFrom reports whether a rule outside of a namespace is exported to it.
func (m *mergedRule) seenFrom(client string) bool {
	e := m.first.exports
	return len(e) == 0 || e.has("*") || e.has(client)
}

// foundIn looks into one place, for rules that are exported to the client where it is
// named. The most specific host is chosen first; only then are rules left out that are not
// exported to the client, without going on to a less specific host of the same place
// (3.2.5).
func foundIn(m *ruleMap, where Aspect, namespace, host, client string, trail *[]LookUp) []*mergedRule {
	key, entries, _ := m.match(host)
	hit := entries
	if client != "" && slices.ContainsFunc(entries, func(e *mergedRule) bool { return !e.seenFrom(client) }) {
		hit = slices.DeleteFunc(slices.Clone(entries), func(e *mergedRule) bool { return !e.seenFrom(client) })
	}
	if trail != nil {
		*trail = append(*trail, lookUp(where, namespace, key, entries, len(hit) > 0))
	}
	if len(hit) == 0 {
		return nil
	}
	return hit
}

func lookUp(where Aspect, namespace, key string, entries []*mergedRule, taken bool) LookUp {
	l := LookUp{Place: where, Namespace: namespace, Host: key, Taken: taken}
	for _, e := range entries {
		l.Rules = append(l.Rules, e.from...)
	}
	return l
}
