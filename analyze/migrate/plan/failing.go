package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// failing is how many declared calls fail as the mesh is, wholly or in part: at some endpoint, or
// before they get to one.
func failing(m *mesh.Mesh) (n int) {
	classes := map[*inbound.Workload]*outbound.ClientClass{}
	for _, class := range m.Clients() {
		for _, w := range class.Workloads {
			classes[w] = class
		}
	}
	for _, d := range declared.In(m).All() {
		switch {
		case d.By.Kind == resolve.KindAuthorizationPolicy || d.Handed: // no call in particular
		case loses(m, classes[d.Client], d), d.Away.IsZero() && slices.ContainsFunc(path.In(m).Of(d), func(p path.Path) bool { return p.Outcome.Verdict == resolve.VerdictBroken }):
			n++
		}
	}
	return n
}

// loses reports a call that a route leads to nothing, all of it or some.
func loses(m *mesh.Mesh, class *outbound.ClientClass, d *declared.Call) bool {
	if class == nil || d.Way != declared.ByName {
		return false
	}
	for con := range m.Lost(class, d.Host) {
		if con.Outcome.Verdict == resolve.VerdictBroken && d.Makes(&con) {
			return true
		}
	}
	return false
}
