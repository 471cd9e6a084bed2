package outbound

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// RuleIndex answers which DestinationRules istiod looks at for a client's
// namespace and a service (3.2.3).
type RuleIndex struct {
	Root string
	// Local are the rules that count for clients of their own namespace, exported
	// those seen from elsewhere, rootLocal the private ones of the root namespace.
	Local, Exported map[string]*ruleMap
	RootLocal       *ruleMap
}

// NewRuleIndex sorts rules into the places where istiod keeps them. Rules that a
// control plane of the revision does not read are left out.
func NewRuleIndex(rules []*DestinationRule, revision string, k *config.Plane) *RuleIndex {
	x := &RuleIndex{k.Root, map[string]*ruleMap{}, map[string]*ruleMap{}, resolve.NewHostMap[[]*MergedRule]()}
	x.add(rules, revision, k)
	return x
}

// with is the index after the rules of some namespaces changed.
func (x *RuleIndex) with(m *Side, touched map[string]bool, revision string) *RuleIndex {
	n := &RuleIndex{x.Root, maps.Clone(x.Local), maps.Clone(x.Exported), x.RootLocal}
	if touched[x.Root] {
		n.RootLocal = resolve.NewHostMap[[]*MergedRule]()
	}
	var rules []*DestinationRule
	for ns := range touched {
		delete(n.Local, ns)
		delete(n.Exported, ns)
		rules = append(rules, m.rulesByNamespace[ns]...)
	}
	n.add(rules, revision, m.In.Control.Of(revision))
	return n
}

// add files rules, all those of their namespaces.
func (x *RuleIndex) add(rules []*DestinationRule, revision string, k *config.Plane) {
	sorted := slices.Clone(rules)
	slices.SortFunc(sorted, (*DestinationRule).Compare)
	privateByDefault := slices.Contains(k.Config.GetDefaultDestinationRuleExportTo(), ".")
	for _, r := range sorted {
		if r.HasRevision && r.Revision != revision || r.of != nil && !r.of(k) {
			continue
		}
		ns, e := r.Ref.Namespace, r.Exports
		if len(e) == 0 || e.Has("*") || e.Has(".") || e.Has(ns) {
			addRule(mapOf(x.Local, ns), r, k)
		}
		private := len(e) == 0 && privateByDefault || len(e) == 1 && (e[0] == "." || e[0] == ns)
		switch {
		case !private:
			addRule(mapOf(x.Exported, ns), r, k)
		case ns == x.Root:
			addRule(x.RootLocal, r, k)
		}
	}
}

func mapOf(m map[string]*ruleMap, namespace string) *ruleMap {
	if m[namespace] == nil {
		m[namespace] = resolve.NewHostMap[[]*MergedRule]()
	}
	return m[namespace]
}

// LookUp is one place in which a DestinationRule was looked for.
type LookUp struct {
	// Place is the kind of place: AspectClientNamespace, AspectPrivateRoot,
	// AspectServiceNamespace or AspectRootNamespace.
	Place     resolve.Aspect
	Namespace string
	// Host is the rule host that matched best, "" when none did.
	Host string
	// Rules are those stored there for the host.
	Rules []*DestinationRule
	// Taken is true where the search ended.
	Taken bool
}

// Places are those that are looked at for the clients of a namespace and a service, in
// istiod's order; nil for one without rules.
type Places struct {
	client, service, root string
	Local, RootLocal      *ruleMap
	OfService, OfRoot     *ruleMap
}

// Places are those that clients of a namespace look at for a host of another, in istiod's
// order.
func (x *RuleIndex) Places(client, service string) Places {
	return Places{client, service, x.Root, x.Local[client], x.RootLocal, x.Exported[service], x.Exported[x.Root]}
}

// Find searches the places and stops at the first match. trail is nil unless it is asked for.
func (p Places) Find(host string, trail *[]LookUp) []*MergedRule {
	if p.client != p.root {
		if hit := foundIn(p.Local, resolve.AspectClientNamespace, p.client, host, "", trail); hit != nil {
			return hit
		}
	} else if hit := foundIn(p.RootLocal, resolve.AspectPrivateRoot, p.client, host, "", trail); hit != nil {
		return hit
	}
	if hit := foundIn(p.OfService, resolve.AspectServiceNamespace, p.service, host, p.client, trail); hit != nil {
		return hit
	}
	return foundIn(p.OfRoot, resolve.AspectRootNamespace, p.root, host, p.client, trail)
}

// seenFrom reports whether a rule outside of a namespace is exported to it.
func (m *MergedRule) seenFrom(client string) bool {
	e := m.first.Exports
	return len(e) == 0 || e.Has("*") || e.Has(client)
}

// foundIn looks into one place, for rules that are exported to the client where it is
// named. The most specific host is chosen first; only then are rules left out that are not
// exported to the client, without going on to a less specific host of the same place
// (3.2.5).
func foundIn(m *ruleMap, where resolve.Aspect, namespace, host, client string, trail *[]LookUp) []*MergedRule {
	key, entries, _ := m.Match(host)
	hit := entries
	if client != "" && slices.ContainsFunc(entries, func(e *MergedRule) bool { return !e.seenFrom(client) }) {
		hit = slices.DeleteFunc(slices.Clone(entries), func(e *MergedRule) bool { return !e.seenFrom(client) })
	}
	if trail != nil {
		*trail = append(*trail, lookUp(where, namespace, key, entries, len(hit) > 0))
	}
	if len(hit) == 0 {
		return nil
	}
	return hit
}

func lookUp(where resolve.Aspect, namespace, key string, entries []*MergedRule, taken bool) LookUp {
	l := LookUp{Place: where, Namespace: namespace, Host: key, Taken: taken}
	for _, e := range entries {
		l.Rules = append(l.Rules, e.From...)
	}
	return l
}
