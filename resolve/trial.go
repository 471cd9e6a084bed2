package resolve

import (
	"maps"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// RuleChange is a DestinationRule as a remedy leaves it: in the place of the rule
// of the same name, or beside the others where there is none.
type RuleChange struct {
	Ref Ref
	// Spec is nil for a rule that is deleted.
	Spec *networkingapi.DestinationRule
	// of is the rule that is changed or copied, nil for a new one.
	of *DestinationRule
}

// ChangeRule is a rule with another spec, under its own name or another: of is what it
// changes or copies, nil for a new one; a nil spec deletes it.
func ChangeRule(ref Ref, spec *networkingapi.DestinationRule, of *DestinationRule) RuleChange {
	return RuleChange{ref, spec, of}
}

// rule is the change as istiod would read it.
func (c *RuleChange) rule() *DestinationRule {
	r := &DestinationRule{}
	if c.of != nil {
		*r = *c.of
	}
	r.Ref, r.spec = c.Ref, c.Spec
	r.Host, r.FQDN = c.Spec.GetHost(), fqdn(c.Spec.GetHost(), c.Ref.Namespace, ClusterDomain)
	r.scope()
	return r
}

// trial is the client side of a Mesh with a few rules changed: what a remedy is
// proved on. It looks only at the namespaces of the changed rules anew.
type trial struct {
	mesh    *Mesh
	changes []RuleChange
	hosts   []*Host
	spaces  map[string]bool
	rules   []*DestinationRule
	indexes map[string]*ruleIndex // by revision
	effort  *int                  // what is left of it, nil for no bound
}

func (m *Mesh) try(changes []RuleChange) *trial {
	t := &trial{mesh: m, changes: changes, spaces: map[string]bool{}, indexes: map[string]*ruleIndex{}}
	changed := map[Ref]bool{}
	for i := range changes {
		c := &changes[i]
		t.spaces[c.Ref.Namespace], changed[c.Ref] = true, true
		if c.Spec != nil {
			t.rules = append(t.rules, c.rule())
		}
	}
	hosts := map[string]bool{}
	for _, r := range t.rules {
		hosts[r.FQDN] = true
	}
	for ns := range t.spaces {
		for _, r := range m.rulesByNamespace[ns] {
			if changed[r.Ref] {
				hosts[r.FQDN] = true
			} else {
				t.rules = append(t.rules, r)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		t.hosts = append(t.hosts, m.hostsUnder(name)...)
	}
	return t
}

// places are those that are looked at for a class and a host, those of changed namespaces
// as they would be.
func (t *trial) places(class *ClientClass, h *Host) places {
	is, would := t.mesh.ruleIndexes[class.Revision], t.indexes[class.Revision]
	if would == nil {
		would = newRuleIndex(t.rules, class.Revision, t.mesh.control.of(class.Revision))
		t.indexes[class.Revision] = would
	}
	p := is.places(class.Namespace, h.Namespace)
	if t.spaces[class.Namespace] {
		p.local = would.local[class.Namespace]
	}
	if t.spaces[h.Namespace] {
		p.ofService = would.exported[h.Namespace]
	}
	if t.spaces[is.root] {
		p.rootLocal, p.ofRoot = would.rootLocal, would.exported[is.root]
	}
	return p
}

func (t *trial) ruleFor(class *ClientClass, h *Host) *mergedRule {
	if !t.reaches(class, h) {
		return t.mesh.ruleFor(class, h)
	}
	return class.chosen(t.places(class, h).find(h.Name, nil))
}

// reaches reports whether clients look into a changed namespace for a host.
func (t *trial) reaches(class *ClientClass, h *Host) bool {
	return t.spaces[class.Namespace] || t.spaces[h.Namespace] || t.spaces[t.mesh.rootNamespace]
}

// again is a call as the trial has it.
func (t *trial) again(c *call) *call {
	return t.mesh.prepare(c.class, c.host, c.port, c.subset, t.ruleFor(c.class, c.host))
}

// repairs reports whether the trial makes a call work and no other one worse.
func (t *trial) repairs(c *call) bool { return !t.tooWide() && t.works(c) && t.harmless() }

// works reports whether the trial makes a call work, at each of its endpoints.
func (t *trial) works(c *call) bool {
	was, is := c.connections(), t.again(c).connections()
	if len(was) != len(is) {
		return false
	}
	for i := range was {
		if v := is[i].Outcome.Verdict; v == VerdictBroken || v == VerdictUnknown && was[i].Outcome.Verdict == VerdictBroken || worse(&was[i], &is[i]) {
			return false
		}
	}
	return true
}

// harmless reports whether no call gets worse.
func (t *trial) harmless() bool {
	if t.tooWide() || !t.takes(t.merging()) {
		return false
	}
	seen := map[[2]*mergedRule]map[sharing]bool{}
	for _, h := range t.hosts {
		clear(seen)
		all := t.mesh.everybody()
		if !t.takes(all.effort(h)) {
			return false
		}
		for _, group := range all.Of(h) {
			for class := range t.standing(group, h) {
				if !t.reaches(class, h) || t.alike(class, h, seen) {
					continue // nothing changes for them, or the same as for others
				}
				if t.harms(class, h) {
					return false
				}
			}
		}
	}
	return true
}

// alike reports clients to whom a host is the same as to others asked before.
func (t *trial) alike(class *ClientClass, h *Host, seen map[[2]*mergedRule]map[sharing]bool) bool {
	key, known := t.mesh.sharingOf(class, h)
	if !known {
		return true
	}
	pair := [2]*mergedRule{key.rule, t.ruleFor(class, h)}
	if seen[pair] == nil {
		seen[pair] = map[sharing]bool{}
	}
	was := seen[pair][key]
	seen[pair][key] = true
	return was || pair[0] == pair[1]
}

// harms reports whether anything that a class of clients sends to a host gets worse.
func (t *trial) harms(class *ClientClass, h *Host) bool {
	was, is := t.mesh.ruleFor(class, h), t.ruleFor(class, h)
	if t.loses(was, is) {
		return true
	}
	subsets := was.subsetNames()
	const compared = 4 // times what it takes to ask a client
	if !t.takes(compared * len(h.Ports) * len(subsets)) {
		return true
	}
	for i := range h.Ports {
		for _, subset := range subsets {
			a := t.mesh.prepare(class, h, &h.Ports[i], subset, was).connections()
			b := t.mesh.prepare(class, h, &h.Ports[i], subset, is).connections()
			if len(a) != len(b) {
				return true
			}
			for j := range a {
				if worse(&a[j], &b[j]) {
					return true
				}
			}
		}
	}
	return false
}

// loses reports whether clients lose a rule, with whatever else it sets, or a
// subset of it: one that the change hides, not one that it changes or copies.
func (t *trial) loses(was, is *mergedRule) bool {
	if was == nil {
		return false
	}
	for _, r := range was.used() {
		kept := is != nil && slices.ContainsFunc(is.from, func(s *DestinationRule) bool { return s.Ref == r.Ref })
		if !kept && !slices.ContainsFunc(t.changes, func(c RuleChange) bool { return c.of == r }) {
			return true
		}
	}
	return slices.ContainsFunc(was.subsets, func(s mergedSubset) bool { return is == nil || is.subset(s.subset.GetName()) == nil })
}

func (c *call) connections() (list []Connection) {
	c.each(func(one Connection) bool {
		list = append(list, one)
		return true
	})
	return list
}

// worse compares what becomes of a call before and after a change. To lose
// encryption is worse, and so is not to know any more.
func worse(was, is *Connection) bool {
	a, b := was.Outcome.Verdict, is.Outcome.Verdict
	if a == VerdictUnknown && b == VerdictPlaintext {
		return true // it may have been mTLS
	}
	return b.Compare(a) < 0
}
