package resolve

import (
	"fmt"
	"slices"
)

// Cause is why a DestinationRule counts nowhere. The zero Cause is none.
type Cause uint8

const (
	// CauseRevision: its label names another control plane (1.14).
	CauseRevision Cause = iota + 1
	// CauseSelector: its workloadSelector picks no client (3.2.7).
	CauseSelector
	// CausePlace: it stands in a namespace where nobody looks (3.2.3).
	CausePlace
	// CauseMerged: an earlier rule for the same host leaves nothing of it (3.2.9).
	CauseMerged
	// CauseExport: its exportTo leaves the clients out (3.2.3).
	CauseExport
	// CauseBeaten: another rule comes first (3.2.2, 3.2.3).
	CauseBeaten
	// CauseMasked: a rule for other clients ends the search before it (3.2.5, 3.2.8).
	CauseMasked
	// CauseAlias: its host is an ExternalName Service (3.1.4).
	CauseAlias
	// CauseAbsent: its host is no service of the input (3.2.1).
	CauseAbsent
	// CauseSpelling: its host means another name than the service's (3.2.1).
	CauseSpelling
	// CauseUnplaced: a file names no namespace, and with the right one the rule
	// would count.
	CauseUnplaced
)

// passedOver says why a rule does not count for one client and host.
func (m *Mesh) passedOver(r *DestinationRule, class *ClientClass, h *Host, merged *mergedRule) (why, rule string, by Ref) {
	out := m.refusal(r, class, h, merged)
	return out.Why, out.Rule, out.By
}

// refusal is why a rule does not count for one client and host; merged is what
// counts there instead.
func (m *Mesh) refusal(r *DestinationRule, class *ClientClass, h *Host, merged *mergedRule) Reach {
	ns := r.Ref.Namespace
	switch {
	case r.HasRevision && r.Revision != class.Revision:
		return Reach{Cause: CauseRevision, Why: fmt.Sprintf("it is labelled for revision %q", r.Revision), Rule: "1.14"}
	case r.HasSelector && ns != class.Namespace:
		return Reach{Cause: CauseSelector, Why: fmt.Sprintf("its workloadSelector reaches clients of namespace %s only, and it selects none of them", ns), Rule: "3.2.7"}
	case r.HasSelector && !selects(r.Selector, class.labels):
		return Reach{Cause: CauseSelector, Why: "its workloadSelector selects no client", Rule: "3.2.7"}
	case ns != class.Namespace && ns != h.Namespace && ns != m.rootNamespace:
		return m.misplaced(r, h)
	}
	if into := class.rules.mergedInto(r); into != nil {
		why := fmt.Sprintf("it is merged into %s, which comes first%s, and everything in it was set there already", into.first.Ref.Path(), undated(into.first, r))
		return Reach{Cause: CauseMerged, Why: why, Rule: "3.2.9", By: into.first.Ref}
	}
	switch {
	case !r.exportedTo(class.Namespace):
		return Reach{Cause: CauseExport, Why: fmt.Sprintf("it is not exported to namespace %s", class.Namespace), Rule: "3.2.3"}
	case merged != nil:
		return beaten(r, h, merged.first)
	}
	return masked(r, class, h)
}

// misplaced is a rule of a third namespace.
func (m *Mesh) misplaced(r *DestinationRule, h *Host) Reach {
	ns := r.Ref.Namespace
	whose := fmt.Sprintf("the service's (%s)", h.Namespace)
	if isWildcard(r.FQDN) {
		whose = "that of a service that it covers"
	}
	if r.Origin.Unplaced && !isWildcard(r.FQDN) {
		why := fmt.Sprintf("its file names no namespace and it was taken as %s, where nobody looks for it: use -n %s", ns, h.Namespace)
		return Reach{Cause: CauseUnplaced, Why: why, Rule: "3.2.3", Guess: true}
	}
	why := fmt.Sprintf("namespace %s is neither the clients', nor %s, nor the root namespace: such a rule is never used", ns, whose)
	return Reach{Cause: CausePlace, Why: why, Rule: "3.2.3"}
}

// beaten is a rule that another one comes before, in the same place or one that is
// looked at earlier.
func beaten(r *DestinationRule, h *Host, first *DestinationRule) Reach {
	out := Reach{Cause: CauseBeaten, Why: fmt.Sprintf("%s comes first for %s", first.Ref.Path(), h.Name), Rule: "3.2.3", By: first.Ref}
	out.Fallback = r.FQDN != first.FQDN && subsetOf(first.FQDN, r.FQDN)
	switch same := first.Ref.Namespace == r.Ref.Namespace; {
	case same && first.HasSelector && !r.HasSelector:
		out.Why, out.Rule = fmt.Sprintf("%s selects the clients and comes before a rule without workloadSelector", first.Ref.Path()), "3.2.7"
	case same && first.FQDN == r.FQDN:
		out.Why, out.Rule = fmt.Sprintf("%s has the same host, another exportTo and comes later: of such rules the last counts", first.Ref.Path()), "3.2.9"
	case same:
		out.Why, out.Rule = fmt.Sprintf("%s has a more specific host for %s", first.Ref.Path(), h.Name), "3.2.2"
	}
	return out
}

// masked is a rule that the search does not come to although none counts.
func masked(r *DestinationRule, class *ClientClass, h *Host) Reach {
	out := Reach{Cause: CauseMasked, Why: "a rule that selects other clients hides it (masking)", Rule: "3.2.8"}
	if key, entries, ok := class.rules.exported[r.Ref.Namespace].match(h.Name); ok && key != r.FQDN && r.Ref.Namespace != class.Namespace {
		out.Why, out.Rule = fmt.Sprintf("%s has a more specific host and is not exported to namespace %s; less specific ones are not tried", entries[0].first.Ref.Path(), class.Namespace), "3.2.5"
	} else if _, mask, ok := class.rules.local[class.Namespace].match(h.Name); ok {
		out.Why = fmt.Sprintf("%s ends the search and selects other clients: it masks this one", mask[0].first.Ref.Path())
	}
	return out
}

// mergedInto is the entry that took a rule without leaving it one of its own or
// any use, nil when there is none.
func (x *ruleIndex) mergedInto(r *DestinationRule) *mergedRule {
	for _, places := range []*ruleMap{x.local[r.Ref.Namespace], x.exported[r.Ref.Namespace], x.rootLocal} {
		if places == nil {
			continue
		}
		entries := places.get(r.FQDN)
		alone := slices.ContainsFunc(entries, func(e *mergedRule) bool { return e.first == r })
		i := slices.IndexFunc(entries, func(e *mergedRule) bool { return e.has(r) && !e.uses(r) })
		if !alone && i >= 0 {
			return entries[i]
		}
	}
	return nil
}

// undated says what an order by name is worth: files mostly have no timestamps.
func undated(first, r *DestinationRule) string {
	if first.HasSelector != r.HasSelector || !first.Created.Equal(r.Created) {
		return ""
	}
	if first.Created.IsZero() {
		return " (by name: the files have no timestamps; in a cluster the older one does)"
	}
	return " (by name: they are of the same second)"
}
