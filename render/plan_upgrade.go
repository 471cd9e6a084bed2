package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

func newPlanUpgrade(u *plan.Upgrade) *wire.PlanUpgrade {
	out := &wire.PlanUpgrade{From: u.From, To: u.To, Safe: !u.Held(), Gates: []wire.PlanGate{}}
	for i := range u.Gates {
		g := &u.Gates[i]
		list := Diff{Diff: g.Changes}.summed()
		out.Gates = append(out.Gates, wire.PlanGate{After: g.After, Safe: g.Safe(), Totals: list.Totals, Rows: list.Rows, Findings: list.Items})
	}
	return out
}

// gates are moments one after the other that look the same.
type gates struct {
	wire.PlanGate
	last int
}

// upgrade shows when an upgrade is safe, and what it changes at the first moment at which it is not,
// else at the first at which it changes anything.
func (v savedPlan) upgrade(wide bool) []format.Block {
	u := v.Upgrade
	if u == nil {
		return nil
	}
	var rows []gates
	for i, g := range u.Gates {
		if n := len(rows); n > 1 && sameGate(&rows[n-1].PlanGate, &u.Gates[i]) { // the first is told by itself
			rows[n-1].last = g.After
			continue
		}
		rows = append(rows, gates{g, g.After})
	}
	blocks := []format.Block{{Title: fmt.Sprintf("Upgrade from Istio %s to %s", u.From, u.To), Prose: []string{sentence(v.upgradeAdvice())}, Table: tableOf(v.gateFields(), rows, wide)}}
	i := slices.IndexFunc(u.Gates, func(g wire.PlanGate) bool { return !g.Safe })
	if i < 0 {
		i = slices.IndexFunc(u.Gates, changesAny)
	}
	if i < 0 {
		return blocks
	}
	from := baseOf(&v.Scope)
	changes := format.Block{Title: "What the upgrade changes by itself", Level: 1}
	if len(v.Items) > 0 {
		changes.Title += " " + v.moment(u.Gates[i].After, u.Gates[i].After)
	}
	if len(u.Gates[i].Rows) > 0 {
		changes.Table = tableOf(diffFields(from), u.Gates[i].Rows, wide)
	}
	blocks = append(blocks, changes)
	if findings := u.Gates[i].Findings; len(findings) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(findingFields(from), findings, wide)})
	}
	return blocks
}

// sameGate reports two moments of one result, at which an upgrade changes as much.
func sameGate(a, b *wire.PlanGate) bool {
	return a.Safe == b.Safe && a.Totals == b.Totals
}

func (v savedPlan) gateFields() []field[gates] {
	return []field[gates]{
		{Column: format.Column{Head: "UPGRADE"}, cell: worded(func(g gates) string { return v.moment(g.After, g.last) })},
		{Column: format.Column{Head: "RESULT"}, cell: func(g gates) format.Cell {
			if g.Safe {
				return format.Cell{Text: "safe", Tone: format.Good}
			}
			return format.Cell{Text: "not safe", Tone: format.Warning}
		}},
		{Column: format.Column{Head: "CHANGES"}, cell: func(g gates) format.Cell {
			return format.Cell{Text: orWord(strings.Join(diffParts(&g.Totals), ", "), "nothing"), Prose: true}
		}},
	}
}

// moment is "before wave 1", "after wave 3", "after waves 3 to 5"; without waves "now".
func (v savedPlan) moment(first, last int) string {
	switch {
	case len(v.Items) == 0:
		return "now"
	case last == 0:
		return fmt.Sprintf("before wave %d", v.Items[0].Number)
	case first == last:
		return fmt.Sprintf("after wave %d", first)
	}
	return fmt.Sprintf("after waves %d to %d", first, last)
}

// changesAny reports a moment at which an upgrade changes anything.
func changesAny(g wire.PlanGate) bool { return len(g.Rows)+len(g.Findings) > 0 }

// upgradeAdvice is when to upgrade, and what to do then.
func (v savedPlan) upgradeAdvice() string {
	gates, waves := v.Upgrade.Gates, len(v.Items) > 0
	first := slices.IndexFunc(gates, func(g wire.PlanGate) bool { return g.Safe })
	text := ""
	switch always := !slices.ContainsFunc(gates, func(g wire.PlanGate) bool { return !g.Safe }); {
	case first < 0:
		return "do not upgrade yet: at every moment the upgrade by itself breaks or weakens a call or port, or brings an error. Settle that first"
	case !slices.ContainsFunc(gates, changesAny):
		text = "upgrade at any time: no known difference between the versions changes a port, a call or a finding"
	case always:
		text = "upgrade at any time: by the known differences nothing breaks, and nothing is weaker"
	case first == 0:
		text = "upgrade before wave " + strconv.Itoa(v.Items[0].Number) + ", or at another moment that is safe"
	default:
		text = "upgrade " + v.moment(gates[first].After, gates[first].After) + " at the earliest"
	}
	if waves {
		text += ". Then run migrate-plan again: the remaining waves follow the rules of the new version"
	}
	return text
}
