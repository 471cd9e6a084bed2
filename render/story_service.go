package render

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// serviceLine is one way from a Service port to a workload port.
type serviceLine struct {
	servicePort int32
	*portLine
}

// service tells what a caller of a Service meets: for each of its ports the
// workload ports behind it.
func (t teller) service(s *wire.ServiceDetail) []format.Block {
	ref := resolve.Ref{Kind: resolve.KindService, Namespace: s.Namespace, Name: s.Name}
	blocks := []format.Block{{Title: ref.String(), Table: serviceFacts(s), Indent: 2}}
	if !s.Served {
		return append(blocks, format.Block{Lines: []string{"the Service has no workload in the input"}, Indent: 2})
	}
	var lines []serviceLine
	var silent []string
	for _, p := range s.Ports {
		for _, l := range p.Lines {
			lines = append(lines, serviceLine{p.Port, t.line(l)})
		}
		if len(p.Lines) == 0 {
			silent = append(silent, "port "+strconv.Itoa(int(p.Port))+" routes to no port in this report")
		}
	}
	if len(lines) > 0 {
		blocks = append(blocks, format.Block{Title: "Ports", Table: tableOf(serviceFields(), lines, t.wide), Indent: 2})
	}
	if len(silent) > 0 {
		blocks = append(blocks, format.Block{Lines: silent, Indent: 2})
	}
	if len(s.Calls) > 0 {
		blocks = append(blocks, format.Block{Title: "What clients send", Table: tableOf(rowFields(), savedRows(t.from, s.Calls), t.wide), Indent: 2})
	}
	return blocks
}

func serviceFacts(s *wire.ServiceDetail) *format.Table {
	kind := ""
	if s.Headless {
		kind = "headless: clients connect to the pods directly"
	}
	return facts(
		[2]string{"selects", labelText(s.Selector)},
		[2]string{"alias of", s.ExternalName},
		[2]string{"type", kind},
		[2]string{"read from", placedAt(s.Position).String()},
	)
}

func serviceFields() []field[serviceLine] {
	of := func(text func(*portLine) string) func(serviceLine) format.Cell {
		return worded(func(l serviceLine) string { return text(l.portLine) })
	}
	return []field[serviceLine]{
		{Column: format.Column{Head: "SERVICE PORT", Group: true}, cell: func(l serviceLine) format.Cell {
			return format.Cell{Text: strconv.Itoa(int(l.servicePort))}
		}},
		{Column: format.Column{Head: "WORKLOAD"}, cell: of(func(l *portLine) string { return l.workload })},
		{Column: format.Column{Head: "DATAPLANE", Drop: 4}, cell: of(func(l *portLine) string { return l.dataplane })},
		{Column: format.Column{Head: "PORT"}, cell: of(func(l *portLine) string { return l.port })},
		{Column: format.Column{Head: "PROTOCOL", Drop: 5}, cell: of(func(l *portLine) string { return l.protocol })},
		{Column: format.Column{Head: "MODE"}, cell: func(l serviceLine) format.Cell { return l.mode }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1, Below: true}, cell: func(l serviceLine) format.Cell { return l.because }},
		{Column: format.Column{Head: "FIELD", Drop: 3}, cell: of(func(l *portLine) string { return l.field })},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: of(func(l *portLine) string { return l.at })},
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
