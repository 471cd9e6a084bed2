package overview

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Cell is the calls from the workloads of one namespace to the hosts of one.
type Cell struct {
	From, To string
	// Calls are counted as [calls.Totals.ByCall] counts them, so that all cells together have
	// what the totals have: a group of clients with a Service port and a subset each.
	Calls map[resolve.Verdict]int
}

// Worst is the verdict of the calls that need a look first.
func (c *Cell) Worst() resolve.Verdict { return worst(c.Calls) }

func worst(n map[resolve.Verdict]int) resolve.Verdict {
	w := resolve.VerdictMTLS
	for v, count := range n {
		if count > 0 && v.Urgency() < w.Urgency() {
			w = v
		}
	}
	return w
}

// Matrix are the calls of a question, by the namespaces of both sides; only cells that have some,
// sorted by From, then To.
func Matrix(c *calls.Calls) []*Cell {
	k := counter{shares: map[*calls.Roster][]share{}, cells: map[span]*Cell{}, verdicts: map[resolve.Verdict]bool{}}
	c.Each(func(from *calls.Roster, con *outbound.Connection) bool {
		k.add(from, con)
		return true
	})
	var list []*Cell
	for _, cell := range k.cells {
		list = append(list, cell)
	}
	slices.SortFunc(list, func(a, b *Cell) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return list
}

type span struct{ from, to string }

// share is how many of the groups of a roster are of a namespace.
type share struct {
	namespace string
	groups    int
}

// counter goes over connections as they come, those of one call side by side.
type counter struct {
	shares map[*calls.Roster][]share
	cells  map[span]*Cell

	from     *calls.Roster
	port     *outbound.HostPort
	subset   string
	verdicts map[resolve.Verdict]bool // of the call at hand
}

func (k *counter) add(from *calls.Roster, c *outbound.Connection) {
	if k.from != from || k.port != c.Port || k.subset != c.Subset {
		k.from, k.port, k.subset = from, c.Port, c.Subset
		clear(k.verdicts)
	}
	if k.verdicts[c.Outcome.Verdict] {
		return
	}
	k.verdicts[c.Outcome.Verdict] = true
	for _, s := range k.sharesOf(from) {
		at := span{s.namespace, c.Host.Namespace}
		cell := k.cells[at]
		if cell == nil {
			cell = &Cell{at.from, at.to, map[resolve.Verdict]int{}}
			k.cells[at] = cell
		}
		cell.Calls[c.Outcome.Verdict] += s.groups
	}
}

// sharesOf are worked out once for a roster: most hosts have the same clients.
func (k *counter) sharesOf(from *calls.Roster) []share {
	if list, known := k.shares[from]; known {
		return list
	}
	n := map[string]int{}
	for _, g := range from.Groups {
		n[g.Class.Namespace]++
	}
	list := make([]share, 0, len(n))
	for _, namespace := range from.Namespaces {
		list = append(list, share{namespace, n[namespace]})
	}
	k.shares[from] = list
	return list
}
