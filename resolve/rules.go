package resolve

import "slices"

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
	return x
}

func mapOf(m map[string]*ruleMap, namespace string) *ruleMap {
	if m[namespace] == nil {
		m[namespace] = newHostMap[[]*mergedRule]()
	}
	return m[namespace]
}

// LookUp is one place in which a DestinationRule was looked for.
type LookUp struct {
	// Place says where: "client namespace shop", "service namespace pay", "root namespace istio-system".
	Place string
	// Host is the rule host that matched best, "" when none did.
	Host string
	// Rules are those stored there for the host.
	Rules []*DestinationRule
	// Taken is true where the search ended; Because says why it went on or not.
	Taken   bool
	Because string
}

// find walks the places in istiod's order and stops at the first hit. trail is nil
// unless it is asked for.
func (x *ruleIndex) find(client, service, host string, trail *[]LookUp) []*mergedRule {
	if client != x.root {
		if hit := foundIn(x.local[client], "client namespace "+client, host, nil, trail); hit != nil {
			return hit
		}
	} else if hit := foundIn(x.rootLocal, "private rules of root namespace "+client, host, nil, trail); hit != nil {
		return hit
	}
	seen := func(m *mergedRule) bool {
		e := m.first.exports
		return len(e) == 0 || e.has("*") || e.has(client)
	}
	if hit := foundIn(x.exported[service], "service namespace "+service, host, seen, trail); hit != nil {
		return hit
	}
	return foundIn(x.exported[x.root], "root namespace "+x.root, host, seen, trail)
}

// foundIn looks into one place. The most specific host is chosen first; only then
// are rules left out that are not exported to the client, without going on to a
// less specific host of the same place (3.2.5).
func foundIn(m *ruleMap, where, host string, seen func(*mergedRule) bool, trail *[]LookUp) []*mergedRule {
	key, entries, ok := m.match(host)
	var hit []*mergedRule
	for _, e := range entries {
		if seen == nil || seen(e) {
			hit = append(hit, e)
		}
	}
	if trail != nil {
		*trail = append(*trail, lookUp(where, key, entries, ok, len(hit) > 0))
	}
	return hit
}

func lookUp(where, key string, entries []*mergedRule, matched, taken bool) LookUp {
	l := LookUp{Place: where, Host: key, Taken: taken}
	for _, e := range entries {
		l.Rules = append(l.Rules, e.from...)
	}
	switch {
	case taken:
		l.Because = "taken: the search ends here"
	case matched:
		l.Because = "the most specific host is not exported to the client; less specific ones here are not tried (3.2.5)"
	default:
		l.Because = "no rule's host matches"
	}
	return l
}
