package resolve

import (
	"iter"
	"slices"
)

// everybody are all clients with a proxy, in groups of those that send the same.
func (m *Mesh) everybody() *Audience {
	m.grouping.Do(func() { m.audience = m.Audience(Filter{}) })
	return m.audience
}

// standing are those classes of a group, which sends the same to a host now, that have to
// be asked what the trial makes of it: one for all whom it treats alike, and each that
// looks for rules in a namespace of its own that changes.
func (t *trial) standing(group []*ClientClass, h *Host) iter.Seq[*ClientClass] {
	return func(yield func(*ClientClass) bool) {
		everyones, asked := t.everyones(h), false
		for _, class := range group {
			alone := !everyones || t.spaces[class.Namespace] || class.Namespace == t.mesh.control.rootOf(class.Revision)
			if !alone && asked {
				continue
			}
			asked = asked || !alone
			if !yield(class) {
				return
			}
		}
	}
}

// everyones reports that no rule that is about a host, before or after, is exported to some
// only: then a client's own namespace makes no difference.
func (t *trial) everyones(h *Host) bool {
	return t.mesh.everybody().plain(h) && !slices.ContainsFunc(t.rules, func(r *DestinationRule) bool {
		return subsetOf(h.Name, r.FQDN) && len(r.exports) > 0 && !r.exports.has("*")
	})
}
