package render

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// Connections is the report "what do clients send, and does it fit".
type Connections struct {
	Scope wire.Scope
	Calls *calls.Calls
	// Expand shows every client workload and server in a row of its own.
	Expand bool
	// Derivation argues one call, nil for a report about many.
	Derivation *resolve.Trace
	// Filtered is true where a flag leaves connections out.
	Filtered bool
	// WhyEmpty says why there is nothing to show, nil where nobody knows.
	WhyEmpty func() []string
}

// Blocks implements View.
func (v Connections) Blocks(wide bool) []format.Block {
	if v.Derivation != nil {
		return v.derivationBlocks()
	}
	rows := v.Calls.Rows(wide)
	if len(rows) == 0 {
		return nothing("no connection to show", v.WhyEmpty)
	}
	notes := append(hints(rows), unsettledCalls(v.Calls.Unsettled())...)
	fields, pairs := rowFields(baseOf(&v.Scope)), pairFields(baseOf(&v.Scope))
	if e := v.evidence(); e.shown() {
		fields, pairs = append(fields, e.field()), append(pairs, e.pairField())
		notes = append(notes, e.notes()...)
	}
	table, total := tableOf(fields, rows, wide), totalText(v.Calls.Totals())
	if v.Expand {
		table, total = tableOf(pairs, v.Calls.Pairs(), wide), expandedText(v.Calls.Totals())
	}
	if v.Filtered {
		total += " (filtered)"
	}
	return []format.Block{{Table: table}, {Lines: append([]string{total}, notes...)}}
}

// nothing is a report without a line, and why it has none where somebody knows.
func nothing(headline string, why func() []string) []format.Block {
	if why == nil {
		return []format.Block{{Lines: []string{headline}}}
	}
	return []format.Block{{Lines: []string{headline}}, {Lines: why()}}
}

// unsettledCalls says what would settle the calls that nobody can tell.
func unsettledCalls(missing []string) []string {
	if len(missing) == 0 {
		return nil
	}
	return []string{strings.TrimPrefix(missingNamespaces(missing), "? is what a sidecar would serve: ")}
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
