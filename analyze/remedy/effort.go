package remedy

import "github.com/mtlsctl/mtlsctl/resolve/mesh"

// Harmless finds changes of DestinationRules by which no call that these decide gets worse:
// broken, without the mTLS that it has, or unknown. A rule that says nothing any more is
// deleted if that does no harm either; ok is false where the changes do harm.
//
// Each client that is asked, and each call that is compared, is taken from effort: where
// nothing is left of it, nothing is proved.
func Harmless(m *mesh.Mesh, changes []RuleChange, effort *int) (harmless []RuleChange, ok bool) {
	side := m.Side
	for i := range changes {
		if of := changes[i].of; of != nil {
			side = m.Part(of.Cluster).Side
		}
	}
	for _, changes := range [][]RuleChange{deleting(changes), changes} {
		t := try(side, changes)
		t.effort = effort
		if t.harmless() {
			return changes, true
		}
	}
	return nil, false
}

// takes reports whether so much effort may be taken still.
func (t *trial) takes(n int) bool {
	if t.effort == nil {
		return true
	}
	*t.effort -= n
	return *t.effort >= 0
}

// merging is what it takes to merge the rules of the trial: those for one host are compared
// with each that has another selector.
func (t *trial) merging() int {
	const compared = 8 // in the time in which a client is asked
	apart := map[string]int{}
	n := len(t.rules)
	for _, r := range t.rules {
		n += apart[r.FQDN]
		if r.HasSelector {
			apart[r.FQDN]++
		}
	}
	return n / compared
}
