package calls

import (
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Acted finds, in one walk, the calls on which each of some AuthorizationPolicies acts, at their
// servers or at a waypoint on the way there. Calls that depend on the request are rows of their own.
func Acted(m *mesh.Mesh, policies []*authz.Policy) map[*authz.Policy][]*Row {
	court := authz.In(m)
	collected := map[*authz.Policy]*collector{}
	for _, p := range policies {
		k := newCollector(m)
		k.dependent = true
		collected[p] = k
	}
	for from, c := range (Query{}).each(m) {
		for p, k := range collected {
			if court.Acts(p, c) {
				k.add(from, c)
			}
		}
	}
	acted := map[*authz.Policy][]*Row{}
	for p, k := range collected {
		acted[p] = k.rows(false)
	}
	return acted
}
