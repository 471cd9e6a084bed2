package render

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// roster is clients that share calls. Equal lists of one question are one roster, so
// that what is said of the clients is worked out once: a large mesh has many hosts,
// and most of them the same clients.
type roster struct {
	list []*clients // by number, never empty
	// workloads counts the members of all, each variant by itself.
	workloads int
	// text names or counts them, as a row does.
	text string
}

func newRoster(list []*clients) *roster {
	r := &roster{list: list, text: clientsText(list)}
	for _, c := range list {
		r.workloads += len(c.workloads)
	}
	return r
}

// alone is the roster of these clients and no others.
func (c *clients) alone() *roster {
	if c.only == nil {
		c.only = newRoster([]*clients{c})
	}
	return c.only
}

// has reports whether the clients of a number are among them.
func (r *roster) has(number int) bool {
	_, found := slices.BinarySearchFunc(r.list, number, func(c *clients, n int) int { return cmp.Compare(c.number, n) })
	return found
}

// rosters keeps one copy of every list of clients.
type rosters struct {
	known map[uint64][]*roster
	// groups are those of classes that came as the same slice lately.
	groups  map[group]*roster
	scratch []*clients
}

// group tells a slice of classes, which its maker never changes, and whether the host
// that they call is one of those that are shown whoever calls.
type group struct {
	first *(*resolve.ClientClass)
	size  int
	shown bool
}

// mostGroups bounds what is remembered, since it keeps the slices of classes alive: most
// hosts have the same few groups.
const mostGroups = 64

func newRosters() *rosters {
	return &rosters{known: map[uint64][]*roster{}, groups: map[group]*roster{}}
}

// of are the clients of a group of classes that are asked about with a host, nil for
// none.
func (r *rosters) of(classes []*resolve.ClientClass, h *resolve.Host, q Calls, chosen map[*resolve.ClientClass]*clients) *roster {
	key := group{&classes[0], len(classes), q.shows(h.Namespace)}
	if same, known := r.groups[key]; known {
		return same
	}
	list := r.scratch[:0]
	for _, class := range classes {
		if key.shown || q.shows(class.Namespace) {
			list = append(list, chosen[class])
		}
	}
	r.scratch = list
	if len(r.groups) == mostGroups {
		clear(r.groups)
	}
	r.groups[key] = r.intern(list)
	return r.groups[key]
}

// union is the clients of several rosters, which have none in common.
func (r *rosters) union(parts []*roster) *roster {
	if len(parts) == 1 {
		return parts[0]
	}
	list := r.scratch[:0]
	for _, one := range parts {
		list = append(list, one.list...)
	}
	r.scratch = list
	return r.intern(list)
}

// intern is the one roster of these clients; the list is sorted, and not kept.
func (r *rosters) intern(list []*clients) *roster {
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b *clients) int { return cmp.Compare(a.number, b.number) })
	hash := uint64(0)
	for _, c := range list {
		hash = hash*31 + uint64(c.number)
	}
	for _, same := range r.known[hash] {
		if slices.Equal(same.list, list) {
			return same
		}
	}
	kept := newRoster(slices.Clip(slices.Clone(list)))
	r.known[hash] = append(r.known[hash], kept)
	return kept
}
