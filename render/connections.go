package render

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// Connections is the report "what do clients send, and does it fit".
type Connections struct {
	Scope wire.Scope
	Calls *calls.Calls
	// Expand shows every client workload and server in a row of its own.
	Expand bool
	// Derivation argues one call, nil for a report about many.
	Derivation *outbound.Trace
	// Filtered is true where a flag leaves connections out.
	Filtered bool
	// Running is what the proxies run, nil where no dumps were given.
	Running *verify.Running
	// WhyEmpty says why there is nothing to show, nil where nobody knows.
	WhyEmpty func() []string
}

// Blocks implements View.
func (v Connections) Blocks(wide bool) []format.Block {
	from := baseOf(&v.Scope)
	if v.Derivation != nil {
		return derivationBlocks(from, v.derivationTitle(), v.steps(), v.notes())
	}
	rows := v.Calls.Rows(wide)
	if len(rows) == 0 {
		return nothing("no connection to show", v.WhyEmpty)
	}
	evidence := v.grounds()
	table := callTable{wide: wide, expand: v.Expand, evidence: evidence.shown()}
	if v.Expand {
		pairs := v.Calls.Pairs()
		table.rows = rowsOfPairs(from, pairs, wide)
		for i, p := range pairs {
			table.rows[i].proxy = sentBy(v.Running, only(p.Client), p.Host.Name, p.Port.Number, p.Subset)
			if table.evidence {
				table.rows[i].evidence = evidence.cell(p.Connection, v.Calls.KnownOf(p.Client, p.Host, p.Port.Number, p.Server))
			}
		}
	} else {
		table.rows = rowsOf(from, rows, wide)
		for i, r := range rows {
			table.rows[i].proxy = sentInRow(v.Running, r)
			if table.evidence {
				table.rows[i].evidence = evidence.cell(&r.Connection, v.Calls.Known(r))
			}
		}
	}
	totals := v.Calls.Totals()
	counts := newTotals(totals, 0)
	counts.Besides = besidesTotals(v.besides())
	return table.blocks(counts, totals.Clients, v.Filtered, v.notes())
}

// callTable is rows of calls, and how they are shown.
type callTable struct {
	rows                   []*callRow
	wide, expand, evidence bool
}

// blocks are the table, and below it the counts, with that of the client workloads, and the notes.
func (t callTable) blocks(totals wire.ConnectionTotals, clients int, filtered bool, notes []string) []format.Block {
	fields, total := rowFields(), totalText(totals, clients)
	if t.expand {
		fields, total = pairFields(), expandedText(totals)
	}
	if t.evidence {
		fields = append(fields, evidenceField())
	}
	if filtered {
		total += " (filtered)"
	}
	fields = besideSends(fields, t.rows)
	return []format.Block{{Table: tableOf(fields, t.rows, t.wide)}, {Lines: append([]string{total}, notes...)}}
}

// notes say what would settle what is unknown, where to go on, and which callers no row
// has; of one call that is argued, that there are others like it; and of no call why there
// is none.
func (v Connections) notes() []string {
	notes := []string{}
	if v.Derivation != nil {
		if others := v.otherSubsets(); others != "" {
			notes = append(notes, others)
		}
		return notes
	}
	rows := v.Calls.Rows(false)
	if len(rows) == 0 {
		if v.WhyEmpty != nil {
			notes = append(notes, v.WhyEmpty()...)
		}
		return notes
	}
	notes = append(append(notes, hints(rows)...), unsettledCalls(v.Calls.Unsettled())...)
	notes = append(notes, v.grounds().notes()...)
	return notes
}

// nothing is a report without a line, and why it has none where somebody knows.
func nothing(headline string, why func() []string) []format.Block {
	if why == nil {
		return []format.Block{{Lines: []string{headline}}}
	}
	return []format.Block{{Lines: []string{headline}}, {Lines: why()}}
}

// UnsettledCalls says what would settle the calls of a question that nobody can tell.
func UnsettledCalls(c *calls.Calls) []string { return unsettledCalls(c.Unsettled()) }

// SummaryNotes say of the calls of a question what would settle those that nobody can tell, and
// how many declared calls no row has.
func SummaryNotes(c *calls.Calls) []string {
	notes := unsettledCalls(c.Unsettled())
	if others := besidesText(besidesTotals(Connections{Calls: c}.besides())); others != "" {
		notes = append(notes, "not counted: "+strings.TrimPrefix(others, "; ")+" (mtlsctl connections lists them)")
	}
	return notes
}

// unsettledCalls says what would settle the calls that nobody can tell.
func unsettledCalls(missing []string) []string {
	if len(missing) == 0 {
		return nil
	}
	return []string{"unknown: " + whyUnknown(missing)}
}

// hints say where to go from the worst row.
func hints(rows []*calls.Row) []string {
	r, w := calls.Broken(rows)
	if r == nil {
		return nil
	}
	return []string{"why: mtlsctl connections --from " + shell.Word(w.Short()+"."+w.Ref.Namespace) + " --to " + shell.Word(targetText(&r.Connection))}
}

// Names implements View: the clients.
func (v Connections) Names() []string {
	var refs []resolve.Ref
	for _, g := range v.Calls.Clients() {
		for _, w := range g.Workloads {
			refs = append(refs, w.Ref)
		}
	}
	slices.SortFunc(refs, resolve.Ref.Compare)
	var names []string
	for _, r := range slices.Compact(refs) {
		names = append(names, resourceName(r))
	}
	return names
}
