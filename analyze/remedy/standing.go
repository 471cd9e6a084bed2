package remedy

import (
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// group is the key of everybody.
type group struct{}

// everybody are all clients with a proxy, in groups of those that send the same.
func everybody(m *outbound.Side) *outbound.Audience {
	return m.Derived(group{}, func(m *outbound.Side) any { return m.Audience(outbound.Filter{}) }).(*outbound.Audience)
}

// standing are those classes of a group, which sends the same to a host now, that have to
// be asked what the trial makes of it: one for all whom it treats alike, and each that
// looks for rules in a namespace of its own that changes.
func (t *trial) standing(group []*outbound.ClientClass, h *outbound.Host) iter.Seq[*outbound.ClientClass] {
	return func(yield func(*outbound.ClientClass) bool) {
		everyones, asked := t.everyones(h), false
		for _, class := range group {
			alone := !everyones || t.spaces[class.Namespace] || class.Namespace == t.side.In.Control.RootOf(class.Revision)
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
func (t *trial) everyones(h *outbound.Host) bool {
	return everybody(t.side).Plain(h) && !slices.ContainsFunc(t.rules, func(r *outbound.DestinationRule) bool {
		return resolve.SubsetOf(h.Name, r.FQDN) && len(r.Exports) > 0 && !r.Exports.Has("*")
	})
}
