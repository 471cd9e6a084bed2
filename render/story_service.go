package render

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// call is one way from a Service port to a workload port.
type call struct {
	port int32
	Line
}

// service tells what a caller of a Service meets: for each of its ports the
// workload ports behind it.
func (t teller) service(target Target) []format.Block {
	s := target.Service
	blocks := []format.Block{{Title: s.Ref.String(), Table: serviceFacts(s), Indent: 2}}
	if len(t.mesh.Behind(s)) == 0 {
		return append(blocks, format.Block{Lines: []string{"no workload of the input stands behind it"}, Indent: 2})
	}
	calls, silent := callsOf(s, target.Lines)
	if len(calls) > 0 {
		blocks = append(blocks, format.Block{Title: "Ports", Table: tableOf(t.callFields(), calls, t.wide), Indent: 2})
	}
	if len(silent) > 0 {
		blocks = append(blocks, format.Block{Lines: silent, Indent: 2})
	}
	return append(blocks, t.serviceCallers(s)...)
}

func serviceFacts(s *resolve.Service) *format.Table {
	kind := ""
	if s.Headless {
		kind = "headless: callers connect to the pods themselves"
	}
	return facts(
		[2]string{"selects", labelText(s.Selector)},
		[2]string{"alias of", s.ExternalName},
		[2]string{"type", kind},
		[2]string{"read from", s.Origin.At("").String()},
	)
}

// callsOf pairs the ports of a Service with those lines that they lead to, and
// says which lead nowhere.
func callsOf(s *resolve.Service, lines []Line) (calls []call, silent []string) {
	for _, spec := range s.Ports {
		before := len(calls)
		for _, l := range lines {
			if l.Port != nil && leads(s, spec.Port, l.Port) {
				calls = append(calls, call{spec.Port, l})
			}
		}
		if len(calls) == before {
			silent = append(silent, "port "+strconv.Itoa(int(spec.Port))+" leads to no port shown here")
		}
	}
	return calls, silent
}

func leads(s *resolve.Service, port int32, p *resolve.Port) bool {
	return slices.ContainsFunc(p.Services, func(sp resolve.ServicePort) bool {
		return sp.Namespace == s.Ref.Namespace && sp.Name == s.Ref.Name && sp.Port == port
	})
}

func (t teller) callFields() []field[call] {
	of := func(text func(Line) string) func(call) format.Cell {
		return worded(func(c call) string { return text(c.Line) })
	}
	return []field[call]{
		{Column: format.Column{Head: "SERVICE PORT", Group: true}, cell: func(c call) format.Cell { return format.Cell{Text: strconv.Itoa(int(c.port))} }},
		{Column: format.Column{Head: "WORKLOAD"}, cell: of(workloadText)},
		{Column: format.Column{Head: "DATAPLANE", Drop: 4}, cell: of(dataplaneText)},
		{Column: format.Column{Head: "PORT"}, cell: of(portText)},
		{Column: format.Column{Head: "PROTOCOL", Drop: 5}, cell: of(protocolText)},
		{Column: format.Column{Head: "MODE"}, cell: func(c call) format.Cell { return modeCell(c.Line) }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: func(c call) format.Cell { return because(c.Line) }},
		{Column: format.Column{Head: "FIELD", Drop: 3}, cell: of(fieldText)},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: of(t.decided)},
	}
}

// labelText is labels as a selector is written.
func labelText(labels map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, key+"="+labels[key])
	}
	return strings.Join(parts, ",")
}
