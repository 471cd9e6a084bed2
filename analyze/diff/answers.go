package diff

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// asking is one side of the comparison, asked about one host name after the other.
type asking struct {
	mesh     *mesh.Mesh
	audience *outbound.Audience
	groups   groups

	// hosts have the name that is asked about now, knowing are the classes that know one
	// of them and send it the same.
	hosts   []*outbound.Host
	knowing []knowing
	// last is how many connections the last answer has: most have as many.
	last  int
	alone map[*outbound.ClientClass]*answered
}

// knowing is a group of classes that know a host, and what becomes of their calls,
// nil until asked.
type knowing struct {
	group   *group
	host    *outbound.Host
	answers *answered
}

func newAsking(m *mesh.Mesh) *asking {
	return &asking{mesh: m, audience: m.Audience(outbound.Filter{}), groups: newGroups(m)}
}

// namesOf are the names of all hosts, sorted, each once.
func namesOf(m *mesh.Mesh) []string {
	var out []string
	for _, h := range m.Hosts() {
		if h.Alias == "" && (len(out) == 0 || out[len(out)-1] != h.Name) {
			out = append(out, h.Name)
		}
	}
	return out
}

// about turns to another host name, which the side need not have.
func (a *asking) about(name string) {
	a.hosts, a.knowing = a.mesh.HostsNamed(name), a.knowing[:0]
	a.alone = nil
	for _, h := range a.hosts {
		for _, classes := range a.audience.Of(h) {
			a.knowing = append(a.knowing, knowing{group: a.groups.of(classes), host: h})
		}
	}
	a.groups.next()
}

// answersOf are what becomes of the calls of a group, by its index from 1, or of a
// class that has none: to ports that its scope hides too; nil where there is no such
// host, or no such class.
func (a *asking) answersOf(index int, class *outbound.ClientClass) *answered {
	switch {
	case class == nil || len(a.hosts) == 0:
		return &answered{}
	case index > 0:
		k := &a.knowing[index-1]
		if k.answers == nil {
			k.answers = a.ask(k.group.classes[0], k.host)
		}
		return k.answers
	case a.alone[class] == nil:
		if a.alone == nil {
			a.alone = map[*outbound.ClientClass]*answered{}
		}
		a.alone[class] = a.ask(class, a.hosts[0])
	}
	return a.alone[class]
}

// indexOf is the index from 1 of the group that a class is in, 0 for none.
func (a *asking) indexOf(class *outbound.ClientClass) int {
	for i := range a.knowing {
		if a.knowing[i].group.has[class] {
			return i + 1
		}
	}
	return 0
}

func (a *asking) ask(class *outbound.ClientClass, h *outbound.Host) *answered {
	x := &answered{list: make([]outbound.Connection, 0, a.last)}
	for c := range a.mesh.Calls(class, h) {
		x.list = append(x.list, c)
	}
	for c := range a.mesh.Lost(class, h) {
		x.lost = append(x.lost, c)
	}
	a.last = len(x.list)
	return x
}

// answered are connections in the order in which they came, and the calls that routes lose.
type answered struct{ list, lost []outbound.Connection }

// at are the connections to one place.
func (a *answered) at(p place) []*outbound.Connection {
	var list []*outbound.Connection
	for i := range a.list {
		if placeOf(&a.list[i]) == p {
			list = append(list, &a.list[i])
		}
	}
	return list
}

// places are what is called, each once.
func (a *answered) places() []place {
	var list []place
	for i := range a.list {
		if p := placeOf(&a.list[i]); i == 0 || p != list[len(list)-1] {
			list = append(list, p)
		}
	}
	return list
}

// same reports answers that nobody needs to look at: the same ends at the same
// endpoints, in the same order.
func (a *answered) same(b *answered) bool {
	if len(a.list) != len(b.list) || !slices.EqualFunc(a.lost, b.lost, sameLoss) {
		return false
	}
	for i := range a.list {
		x, y := &a.list[i], &b.list[i]
		if x.Outcome.Verdict != y.Outcome.Verdict || placeOf(x) != placeOf(y) || serverOf(x) != serverOf(y) {
			return false
		}
	}
	return true
}
