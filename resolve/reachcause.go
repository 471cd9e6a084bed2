package resolve

import "slices"

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
func (m *Mesh) refusal(r *DestinationRule, class *ClientClass, h *Host, merged *MergedRule) Reach {
	ns := r.Ref.Namespace
	switch {
	case r.HasRevision && r.Revision != class.Revision:
		return Reach{Unused: UnusedRevision, Why: Because(CauseRuleRevision, Details{Text: r.Revision})}
	case r.HasSelector && ns != class.Namespace:
		return Reach{Unused: UnusedSelector, Why: Because(CauseRuleElsewhere, Details{Name: ns})}
	case r.HasSelector && !Selects(r.Selector, class.labels):
		return Reach{Unused: UnusedSelector, Why: Reason{Cause: CauseRuleSelectsNobody}}
	case ns != class.Namespace && ns != h.Namespace && ns != m.rootNamespace:
		return m.misplaced(r, h)
	}
	if into := m.RuleIndexes[class.Revision].mergedInto(r); into != nil {
		why := Because(CauseRuleMerged, Details{By: into.first.Ref}).as(undated(into.first, r))
		return Reach{Unused: UnusedMerged, Why: why, By: into.first.Ref}
	}
	switch {
	case !r.exportedTo(class.Namespace):
		return Reach{Unused: UnusedExport, Why: Because(CauseRuleNotExported, Details{Name: class.Namespace})}
	case merged != nil:
		return beaten(r, h, merged.first)
	}
	return m.masked(r, class, h)
}

// misplaced is a rule of a third namespace.
func (m *Mesh) misplaced(r *DestinationRule, h *Host) Reach {
	stands := Details{Name: r.Ref.Namespace, Text: h.Namespace}
	switch {
	case IsWildcard(r.FQDN):
		return Reach{Unused: UnusedPlace, Why: Because(CauseRuleThirdWildcard, stands)}
	case r.Origin.Unplaced:
		return Reach{Unused: UnusedUnplaced, Why: Because(CauseRuleThirdFileUnplaced, stands), Guess: true}
	}
	return Reach{Unused: UnusedPlace, Why: Because(CauseRuleThirdNamespace, stands)}
}

// beaten is a rule that another one comes before, in the same place or one that is
// looked at earlier.
func beaten(r *DestinationRule, h *Host, first *DestinationRule) Reach {
	out, by := Reach{Unused: UnusedBeaten, By: first.Ref}, Details{By: first.Ref, Name: h.Name}
	out.Fallback = r.FQDN != first.FQDN && SubsetOf(first.FQDN, r.FQDN)
	switch same := first.Ref.Namespace == r.Ref.Namespace; {
	case same && first.HasSelector && !r.HasSelector:
		out.Why = Because(CauseRuleSelectorFirst, by)
	case same && first.FQDN == r.FQDN:
		out.Why = Because(CauseRuleListedBefore, by)
	case same:
		out.Why = Because(CauseRuleLessSpecific, by)
	default:
		out.Why = Because(CauseRuleLater, by)
	}
	return out
}

// masked is a rule that the search does not come to although none counts.
func (m *Mesh) masked(r *DestinationRule, class *ClientClass, h *Host) Reach {
	out := Reach{Unused: UnusedMasked, Why: Reason{Cause: CauseRuleMasked}}
	if key, entries, ok := m.RuleIndexes[class.Revision].Exported[r.Ref.Namespace].match(h.Name); ok && key != r.FQDN && r.Ref.Namespace != class.Namespace {
		out.Why = Because(CauseRuleUnexportedFirst, Details{By: entries[0].first.Ref, Name: class.Namespace})
	} else if _, mask, ok := m.RuleIndexes[class.Revision].Local[class.Namespace].match(h.Name); ok {
		out.Why = Because(CauseRuleMaskedBy, Details{By: mask[0].first.Ref})
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
		entries := places.get(r.FQDN)
		alone := slices.ContainsFunc(entries, func(e *MergedRule) bool { return e.first == r })
		i := slices.IndexFunc(entries, func(e *MergedRule) bool { return e.has(r) && !e.uses(r) })
		if !alone && i >= 0 {
			return entries[i]
		}
	}
	return nil
}

// undated is what an order by name is worth: files mostly have no timestamps.
func undated(first, r *DestinationRule) Aspect {
	if first.HasSelector != r.HasSelector || !first.Created.Equal(r.Created) {
		return AspectUsual
	}
	if first.Created.IsZero() {
		return AspectUndated
	}
	return AspectSameAge
}
