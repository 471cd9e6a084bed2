package calls

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Group is clients that send the same: the chosen workloads of one class.
type Group struct {
	Class *outbound.ClientClass
	// Workloads are sorted, each variant by itself.
	Workloads []*inbound.Workload
	// Names counts workloads, however many variants they have.
	Names int
	// Number tells the groups of one question from each other, from 1.
	Number int
	alone  *Roster
}

func newGroup(class *outbound.ClientClass, workloads []*inbound.Workload, number int) *Group {
	g := &Group{Class: class, Workloads: workloads, Number: number}
	for i, w := range workloads {
		if i == 0 || workloads[i-1].Ref != w.Ref {
			g.Names++
		}
	}
	return g
}

// Alone is the roster of this group and no other.
func (g *Group) Alone() *Roster {
	if g.alone == nil {
		g.alone = newRoster([]*Group{g})
	}
	return g.alone
}

// Roster is groups that share calls. Equal lists of one question are one Roster, so
// that what is said of the clients is worked out once: a large mesh has many hosts,
// and most of them the same clients.
type Roster struct {
	Groups []*Group // by number, never empty
	// Workloads counts the members of all, each variant by itself; Names however many
	// variants they have; Gateways those of Names that are gateways.
	Workloads, Names, Gateways int
	// Namespaces are those of the groups, each once.
	Namespaces []string
	hash       uint64
}

// RosterOf are all workloads of classes, nil for none.
func RosterOf(classes []*outbound.ClientClass) *Roster {
	if len(classes) == 0 {
		return nil
	}
	var list []*Group
	for i, class := range classes {
		list = append(list, newGroup(class, class.Workloads, i+1))
	}
	return newRoster(list)
}

func newRoster(list []*Group) *Roster {
	r := &Roster{Groups: list}
	for _, g := range list {
		r.Workloads += len(g.Workloads)
		r.Names += g.Names
		if g.Class.Dataplane == resolve.DataplaneGateway {
			r.Gateways += g.Names
		}
		if n := len(r.Namespaces); n == 0 || r.Namespaces[n-1] != g.Class.Namespace {
			r.Namespaces = append(r.Namespaces, g.Class.Namespace)
		}
	}
	slices.Sort(r.Namespaces)
	r.Namespaces = slices.Compact(r.Namespaces)
	return r
}

// First is the first workload of all.
func (r *Roster) First() *inbound.Workload { return r.Groups[0].Workloads[0] }

// Each yields the workloads, group by group.
func (r *Roster) Each(yield func(*inbound.Workload) bool) {
	for _, g := range r.Groups {
		for _, w := range g.Workloads {
			if !yield(w) {
				return
			}
		}
	}
}

// has reports whether the group of a number is among them.
func (r *Roster) has(number int) bool {
	_, found := slices.BinarySearchFunc(r.Groups, number, func(g *Group, n int) int { return cmp.Compare(g.Number, n) })
	return found
}

// rosters keeps one copy of every list of groups.
type rosters struct {
	known map[uint64][]*Roster
	// recent are those of classes that came as the same slice lately.
	recent  map[audience]*Roster
	scratch []*Group
}

// audience tells a slice of classes, which its maker never changes, and whether the host
// that they call is one of those that are shown whoever calls.
type audience struct {
	first *(*outbound.ClientClass)
	size  int
	shown bool
}

// mostRecent bounds what is remembered, since it keeps the slices of classes alive: most
// hosts have the same few audiences.
const mostRecent = 64

func newRosters() *rosters {
	return &rosters{known: map[uint64][]*Roster{}, recent: map[audience]*Roster{}}
}

// of are the clients of classes that are asked about with a host, nil for none.
func (r *rosters) of(classes []*outbound.ClientClass, h *outbound.Host, q Query, chosen map[*outbound.ClientClass][]*Group) *Roster {
	key := audience{&classes[0], len(classes), q.shows(h.Namespace)}
	if same, known := r.recent[key]; known {
		return same
	}
	list := r.scratch[:0]
	for _, class := range classes {
		if key.shown || q.shows(class.Namespace) {
			list = append(list, chosen[class]...)
		}
	}
	r.scratch = list
	if len(r.recent) == mostRecent {
		clear(r.recent)
	}
	r.recent[key] = r.intern(list)
	return r.recent[key]
}

// union is the clients of several rosters, which have none in common.
func (r *rosters) union(parts []*Roster) *Roster {
	if len(parts) == 1 {
		return parts[0]
	}
	list := r.scratch[:0]
	for _, one := range parts {
		list = append(list, one.Groups...)
	}
	r.scratch = list
	return r.intern(list)
}

// merged is the clients of parts, which may have some in common.
func (r *rosters) merged(parts []*Part) *Roster {
	if first := parts[0].Clients; !slices.ContainsFunc(parts, func(p *Part) bool { return p.Clients != first }) {
		return first
	}
	seen := map[*Group]bool{}
	list := r.scratch[:0]
	for _, p := range parts {
		for _, g := range p.Clients.Groups {
			if !seen[g] {
				seen[g] = true
				list = append(list, g)
			}
		}
	}
	r.scratch = list
	return r.intern(list)
}

// intern is the one roster of these groups; the list is sorted, and not kept.
func (r *rosters) intern(list []*Group) *Roster {
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b *Group) int { return cmp.Compare(a.Number, b.Number) })
	hash := uint64(0)
	for _, g := range list {
		hash += g.hash()
	}
	if same := r.kept(list, hash); same != nil {
		return same
	}
	return r.keep(newRoster(slices.Clip(slices.Clone(list))), hash)
}

// hash is added up for the groups of a roster, so that one more or less is quick.
func (g *Group) hash() uint64 {
	n := uint64(g.Number) * 0x9e3779b97f4a7c15
	return n ^ n>>29
}

func (r *rosters) kept(list []*Group, hash uint64) *Roster {
	for _, same := range r.known[hash] {
		if slices.Equal(same.Groups, list) {
			return same
		}
	}
	return nil
}

func (r *rosters) keep(one *Roster, hash uint64) *Roster {
	one.hash = hash
	r.known[hash] = append(r.known[hash], one)
	return one
}

// without is a roster of this question without the groups at some places, sorted: a few of many.
func (r *rosters) without(from *Roster, places []int) *Roster {
	if len(places) == 0 {
		return from
	}
	rest, next, hash := make([]*Group, 0, len(from.Groups)-len(places)), 0, from.hash
	sum := Roster{Workloads: from.Workloads, Names: from.Names, Gateways: from.Gateways, Namespaces: from.Namespaces}
	stays := true // the namespaces, since a neighbour of each has its own
	for i, at := range places {
		g := from.Groups[at]
		rest, next, hash = append(rest, from.Groups[next:at]...), at+1, hash-g.hash()
		sum.Workloads, sum.Names = sum.Workloads-len(g.Workloads), sum.Names-g.Names
		if g.Class.Dataplane == resolve.DataplaneGateway {
			sum.Gateways -= g.Names
		}
		before := at > 0 && (i == 0 || places[i-1] != at-1) && from.Groups[at-1].Class.Namespace == g.Class.Namespace
		after := at+1 < len(from.Groups) && (i+1 == len(places) || places[i+1] != at+1) && from.Groups[at+1].Class.Namespace == g.Class.Namespace
		stays = stays && (before || after)
	}
	rest = append(rest, from.Groups[next:]...)
	if same := r.kept(rest, hash); same != nil {
		return same
	}
	if !stays {
		return r.keep(newRoster(rest), hash)
	}
	sum.Groups = rest
	return r.keep(&sum, hash)
}
