package calls

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Pair is one client workload calling one endpoint.
type Pair struct {
	*outbound.Connection
	Client *inbound.Workload
	// Admission is what AuthorizationPolicies make of it.
	authz.Admission
}

// Pairs are all of a question, what needs a look first.
func (q Query) Pairs(m *mesh.Mesh) []Pair {
	var list []Pair
	court := authz.In(m)
	for from, c := range q.each(m) {
		con := *c
		for w := range from.Each {
			list = append(list, Pair{&con, w, court.Admit(&con, authz.Of(w))})
		}
	}
	slices.SortStableFunc(list, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.Outcome.Verdict.Urgency(), b.Outcome.Verdict.Urgency()), a.Client.Ref.Compare(b.Client.Ref), cmp.Compare(a.Client.Variant, b.Client.Variant))
	})
	return list
}
