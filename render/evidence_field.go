package render

import (
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// evidence is what is known of calls being made: what was seen of them, and what
// configuration says of them.
type evidence struct {
	seen     *observed // nil where nobody looked
	declared *declared
}

func (v Connections) evidence() evidence {
	e, of := evidence{declared: newDeclared(v.Mesh, baseOf(&v.Scope))}, v.members()
	e.declared.members = of
	if v.Evidence != nil {
		e.seen = &observed{v.Evidence, of}
	}
	return e
}

// shown reports whether there is anything to show of the rows.
func (e evidence) shown(answers []*answer) bool { return e.seen != nil || e.declared.any(answers) }

func (e evidence) field() field[*answer] {
	return field[*answer]{Column: format.Column{Head: "EVIDENCE", Drop: 4}, cell: func(a *answer) format.Cell {
		var seen resolve.Seen
		if e.seen != nil {
			seen = e.seen.of(a.clients, a.Host, a.ports)
		}
		return e.cell(&a.Connection, seen, a.servers, e.declared.of(a.clients, a.Host, a.ports...))
	}}
}

func (e evidence) pairField() field[pair] {
	return field[pair]{Column: format.Column{Head: "EVIDENCE", Drop: 4}, cell: func(p pair) format.Cell { return e.ofPair(p.Connection, p.client) }}
}

// ofPair is what is known of one client's calls to a port.
func (e evidence) ofPair(c *resolve.Connection, w *resolve.Workload) format.Cell {
	var seen resolve.Seen
	if e.seen != nil {
		seen = e.seen.OfPort(w.Peer(), c.Host, c.Port.Number)
	}
	return e.cell(c, seen, []*resolve.Endpoint{c.Server}, e.declared.ofOne(w, c.Host, c.Port.Number))
}

// cell is what was seen, else what is declared, else that neither is known.
func (e evidence) cell(c *resolve.Connection, seen resolve.Seen, servers []*resolve.Endpoint, said []*resolve.Dependency) format.Cell {
	if text := e.declared.text(said); text != "" && seen.IsZero() {
		return format.Cell{Text: text, Prose: true}
	}
	if e.seen == nil {
		return cellOf("")
	}
	cell := e.seen.cell(c, seen, e.seen.covers(servers))
	if len(said) > 0 {
		cell.Text += "; declared"
	}
	return cell
}

// notes are the callers that no row can have, and what failed.
func (e evidence) notes(v Connections, answers []*answer) []string {
	var lines []string
	if e.seen != nil {
		lines = append(e.seen.besides(v.Mesh, answers), e.seen.failed(v.Mesh, v.failures())...)
	}
	return append(lines, e.declared.besides(answers)...)
}

// evidencePoints are the end of an argument about one call: whether it is made at all.
func (v Connections) evidencePoints() []format.Point {
	d, e := v.Derivation, v.evidence()
	var points []format.Point
	if e.seen != nil && len(d.Connections) > 0 {
		seen, of := e.seen.cell(&d.Connections[0], e.seen.OfPort(d.Client.Peer(), d.Host, d.Port.Number), e.seen.covers(serversOf(d.Connections))).Text, "any port of the service; "
		if e.seen.KnowsPorts() {
			of = ""
		}
		points = append(points, format.Point{Term: "  seen", Text: seen + " (" + of + e.seen.Traffic().Source + ")"})
		for _, f := range e.seen.FailuresTo(d.Host) {
			if f.Client == d.Client.Peer() {
				points = append(points, format.Point{Term: "  failed", Text: e.seen.failure(f)})
			}
		}
	}
	term := "  declared"
	for _, one := range e.declared.ofOne(d.Client, d.Host, d.Port.Number) {
		points, term = append(points, format.Point{Term: term, Text: e.declared.at(saysText(one), one.Position())}), ""
	}
	return points
}
