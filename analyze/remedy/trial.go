package remedy

import (
	"maps"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// RuleChange is a DestinationRule as a remedy leaves it: in the place of the rule
// of the same name, or beside the others where there is none.
type RuleChange struct {
	Ref resolve.Ref
	// Spec is nil for a rule that is deleted.
	Spec *networkingapi.DestinationRule
	// of is the rule that is changed or copied, nil for a new one.
	of *outbound.DestinationRule
}

// ChangeRule is a rule with another spec, under its own name or another: of is what it
// changes or copies, nil for a new one; a nil spec deletes it.
func ChangeRule(ref resolve.Ref, spec *networkingapi.DestinationRule, of *outbound.DestinationRule) RuleChange {
	return RuleChange{ref, spec, of}
}

// rule is the change as istiod would read it.
func (c *RuleChange) rule() *outbound.DestinationRule {
	return c.of.Respelled(c.Ref, c.Spec)
}

// trial is the client side of a Mesh with a few rules changed: what a remedy is
// proved on. It looks only at the namespaces of the changed rules anew.
type trial struct {
	side    *outbound.Side
	changes []RuleChange
	hosts   []*outbound.Host
	spaces  map[string]bool
	rules   []*outbound.DestinationRule
	indexes map[string]*outbound.RuleIndex // by revision
	effort  *int                           // what is left of it, nil for no bound
}

func try(m *outbound.Side, changes []RuleChange) *trial {
	t := &trial{side: m, changes: changes, spaces: map[string]bool{}, indexes: map[string]*outbound.RuleIndex{}}
	changed := map[resolve.Ref]bool{}
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
		for _, r := range m.RulesIn(ns) {
			if changed[r.Ref] {
				hosts[r.FQDN] = true
			} else {
				t.rules = append(t.rules, r)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		t.hosts = append(t.hosts, m.HostsUnder(name)...)
	}
	return t
}

// places are those that are looked at for a class and a host, those of changed namespaces
// as they would be.
func (t *trial) places(class *outbound.ClientClass, h *outbound.Host) outbound.Places {
	is, would := t.side.RuleIndexes[class.Revision], t.indexes[class.Revision]
	if would == nil {
		would = outbound.NewRuleIndex(t.rules, class.Revision, t.side.In.Control.Of(class.Revision))
		t.indexes[class.Revision] = would
	}
	p := is.Places(class.Namespace, h.Namespace)
	if t.spaces[class.Namespace] {
		p.Local = would.Local[class.Namespace]
	}
	if t.spaces[h.Namespace] {
		p.OfService = would.Exported[h.Namespace]
	}
	if t.spaces[is.Root] {
		p.RootLocal, p.OfRoot = would.RootLocal, would.Exported[is.Root]
	}
	return p
}

func (t *trial) ruleFor(class *outbound.ClientClass, h *outbound.Host) *outbound.MergedRule {
	if !t.reaches(class, h) {
		return t.side.RuleFor(class, h)
	}
	return class.Chosen(t.places(class, h).Find(h.Name, nil))
}

// reaches reports whether clients look into a changed namespace for a host.
func (t *trial) reaches(class *outbound.ClientClass, h *outbound.Host) bool {
	return t.spaces[class.Namespace] || t.spaces[h.Namespace] || t.spaces[t.side.In.Root]
}

// again is a call as the trial has it.
func (t *trial) again(c *outbound.Call) *outbound.Call {
	return t.side.Prepare(c.Class, c.Host, c.Port, c.Subset, t.ruleFor(c.Class, c.Host))
}

// repairs reports whether the trial makes a call work and no other one worse.
func (t *trial) repairs(c *outbound.Call) bool { return !t.tooWide() && t.works(c) && t.harmless() }

// works reports whether the trial makes a call work, at each of its endpoints.
func (t *trial) works(c *outbound.Call) bool {
	was, is := c.Connections(), t.again(c).Connections()
	if len(was) != len(is) {
		return false
	}
	for i := range was {
		if v := is[i].Outcome.Verdict; v == resolve.VerdictBroken || v == resolve.VerdictUnknown && was[i].Outcome.Verdict == resolve.VerdictBroken || worse(&was[i], &is[i]) {
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
	seen := map[[2]*outbound.MergedRule]map[outbound.Sharing]bool{}
	for _, h := range t.hosts {
		clear(seen)
		all := everybody(t.side)
		if !t.takes(all.Effort(h)) {
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
func (t *trial) alike(class *outbound.ClientClass, h *outbound.Host, seen map[[2]*outbound.MergedRule]map[outbound.Sharing]bool) bool {
	key, known := t.side.SharingOf(class, h)
	if !known {
		return true
	}
	pair := [2]*outbound.MergedRule{key.Rule, t.ruleFor(class, h)}
	if seen[pair] == nil {
		seen[pair] = map[outbound.Sharing]bool{}
	}
	was := seen[pair][key]
	seen[pair][key] = true
	return was || pair[0] == pair[1]
}

// harms reports whether anything that a class of clients sends to a host gets worse.
func (t *trial) harms(class *outbound.ClientClass, h *outbound.Host) bool {
	was, is := t.side.RuleFor(class, h), t.ruleFor(class, h)
	if t.loses(was, is) {
		return true
	}
	subsets := was.SubsetNames()
	const compared = 4 // times what it takes to ask a client
	if !t.takes(compared * len(h.Ports) * len(subsets)) {
		return true
	}
	for i := range h.Ports {
		for _, subset := range subsets {
			a := t.side.Prepare(class, h, &h.Ports[i], subset, was).Connections()
			b := t.side.Prepare(class, h, &h.Ports[i], subset, is).Connections()
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
func (t *trial) loses(was, is *outbound.MergedRule) bool {
	if was == nil {
		return false
	}
	for _, r := range was.Used() {
		kept := is != nil && slices.ContainsFunc(is.From, func(s *outbound.DestinationRule) bool { return s.Ref == r.Ref })
		if !kept && !slices.ContainsFunc(t.changes, func(c RuleChange) bool { return c.of == r }) {
			return true
		}
	}
	return slices.ContainsFunc(was.Subsets, func(s outbound.MergedSubset) bool { return is == nil || is.Subset(s.Spec.GetName()) == nil })
}

// worse compares what becomes of a call before and after a change.
func worse(was, is *outbound.Connection) bool {
	e, changed := effect.OfVerdicts(was.Outcome.Verdict, is.Outcome.Verdict)
	return changed && e.Worse()
}
