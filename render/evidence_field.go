package render

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// grounds are what is known of calls being made: what was seen of them, and what
// configuration says of them.
type grounds struct {
	seen     *observed // nil where nobody looked
	declared *spokenOf
}

func (v Connections) grounds() grounds {
	e, of := grounds{declared: newDeclared(v.Mesh, v.Scope.base())}, v.members()
	e.declared.members = of
	if v.Evidence != nil {
		e.seen = &observed{v.Evidence, of}
	}
	return e
}

// shown reports whether there is anything to show of the rows.
func (e grounds) shown(answers []*answer) bool { return e.seen != nil || e.declared.any(answers) }

func (e grounds) field() field[*answer] {
	return field[*answer]{Column: Column{Head: "EVIDENCE", Drop: 4}, cell: func(a *answer) Cell {
		var seen evidence.Seen
		if e.seen != nil {
			seen = e.seen.of(a.clients, a.Host, a.ports)
		}
		return e.cell(&a.Connection, seen, a.servers, e.declared.of(a.clients, a.Host, a.ports...))
	}}
}

func (e grounds) pairField() field[pair] {
	return field[pair]{Column: Column{Head: "EVIDENCE", Drop: 4}, cell: func(p pair) Cell { return e.ofPair(p.Connection, p.client) }}
}

// ofPair is what is known of one client's calls to a port.
func (e grounds) ofPair(c *resolve.Connection, w *resolve.Workload) Cell {
	var seen evidence.Seen
	if e.seen != nil {
		seen = e.seen.OfPort(w.Peer(), c.Host, c.Port.Number)
	}
	return e.cell(c, seen, []*resolve.Endpoint{c.Server}, e.declared.ofOne(w, c.Host, c.Port.Number))
}

// cell is what was seen, else what is declared, else that neither is known.
func (e grounds) cell(c *resolve.Connection, seen evidence.Seen, servers []*resolve.Endpoint, said []*declared.Call) Cell {
	if text := e.declared.text(said); text != "" && seen.IsZero() {
		return Cell{Text: text, Prose: true}
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
func (e grounds) notes(v Connections, answers []*answer) []string {
	var lines []string
	if e.seen != nil {
		lines = append(e.seen.besides(v.Mesh, answers), e.seen.failed(v.Mesh, v.failures())...)
	}
	return append(lines, e.declared.besides(answers)...)
}

// evidencePoints are the end of an argument about one call: whether it is made at all.
func (v Connections) evidencePoints() []Point {
	d, e := v.Derivation, v.grounds()
	var points []Point
	if e.seen != nil && len(d.Connections) > 0 {
		seen, of := e.seen.cell(&d.Connections[0], e.seen.OfPort(d.Client.Peer(), d.Host, d.Port.Number), e.seen.covers(serversOf(d.Connections))).Text, "any port of the service; "
		if e.seen.KnowsPorts() {
			of = ""
		}
		points = append(points, Point{"  seen", seen + " (" + of + e.seen.Traffic().Source + ")"})
		for _, f := range e.seen.FailuresTo(d.Host) {
			if f.Client == d.Client.Peer() {
				points = append(points, Point{"  failed", e.seen.failure(f)})
			}
		}
	}
	term := "  declared"
	for _, one := range e.declared.ofOne(d.Client, d.Host, d.Port.Number) {
		points, term = append(points, Point{term, e.declared.at(saysText(one), one.Position())}), ""
	}
	return points
}
