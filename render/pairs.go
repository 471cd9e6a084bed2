package render

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// pair is one client workload calling one endpoint.
type pair struct {
	*resolve.Connection
	client *resolve.Workload
}

// pairs are all of a report, what needs a look first.
func (v Connections) pairs() []pair {
	var list []pair
	for from, c := range v.Calls.each(v.Mesh) {
		con := *c
		for _, one := range from.list {
			for _, w := range one.workloads {
				list = append(list, pair{&con, w})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.Outcome.Verdict.Urgency(), b.Outcome.Verdict.Urgency()), a.client.Ref.Compare(b.client.Ref), cmp.Compare(a.client.Variant, b.client.Variant))
	})
	return list
}
