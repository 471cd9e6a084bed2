package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// advice is who is known to call a workload, and which modes fit its ports.
func (t teller) advice(w *resolve.Workload, lines []Line) []Block {
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
	var blocks []Block
	if callers := knownCallers(rows); len(callers) > 0 {
		blocks = append(blocks, Block{Title: "Who is known to call it", Table: tableOf(t.callerFields(), callers, t.wide), Indent: 2})
	}
	return append(blocks, Block{Title: "Recommendation  " + advise.Summary(ports[0].Advices()), Table: tableOf(t.adviceFields(), rows, t.wide), Indent: 2})
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
		{Column: Column{Head: "FROM"}, cell: worded(func(c *knownCaller) string { return c.Name })},
		{Column: Column{Head: "IN THE MESH"}, cell: func(c *knownCaller) Cell { return placeCell(c.Place) }},
		{Column: Column{Head: "ON"}, cell: worded(func(c *knownCaller) string { return strings.Join(c.ports, ",") })},
		{Column: Column{Head: "EVIDENCE", Drop: 1}, cell: func(c *knownCaller) Cell { return Cell{Text: t.known(&c.Caller), Prose: true} }},
		{Column: Column{Head: "AT", Drop: 2}, cell: worded(func(c *knownCaller) string { return t.declaredAt(&c.Caller) })},
	}
}

func placeCell(p advise.Place) Cell {
	switch p {
	case advise.Inside:
		return Cell{Text: "yes", Tone: Good}
	case advise.Outside:
		return Cell{Text: "no", Tone: Warning}
	}
	return Cell{Text: "unknown", Tone: Attention}
}

// known is how a caller is known.
func (t teller) known(c *advise.Caller) string {
	if d := c.Dependency; d != nil {
		return "declared: " + saysText(d)
	}
	return newObserved(t.adviser.Evidence).text(c.Seen)
}

func (t teller) declaredAt(c *advise.Caller) string {
	if c.Dependency == nil {
		return ""
	}
	return t.of(c.Dependency.Position())
}

func (t teller) adviceFields() []field[migrate.Port] {
	return []field[migrate.Port]{
		{Column: Column{Head: "PORT"}, cell: worded(func(p migrate.Port) string { return strconv.Itoa(int(p.Advice.Port.Number)) })},
		{Column: Column{Head: "FITS"}, cell: func(p migrate.Port) Cell { return Cell{Text: p.Path.Leaf.Short} }},
		{Column: Column{Head: "STATUS"}, cell: func(p migrate.Port) Cell { return statusCell(p.Status) }},
		{Column: Column{Head: "BECAUSE", Drop: 1}, cell: func(p migrate.Port) Cell { return Cell{Text: why(&p), Prose: true} }},
		{Column: Column{Head: "WHAT WOULD CHANGE IT", Drop: 2}, cell: func(p migrate.Port) Cell { return Cell{Text: orWord(changes(&p), dash), Prose: true} }},
		{Column: Column{Head: "AT", Drop: 3}, cell: worded(func(p migrate.Port) string { return t.of(placeOf(&p)) })},
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
