package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// evidence tells what is known of calls being made: what was seen of them, and what
// configuration says of them.
type evidence struct {
	base
	*calls.Calls
}

func (v Connections) evidence() evidence { return evidence{baseOf(&v.Scope), v.Calls} }

// shown reports whether there is anything to show of the rows: without evidence it takes a
// call that is declared.
func (e evidence) shown() bool { return e.Evidence != nil || e.AnyDeclared() }

func (e evidence) field() field[*calls.Row] {
	return field[*calls.Row]{Column: format.Column{Head: "EVIDENCE", Drop: 4}, cell: func(r *calls.Row) format.Cell {
		return e.cell(&r.Connection, e.Known(r))
	}}
}

func (e evidence) pairField() field[calls.Pair] {
	return field[calls.Pair]{Column: format.Column{Head: "EVIDENCE", Drop: 4}, cell: func(p calls.Pair) format.Cell {
		return e.cell(p.Connection, e.KnownOf(p.Client, p.Host, p.Port.Number, p.Server))
	}}
}

// cell is what was seen, else what is declared, else that neither is known.
func (e evidence) cell(c *resolve.Connection, known calls.Known) format.Cell {
	if text := declaredText(e.base, known.Declared); text != "" && known.Seen.IsZero() {
		return format.Cell{Text: text, Prose: true}
	}
	if e.Evidence == nil {
		return cellOf("")
	}
	cell := observed{e.Evidence}.cell(c, known)
	if len(known.Declared) > 0 {
		cell.Text += "; declared"
	}
	return cell
}

// notes are the callers that no row can have, and what failed.
func (e evidence) notes() []string {
	var lines []string
	if e.Evidence != nil {
		lines = append(seenBesides(e.Calls), observed{e.Evidence}.failed(e.Mesh, e.Failures())...)
	}
	return append(lines, declaredBesides(e.base, e.DeclaredBesides())...)
}

// evidencePoints are the end of an argument about one call: whether it is made at all.
func (v Connections) evidencePoints() []format.Point {
	d, e := v.Derivation, v.evidence()
	known := e.KnownOf(d.Client, d.Host, d.Port.Number, serversOf(d.Connections)...)
	var points []format.Point
	if e.Evidence != nil && len(d.Connections) > 0 {
		o := observed{e.Evidence}
		seen, of := o.cell(&d.Connections[0], known).Text, "any port of the service; "
		if o.KnowsPorts() {
			of = ""
		}
		points = append(points, format.Point{Term: "  seen", Text: seen + " (" + of + o.Traffic().Source + ")"})
		for _, f := range o.FailuresTo(d.Host) {
			if f.Client == d.Client.Peer() {
				points = append(points, format.Point{Term: "  failed", Text: o.failure(f)})
			}
		}
	}
	term := "  declared"
	for _, one := range known.Declared {
		points, term = append(points, format.Point{Term: term, Text: e.at(saysText(one), one.Position())}), ""
	}
	return points
}
