package outbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Unused is the kind of reason why a DestinationRule counts nowhere. The zero Unused is none.
type Unused uint8

const (
	// UnusedRevision: its label names another control plane (1.14).
	UnusedRevision Unused = iota + 1
	// UnusedSelector: its workloadSelector picks no client (3.2.7).
	UnusedSelector
	// UnusedPlace: it stands in a namespace where nobody looks (3.2.3).
	UnusedPlace
	// UnusedMerged: an earlier rule for the same host leaves nothing of it (3.2.9).
	UnusedMerged
	// UnusedExport: its exportTo leaves the clients out (3.2.3).
	UnusedExport
	// UnusedBeaten: another rule comes first (3.2.2, 3.2.3).
	UnusedBeaten
	// UnusedMasked: a rule for other clients ends the search before it (3.2.5, 3.2.8).
	UnusedMasked
	// UnusedAlias: its host is an ExternalName Service (3.1.4).
	UnusedAlias
	// UnusedAbsent: its host is no service of the input (3.2.1).
	UnusedAbsent
	// UnusedSpelling: its host means another name than the service's (3.2.1).
	UnusedSpelling
	// UnusedUnplaced: a file names no namespace, and with the right one the rule
	// would count.
	UnusedUnplaced
)

// refusal is why a rule does not count for one client and host; merged is what
// counts there instead.
func (side *Side) refusal(r *DestinationRule, class *ClientClass, h *Host, merged *MergedRule) Reach {
	ns := r.Ref.Namespace
	switch {
	case r.HasRevision && r.Revision != class.Revision:
		return Reach{Unused: UnusedRevision, Why: resolve.Because(resolve.CauseRuleRevision, resolve.Details{Text: r.Revision})}
	case r.HasSelector && ns != class.Namespace:
		return Reach{Unused: UnusedSelector, Why: resolve.Because(resolve.CauseRuleElsewhere, resolve.Details{Name: ns})}
	case r.HasSelector && !resolve.Selects(r.Selector, class.labels):
		return Reach{Unused: UnusedSelector, Why: resolve.Reason{Cause: resolve.CauseRuleSelectsNobody}}
	case ns != class.Namespace && ns != h.Namespace && ns != side.In.Root:
		return side.misplaced(r, h)
	}
	if into := side.RuleIndexes[class.Revision].mergedInto(r); into != nil {
		why := resolve.Because(resolve.CauseRuleMerged, resolve.Details{By: into.first.Ref}).As(undated(into.first, r))
		return Reach{Unused: UnusedMerged, Why: why, By: into.first.Ref}
	}
	switch {
	case !r.exportedTo(class.Namespace):
		return Reach{Unused: UnusedExport, Why: resolve.Because(resolve.CauseRuleNotExported, resolve.Details{Name: class.Namespace})}
	case merged != nil:
		return beaten(r, h, merged.first)
	}
	return side.masked(r, class, h)
}

// misplaced is a rule of a third namespace.
func (side *Side) misplaced(r *DestinationRule, h *Host) Reach {
	stands := resolve.Details{Name: r.Ref.Namespace, Text: h.Namespace}
	switch {
	case resolve.IsWildcard(r.FQDN):
		return Reach{Unused: UnusedPlace, Why: resolve.Because(resolve.CauseRuleThirdWildcard, stands)}
	case r.Origin.Unplaced:
		return Reach{Unused: UnusedUnplaced, Why: resolve.Because(resolve.CauseRuleThirdFileUnplaced, stands), Guess: true}
	}
	return Reach{Unused: UnusedPlace, Why: resolve.Because(resolve.CauseRuleThirdNamespace, stands)}
}

// beaten is a rule that another one comes before, in the same place or one that is
// looked at earlier.
func beaten(r *DestinationRule, h *Host, first *DestinationRule) Reach {
	out, by := Reach{Unused: UnusedBeaten, By: first.Ref}, resolve.Details{By: first.Ref, Name: h.Name}
	out.Fallback = r.FQDN != first.FQDN && resolve.SubsetOf(first.FQDN, r.FQDN)
	switch same := first.Ref.Namespace == r.Ref.Namespace; {
	case same && first.HasSelector && !r.HasSelector:
		out.Why = resolve.Because(resolve.CauseRuleSelectorFirst, by)
	case same && first.FQDN == r.FQDN:
		out.Why = resolve.Because(resolve.CauseRuleListedBefore, by)
	case same:
		out.Why = resolve.Because(resolve.CauseRuleLessSpecific, by)
	default:
		out.Why = resolve.Because(resolve.CauseRuleLater, by)
	}
	return out
}

// masked is a rule that the search does not come to although none counts.
func (side *Side) masked(r *DestinationRule, class *ClientClass, h *Host) Reach {
	out := Reach{Unused: UnusedMasked, Why: resolve.Reason{Cause: resolve.CauseRuleMasked}}
	if key, entries, ok := side.RuleIndexes[class.Revision].Exported[r.Ref.Namespace].Match(h.Name); ok && key != r.FQDN && r.Ref.Namespace != class.Namespace {
		out.Why = resolve.Because(resolve.CauseRuleUnexportedFirst, resolve.Details{By: entries[0].first.Ref, Name: class.Namespace})
	} else if _, mask, ok := side.RuleIndexes[class.Revision].Local[class.Namespace].Match(h.Name); ok {
		out.Why = resolve.Because(resolve.CauseRuleMaskedBy, resolve.Details{By: mask[0].first.Ref})
	}
	return out
}

// mergedInto is the entry that took a rule without leaving it one of its own or
// any use, nil when there is none.
func (x *RuleIndex) mergedInto(r *DestinationRule) *MergedRule {
	for _, places := range []*ruleMap{x.Local[r.Ref.Namespace], x.Exported[r.Ref.Namespace], x.RootLocal} {
		if places == nil {
			continue
		}
		entries := places.Get(r.FQDN)
		alone := slices.ContainsFunc(entries, func(e *MergedRule) bool { return e.first == r })
		i := slices.IndexFunc(entries, func(e *MergedRule) bool { return e.has(r) && !e.uses(r) })
		if !alone && i >= 0 {
			return entries[i]
		}
	}
	return nil
}

// undated is what an order by name is worth: files mostly have no timestamps.
func undated(first, r *DestinationRule) resolve.Aspect {
	if first.HasSelector != r.HasSelector || !first.Created.Equal(r.Created) {
		return resolve.AspectUsual
	}
	if first.Created.IsZero() {
		return resolve.AspectUndated
	}
	return resolve.AspectSameAge
}
