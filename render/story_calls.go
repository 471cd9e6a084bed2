package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// callBlocks tell who calls a workload and what it calls.
func (t teller) callBlocks(w *wire.WorkloadItem, d *wire.WorkloadDetail) []format.Block {
	var blocks []format.Block
	if table := t.callerTable(d); len(table.Rows) > 0 {
		blocks = append(blocks, format.Block{Title: "Possible clients", Table: table, Indent: 2})
	}
	name := shell.Word(shortName(wire.Ref{Kind: w.Kind, Name: w.Name}) + "." + w.Namespace)
	switch {
	case d.Sends == "plaintext":
		line := "no proxy handles its calls; their results: mtlsctl connections --from " + name
		blocks = append(blocks, format.Block{Title: "Outbound calls: always plaintext", Lines: []string{line}, Indent: 2})
	case len(d.Calls) > 0:
		shown, more := d.Calls, []string(nil)
		if !t.wide && len(shown) > storyRows {
			shown, more = shown[:storyRows], []string{fmt.Sprintf("and %d more: mtlsctl connections --from %s", len(shown)-storyRows, name)}
		}
		blocks = append(blocks, format.Block{Title: "Outbound calls overridden by a DestinationRule", Table: tableOf(without(rowFields(), "FROM"), savedRows(t.from, shown), t.wide), Indent: 2, Lines: more})
	}
	return blocks
}

// storyRows is how many rows a story shows, the worst first; -o wide shows all.
const storyRows = 20

// callerRow is one row of "who can call it": clients of the mesh, or any without a proxy.
type callerRow struct {
	from, via, on, sends string
	verdict, because     format.Cell
}

func (t teller) callerTable(d *wire.WorkloadDetail) *format.Table {
	var rows []callerRow
	for i := range d.Callers {
		c := &d.Callers[i]
		row := savedRow(t.from, c)
		var on []int32
		for _, s := range c.Servers {
			if !slices.Contains(on, s.Port) {
				on = append(on, s.Port)
			}
		}
		rows = append(rows, callerRow{row.from, row.to, numbersText(on), c.Sends, row.verdict, row.because})
	}
	for _, p := range d.Plaintext {
		rows = append(rows, callerRow{"any client without a proxy", "", numbersText(p.Ports), resolve.SendsPlaintext.String(), admittedCell(p.Verdict, p.DeniedBy), format.Cell{Text: p.Because, Prose: true}})
	}
	return tableOf([]field[callerRow]{
		{Column: format.Column{Head: "FROM", Group: true}, cell: worded(func(c callerRow) string { return c.from })},
		{Column: format.Column{Head: "CALLING", Drop: 2}, cell: worded(func(c callerRow) string { return c.via })},
		{Column: format.Column{Head: "ON"}, cell: worded(func(c callerRow) string { return c.on })},
		{Column: format.Column{Head: "SENDS", Drop: 3}, cell: worded(func(c callerRow) string { return c.sends })},
		{Column: format.Column{Head: "RESULT"}, cell: func(c callerRow) format.Cell { return c.verdict }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1, Below: true}, cell: func(c callerRow) format.Cell { return c.because }},
	}, rows, t.wide)
}

// savedRows are rows of calls that were read back as tables show them.
func savedRows(from base, calls []wire.RuleCall) []*callRow {
	rows := make([]*callRow, len(calls))
	for i := range calls {
		rows[i] = savedRow(from, &calls[i])
	}
	return rows
}

func savedRow(from base, c *wire.RuleCall) *callRow {
	facts := callFacts{
		sends: c.Sends, accepts: c.Accepts, ifMeshed: c.AcceptsIfMeshed, verdict: c.Verdict, denied: c.DeniedBy, brief: c.Brief, rule: c.Rule, symptom: c.Symptom, field: c.Field, position: c.Position,
		endpoint: wire.ConnectionEndpoint{AcceptsBecause: c.AcceptsBecause, AcceptsScope: c.AcceptsScope, AcceptsBy: c.AcceptsBy, AcceptsPosition: c.AcceptsPosition},
	}
	if len(c.Servers) > 0 {
		facts.server = c.Servers[0]
	}
	row := facts.row(from)
	row.to, row.from, row.server = calledText(hostNamed(c.Service, c.Host), c.Ports, c.Subsets), clienteleOf(c.Clients, c.Gateways, c.Namespaces, c.Client).text(), serversNamed(c.Servers)
	return row
}

// clienteleOf are clients of which a report has the counts.
func clienteleOf(clients, gateways int, namespaces []string, one *wire.Ref) clientele {
	c := clientele{names: clients, gateways: gateways, namespaces: namespaces}
	if one != nil {
		c.first = clientNamed(wire.ConnectionClient{Kind: one.Kind, Namespace: one.Namespace, Name: one.Name}, gateways > 0)
	}
	return c
}

func serversNamed(servers []wire.ConnectionServer) string {
	switch len(servers) {
	case 0:
		return dash
	case 1:
		return serverNamed(servers[0])
	}
	return count(len(servers), "endpoint")
}

func numbersText(ports []int32) string {
	var texts []string
	for _, p := range ports {
		texts = append(texts, strconv.Itoa(int(p)))
	}
	return strings.Join(texts, ",")
}
