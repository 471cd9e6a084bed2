package render

import "github.com/mtlsctl/mtlsctl/resolve"

// tally counts connections in one pass, without keeping them.
type tally struct {
	items, ports, classes int
	// byItem counts items, byClass classes of clients per service port and subset.
	byItem, byClass map[resolve.Verdict]int
}

func (v Connections) totals() tally {
	t := tally{byItem: map[resolve.Verdict]int{}, byClass: map[resolve.Verdict]int{}}
	classes, ports := map[*clients]bool{}, map[*resolve.HostPort]bool{}
	var group *clients
	var last *resolve.Connection
	seen := map[resolve.Verdict]bool{}
	for list, c := range v.Calls.each(v.Mesh) {
		if last == nil || group != list[0] || last.Port != c.Port || last.Subset != c.Subset {
			clear(seen)
			for _, one := range list {
				classes[one] = true
			}
			ports[c.Port] = true
		}
		group, last = list[0], c
		items := 0
		for _, one := range list {
			items += len(one.workloads)
		}
		t.items += items
		t.byItem[c.Outcome.Verdict] += items
		if !seen[c.Outcome.Verdict] {
			seen[c.Outcome.Verdict] = true
			t.byClass[c.Outcome.Verdict] += len(list)
		}
	}
	t.ports, t.classes = len(ports), len(classes)
	return t
}
