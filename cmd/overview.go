package cmd

import (
	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/overview"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// overviewFlags ask for sums in place of rows.
type overviewFlags struct {
	summary, matrix bool
}

func (f *overviewFlags) addSummary(c *cobra.Command) {
	c.Flags().BoolVar(&f.summary, "summary", false, "one line for each namespace: workloads, ports by mode, calls by result")
}

func (f *overviewFlags) add(c *cobra.Command) {
	f.addSummary(c)
	c.Flags().BoolVar(&f.matrix, "matrix", false, "calls from each namespace (rows) to each (columns): the worst result, and how many calls have it")
}

// given reports that one of them is on the command line.
func (f *overviewFlags) given() bool { return f.summary || f.matrix }

func (f *overviewFlags) complete(expand bool) error {
	switch {
	case f.summary && f.matrix:
		return console.Usage("run the command once for each", "--summary and --matrix are different reports")
	case f.given() && expand:
		return console.Usage("leave out --expand", "--expand shows rows, --summary and --matrix show sums")
	}
	return nil
}

// overview is the report about all calls of a question.
func (o *connectionsOptions) overview(l *input.Loaded, c *calls.Calls) format.View {
	cells := overview.Matrix(c)
	notes := render.SummaryNotes(c)
	if len(cells) == 0 {
		notes = o.whyEmpty(l, c.Query)
	}
	if o.sums.matrix {
		return render.NewMatrix(l.Scope(), cells, o.filters(l), notes)
	}
	return render.NewNamespaces(l.Scope(), render.LinesOf(besideCells(l, cells)), cells, o.filters(l), notes)
}

// besideCells are the workloads of the namespaces that are shown, and of those that are called.
func besideCells(l *input.Loaded, cells []*overview.Cell) []*inbound.Workload {
	called := map[string]bool{}
	for _, c := range cells {
		called[c.To] = true
	}
	return l.Workloads(func(w *inbound.Workload) bool { return l.Shows(w.Ref.Namespace) || called[w.Ref.Namespace] })
}

// summary is what each namespace has: the ports of lines, and the calls to them, all calls to
// the namespaces that are shown where nothing chooses among ports.
func (o *describeOptions) summary(l *input.Loaded, lines []render.Line) format.View {
	q := calls.Query{Filter: outbound.Filter{Host: func(h *outbound.Host) bool { return l.Shows(h.Namespace) }}}
	if o.filter.given() {
		chosen := map[*inbound.Workload]map[int32]bool{}
		for _, line := range lines {
			if chosen[line.Workload] == nil {
				chosen[line.Workload] = map[int32]bool{}
			}
			if line.Port != nil {
				chosen[line.Workload][line.Port.Number] = true
			}
		}
		q.Call = func(c *outbound.Connection) bool { return c.Server != nil && chosen[c.Server.Workload][c.Server.Port] }
	}
	c := calls.Of(l.Mesh, q, nil)
	cells := overview.Matrix(c)
	notes := append(render.Unsettled(l.Mesh, lines), render.SummaryNotes(c)...)
	if len(lines) == 0 && len(cells) == 0 {
		notes = o.whyEmpty(l)
	}
	return render.NewNamespaces(l.Scope(), lines, cells, o.filter.given() || l.Flags.Namespace != "" && !l.Flags.AllNamespaces, notes)
}
