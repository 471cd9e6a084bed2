package diff

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// group is classes that send a host the same. Equal groups are one in memory.
type group struct {
	id      int
	classes []*outbound.ClientClass
	has     map[*outbound.ClientClass]bool
}

// groups finds the group of a list of classes. Most hosts have the lists of the host
// before, which are known by their place in memory.
type groups struct {
	number    map[*outbound.ClientClass]uint64
	known     map[uint64][]*group
	count     int
	now, last []*group
}

func newGroups(m *mesh.Mesh) groups {
	g := groups{number: map[*outbound.ClientClass]uint64{}, known: map[uint64][]*group{}}
	for i, class := range m.Clients() {
		g.number[class] = uint64(i) + 1
	}
	return g
}

func (g *groups) of(classes []*outbound.ClientClass) *group {
	for _, before := range g.last {
		if len(before.classes) == len(classes) && &before.classes[0] == &classes[0] {
			g.now = append(g.now, before)
			return before
		}
	}
	found := g.find(classes)
	g.now = append(g.now, found)
	return found
}

func (g *groups) find(classes []*outbound.ClientClass) *group {
	hash := uint64(0)
	for _, class := range classes {
		hash = hash*31 + g.number[class]
	}
	for _, same := range g.known[hash] {
		if slices.Equal(same.classes, classes) {
			return same
		}
	}
	g.count++
	made := &group{g.count, classes, make(map[*outbound.ClientClass]bool, len(classes))}
	for _, class := range classes {
		made.has[class] = true
	}
	g.known[hash] = append(g.known[hash], made)
	return made
}

// next turns to another host.
func (g *groups) next() { g.last, g.now = g.now, g.last[:0] }
