package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// tally counts connections as they come, without keeping them.
type tally struct {
	items          int
	rosters        map[*roster]bool
	classes        map[*clients]bool
	ports          map[*resolve.HostPort]bool
	byItem, byCall map[resolve.Verdict]int // clients and endpoints; classes, service ports and subsets

	group  *roster
	port   *resolve.HostPort
	subset string
	seen   map[resolve.Verdict]bool // of the call at hand
}

func newTally() *tally {
	return &tally{
		rosters: map[*roster]bool{}, classes: map[*clients]bool{}, ports: map[*resolve.HostPort]bool{},
		byItem: map[resolve.Verdict]int{}, byCall: map[resolve.Verdict]int{}, seen: map[resolve.Verdict]bool{},
	}
}

// add counts one connection of clients that share it.
func (t *tally) add(from *roster, c *resolve.Connection) {
	if t.group != from || t.port != c.Port || t.subset != c.Subset {
		t.group, t.port, t.subset = from, c.Port, c.Subset
		clear(t.seen)
		t.ports[c.Port] = true
	}
	if !t.rosters[from] {
		t.rosters[from] = true
		for _, one := range from.list {
			t.classes[one] = true
		}
	}
	t.items += from.workloads
	t.byItem[c.Outcome.Verdict] += from.workloads
	if !t.seen[c.Outcome.Verdict] {
		t.seen[c.Outcome.Verdict] = true
		t.byCall[c.Outcome.Verdict] += len(from.list)
	}
}

func (v Connections) tally() *tally {
	t := newTally()
	for list, c := range v.Calls.each(v.Mesh) {
		t.add(list, c)
	}
	return t
}

// String is the last line of a table: how many calls of a class of clients to a
// service port end in which way.
func (t *tally) String() string {
	classes := "1 client class"
	if n := len(t.classes); n != 1 {
		classes = fmt.Sprintf("%d client classes", n)
	}
	return fmt.Sprintf("%s, %s: %s", count(len(t.ports), "service port"), classes, verdictsText(t.byCall))
}

// expanded counts what the expanded table shows: a client workload and an endpoint
// each.
func (t *tally) expanded() string {
	return fmt.Sprintf("%s, %s: %s", count(len(t.ports), "service port"), count(t.items, "connection"), verdictsText(t.byItem))
}

// verdictsText counts by verdict; the three that matter are always there.
func verdictsText(counts map[resolve.Verdict]int) string {
	var parts []string
	for _, v := range []resolve.Verdict{resolve.VerdictMTLS, resolve.VerdictPlaintext, resolve.VerdictPassthroughTLS, resolve.VerdictUnknown, resolve.VerdictBroken} {
		always := v == resolve.VerdictMTLS || v == resolve.VerdictPlaintext || v == resolve.VerdictBroken
		if n := counts[v]; n > 0 || always {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	return strings.Join(parts, ", ")
}
