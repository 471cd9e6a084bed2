package calls

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Totals counts the connections of a question.
type Totals struct {
	// Items are client workloads with an endpoint each, ServicePorts what is called,
	// Groups are clients that send alike, Clients the workloads in them, variants counted once.
	Items, ServicePorts, Groups, Clients int
	// ByItem counts items, ByCall groups with a service port and a subset each.
	ByItem, ByCall map[resolve.Verdict]int
	// Denied are those of ByCall that AuthorizationPolicies refuse whatever they ask for.
	Denied int
}

// tally counts connections as they come, without keeping them.
type tally struct {
	Totals
	rosters map[*Roster]bool
	groups  map[*Group]bool
	ports   map[*outbound.HostPort]bool

	from     *Roster
	port     *outbound.HostPort
	subset   string
	verdicts map[resolve.Verdict]bool // of the call at hand
}

func newTally() *tally {
	return &tally{
		Totals:  Totals{ByItem: map[resolve.Verdict]int{}, ByCall: map[resolve.Verdict]int{}},
		rosters: map[*Roster]bool{}, groups: map[*Group]bool{}, ports: map[*outbound.HostPort]bool{}, verdicts: map[resolve.Verdict]bool{},
	}
}

// add counts one connection of clients that share it.
func (t *tally) add(from *Roster, c *outbound.Connection) {
	if t.from != from || t.port != c.Port || t.subset != c.Subset {
		t.from, t.port, t.subset = from, c.Port, c.Subset
		clear(t.verdicts)
		t.ports[c.Port] = true
	}
	if !t.rosters[from] {
		t.rosters[from] = true
		for _, one := range from.Groups {
			t.groups[one] = true
		}
	}
	t.Items += from.Workloads
	t.ByItem[c.Outcome.Verdict] += from.Workloads
	if !t.verdicts[c.Outcome.Verdict] {
		t.verdicts[c.Outcome.Verdict] = true
		t.ByCall[c.Outcome.Verdict] += len(from.Groups)
	}
}

// clients are the groups that call something, by number.
func (t *tally) clients() []*Group {
	return slices.SortedFunc(maps.Keys(t.groups), func(a, b *Group) int { return cmp.Compare(a.Number, b.Number) })
}

// sum is what was counted.
func (t *tally) sum() Totals {
	t.ServicePorts, t.Groups, t.Clients = len(t.ports), len(t.groups), 0
	for one := range t.groups {
		t.Clients += one.Names
	}
	return t.Totals
}
