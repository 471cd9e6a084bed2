package render

import "github.com/mtlsctl/mtlsctl/resolve"

// evidence is what is known of calls being made: what was seen of them, and what
// configuration says of them.
type evidence struct {
	seen     *observed // nil where nobody looked
	declared *declared
}

func (v Connections) evidence() evidence {
	e := evidence{declared: newDeclared(v.Mesh, v.Scope.base())}
	if v.Evidence != nil {
		e.seen = newObserved(v.Evidence)
	}
	return e
}

// shown reports whether there is anything to show of the rows.
func (e evidence) shown(answers []*answer) bool { return e.seen != nil || e.declared.any(answers) }

func (e evidence) field() field[*answer] {
	return field[*answer]{Column: Column{Head: "EVIDENCE", Drop: 4}, cell: func(a *answer) Cell {
		var seen resolve.Seen
		if e.seen != nil {
			seen = e.seen.of(a.clients, a.Host)
		}
		return e.cell(&a.Connection, seen, e.declared.of(a.clients, a.Host, a.ports...))
	}}
}

func (e evidence) pairField() field[pair] {
	return field[pair]{Column: Column{Head: "EVIDENCE", Drop: 4}, cell: func(p pair) Cell { return e.ofPair(p.Connection, p.client) }}
}

// ofPair is what is known of one client's calls to a port.
func (e evidence) ofPair(c *resolve.Connection, w *resolve.Workload) Cell {
	var seen resolve.Seen
	if e.seen != nil {
		seen = e.seen.Of(w.Peer(), c.Host)
	}
	return e.cell(c, seen, e.declared.ofOne(w, c.Host, c.Port.Number))
}

// cell is what was seen, else what is declared, else that neither is known.
func (e evidence) cell(c *resolve.Connection, seen resolve.Seen, said []*resolve.Dependency) Cell {
	if text := e.declared.text(said); text != "" && seen.IsZero() {
		return Cell{Text: text, Prose: true}
	}
	if e.seen == nil {
		return cellOf("")
	}
	return e.seen.cell(c, seen)
}

// notes are the callers that no row can have.
func (e evidence) notes(m *resolve.Mesh, answers []*answer) []string {
	var lines []string
	if e.seen != nil {
		lines = e.seen.besides(m, answers)
	}
	return append(lines, e.declared.besides(answers)...)
}

// evidencePoints are the end of an argument about one call: whether it is made at all.
func (v Connections) evidencePoints() []Point {
	d, e := v.Derivation, v.evidence()
	var points []Point
	if e.seen != nil && len(d.Connections) > 0 {
		seen := e.seen.cell(&d.Connections[0], e.seen.Of(d.Client.Peer(), d.Host)).Text
		points = append(points, Point{"  seen", seen + " (any port of the service; " + e.seen.Traffic().Source + ")"})
	}
	term := "  declared"
	for _, one := range e.declared.ofOne(d.Client, d.Host, d.Port.Number) {
		points, term = append(points, Point{term, e.declared.at(saysText(one), one.Position())}), ""
	}
	return points
}
