package remedy

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Group is a connection and the classes of clients that share it.
type Group struct {
	Clients []*outbound.ClientClass
	outbound.Connection
}

// ForAll is a change of DestinationRules that repairs broken connections, each for all
// of its clients, and makes no call worse; ok is false where no one change does.
func ForAll(broken []Group) (r Remedy, ok bool) {
	c := &broken[0].Connection
	if c.Outcome.Verdict != resolve.VerdictBroken || c.Call == nil || c.Call.Past || originates(c) {
		return r, false
	}
	for r := range (patient{c.Call}).candidates() {
		for _, changes := range [][]RuleChange{deleting(r.Changes), r.Changes} {
			t := try(c.Call.Side, changes)
			if t.tooWide() {
				return r, false
			}
			if !slices.ContainsFunc(broken, func(g Group) bool { return !t.worksFor(&g) }) && t.harmless() {
				r.Changes = changes
				return r, true
			}
		}
	}
	return r, false
}

// deleting are the changes with rules deleted that say nothing any more. It is another
// change: what such a rule keeps from counting counts then.
func deleting(changes []RuleChange) []RuleChange {
	out := slices.Clone(changes)
	for i := range out {
		if c := &out[i]; c.of != nil && c.of.Ref == c.Ref && c.Spec.GetTrafficPolicy() == nil && len(c.Spec.GetSubsets()) == 0 {
			c.Spec = nil
		}
	}
	return out
}

// worksFor reports whether the trial makes a connection work for all of its clients. They
// send the same now, and those who get the same rule will do so then.
func (t *trial) worksFor(g *Group) bool {
	c := *g.Call
	seen := map[*outbound.MergedRule]bool{}
	for class := range t.standing(g.Clients, g.Host) {
		would := t.ruleFor(class, g.Host)
		if seen[would] {
			continue
		}
		seen[would] = true
		if c.Class = class; !t.works(&c) {
			return false
		}
	}
	return true
}
