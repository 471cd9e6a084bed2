package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// around finds the calls that the story tells about.
func (v Story) around() *calls.Around {
	var workloads []*resolve.Workload
	var services []*resolve.Service
	for _, t := range v.Targets {
		switch {
		case t.Service != nil:
			services = append(services, t.Service)
		case t.Namespace == nil:
			for _, l := range t.Lines {
				workloads = append(workloads, l.Workload)
			}
		}
	}
	return calls.Surrounding(v.Mesh, workloads, services)
}

// callBlocks tell who calls a workload and what it calls.
func (t teller) callBlocks(w *resolve.Workload) []format.Block {
	var blocks []format.Block
	if table := t.callerTable(w); len(table.Rows) > 0 {
		blocks = append(blocks, format.Block{Title: "Who can call it", Table: table, Indent: 2})
	}
	class := t.around.Class(w)
	switch {
	case class == nil:
	case !class.Proxied():
		line := "nothing stands between it and the network: mtlsctl connections --from " + shell.Word(w.Short()+"."+w.Ref.Namespace) + " says what becomes of it"
		blocks = append(blocks, format.Block{Title: "It sends plaintext to everybody", Lines: []string{line}, Indent: 2})
	default:
		if rows := t.around.Differing(w); len(rows) > 0 {
			shown, more := t.first(rows, w)
			blocks = append(blocks, format.Block{Title: "What it calls differently from auto mTLS", Table: tableOf(without(rowFields(), "FROM"), rowsOf(t.base, shown, t.wide), t.wide), Indent: 2, Lines: more})
		}
	}
	return blocks
}

// storyRows is how many rows a story shows, the worst first; -o wide shows all.
const storyRows = 20

func (t teller) first(rows []*calls.Row, w *resolve.Workload) (shown []*calls.Row, more []string) {
	if t.wide || len(rows) <= storyRows {
		return rows, nil
	}
	return rows[:storyRows], []string{fmt.Sprintf("and %d more: mtlsctl connections --from %s", len(rows)-storyRows, shell.Word(w.Short()+"."+w.Ref.Namespace))}
}

// caller is one row of "who can call it": clients of the mesh, or any without a proxy.
type caller struct {
	from, via, on, sends string
	verdict, because     format.Cell
}

func (t teller) callerTable(w *resolve.Workload) *format.Table {
	var rows []caller
	for _, r := range t.around.Callers(w) {
		rows = append(rows, caller{clientsText(r.Clients), toText(r), numbersText(r.On()), r.Sends.TLS.String(), verdictCell(&r.Connection), sendsBecause(&r.Connection)})
	}
	for _, p := range calls.PlaintextInto(w) {
		c := resolve.Connection{Outcome: p.Outcome}
		rows = append(rows, caller{"any client without a proxy", "", numbersText(p.Ports), resolve.SendsPlaintext.String(), verdictCell(&c), format.Cell{Text: words.Because(p.Outcome.Why), Prose: true}})
	}
	return tableOf([]field[caller]{
		{Column: format.Column{Head: "FROM", Group: true}, cell: worded(func(c caller) string { return c.from })},
		{Column: format.Column{Head: "CALLING", Drop: 2}, cell: worded(func(c caller) string { return c.via })},
		{Column: format.Column{Head: "ON"}, cell: worded(func(c caller) string { return c.on })},
		{Column: format.Column{Head: "SENDS", Drop: 3}, cell: worded(func(c caller) string { return c.sends })},
		{Column: format.Column{Head: "RESULT"}, cell: func(c caller) format.Cell { return c.verdict }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: func(c caller) format.Cell { return c.because }},
	}, rows, t.wide)
}

func numbersText(ports []int32) string {
	var texts []string
	for _, p := range ports {
		texts = append(texts, strconv.Itoa(int(p)))
	}
	return strings.Join(texts, ",")
}

// serviceCallers tell what clients send to a Service.
func (t teller) serviceCallers(s *resolve.Service) []format.Block {
	rows := t.around.Of(s)
	if len(rows) == 0 {
		return nil
	}
	return []format.Block{{Title: "What clients send", Table: tableOf(rowFields(), rowsOf(t.base, rows, t.wide), t.wide), Indent: 2}}
}
