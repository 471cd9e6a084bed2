package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// advice is who is known to call a workload, and which modes fit its ports.
func (t teller) advice(w *resolve.Workload, lines []Line) []format.Block {
	if t.adviser == nil {
		return nil
	}
	ports := migrate.Assess(t.mesh, t.adviser, func(o *resolve.Workload) bool { return o == w })
	if len(ports) == 0 {
		return nil
	}
	var rows []migrate.Port
	for _, p := range ports[0].Ports {
		if slices.ContainsFunc(lines, func(l Line) bool { return l.Port == p.Advice.Port }) {
			rows = append(rows, p)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	var blocks []format.Block
	if callers := knownCallers(rows); len(callers) > 0 {
		blocks = append(blocks, format.Block{Title: "Who is known to call it", Table: tableOf(t.callerFields(), callers, t.wide), Indent: 2})
	}
	return append(blocks, format.Block{Title: "Recommendation  " + advise.Summary(ports[0].Advices()), Table: tableOf(t.adviceFields(), rows, t.wide), Indent: 2})
}

// knownCaller is a caller, and the ports that it may call.
type knownCaller struct {
	advise.Caller
	ports []string
}

// knownCallers are those of all ports, each once.
func knownCallers(rows []migrate.Port) []*knownCaller {
	var out []*knownCaller
	for _, p := range rows {
		port := strconv.Itoa(int(p.Advice.Port.Number))
		for _, c := range p.Callers {
			i := slices.IndexFunc(out, func(k *knownCaller) bool {
				return k.Name == c.Name && k.Workload == c.Workload && k.Dependency == c.Dependency
			})
			if i < 0 {
				i = len(out)
				out = append(out, &knownCaller{Caller: c})
			}
			out[i].ports = append(out[i].ports, port)
		}
	}
	return out
}

func (t teller) callerFields() []field[*knownCaller] {
	return []field[*knownCaller]{
		{Column: format.Column{Head: "FROM"}, cell: worded(func(c *knownCaller) string { return c.Name })},
		{Column: format.Column{Head: "IN THE MESH"}, cell: func(c *knownCaller) format.Cell { return placeCell(c.Place) }},
		{Column: format.Column{Head: "ON"}, cell: worded(func(c *knownCaller) string { return strings.Join(c.ports, ",") })},
		{Column: format.Column{Head: "EVIDENCE", Drop: 1}, cell: func(c *knownCaller) format.Cell { return format.Cell{Text: t.known(&c.Caller), Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(func(c *knownCaller) string { return t.declaredAt(&c.Caller) })},
	}
}

func placeCell(p advise.Place) format.Cell {
	switch p {
	case advise.Inside:
		return format.Cell{Text: "yes", Tone: format.Good}
	case advise.Outside:
		return format.Cell{Text: "no", Tone: format.Warning}
	}
	return format.Cell{Text: "unknown", Tone: format.Attention}
}

// known is how a caller is known.
func (t teller) known(c *advise.Caller) string {
	if d := c.Dependency; d != nil {
		return "declared: " + saysText(d)
	}
	return observed{t.adviser.Evidence}.text(c.Seen)
}

func (t teller) declaredAt(c *advise.Caller) string {
	if c.Dependency == nil {
		return ""
	}
	return t.of(c.Dependency.Position())
}

func (t teller) adviceFields() []field[migrate.Port] {
	return []field[migrate.Port]{
		{Column: format.Column{Head: "PORT"}, cell: worded(func(p migrate.Port) string { return strconv.Itoa(int(p.Advice.Port.Number)) })},
		{Column: format.Column{Head: "FITS"}, cell: func(p migrate.Port) format.Cell { return format.Cell{Text: p.Path.Leaf.Short} }},
		{Column: format.Column{Head: "STATUS"}, cell: func(p migrate.Port) format.Cell { return statusCell(p.Status) }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: func(p migrate.Port) format.Cell { return format.Cell{Text: why(&p), Prose: true} }},
		{Column: format.Column{Head: "WHAT WOULD CHANGE IT", Drop: 2}, cell: func(p migrate.Port) format.Cell { return format.Cell{Text: orWord(changes(&p), dash), Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 3}, cell: worded(func(p migrate.Port) string { return t.of(placeOf(&p)) })},
	}
}

// changes is what would change the recommendation.
func changes(p *migrate.Port) string {
	all := p.Fixes()
	if len(all) == 0 {
		return ""
	}
	text := all[0]
	if more := len(all) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
