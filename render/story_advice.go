package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// advice is who is known to call a workload, and which modes fit its ports.
func (t teller) advice(d *wire.WorkloadDetail) []format.Block {
	if len(d.Advice) == 0 {
		return nil
	}
	var blocks []format.Block
	if len(d.KnownCallers) > 0 {
		blocks = append(blocks, format.Block{Title: "Known clients", Table: tableOf(t.callerFields(), d.KnownCallers, t.wide), Indent: 2})
	}
	return append(blocks, format.Block{Title: "Recommendation  " + d.Recommendation, Table: tableOf(t.adviceFields(), d.Advice, t.wide), Indent: 2})
}

func (t teller) callerFields() []field[wire.KnownCaller] {
	return []field[wire.KnownCaller]{
		{Column: format.Column{Head: "FROM"}, cell: worded(func(c wire.KnownCaller) string { return c.Name })},
		{Column: format.Column{Head: "IN THE MESH"}, cell: func(c wire.KnownCaller) format.Cell {
			return format.Cell{Text: c.InMesh, Tone: meshTones[c.InMesh]}
		}},
		{Column: format.Column{Head: "ON"}, cell: worded(func(c wire.KnownCaller) string { return numbersText(c.Ports) })},
		{Column: format.Column{Head: "EVIDENCE", Drop: 1}, cell: func(c wire.KnownCaller) format.Cell { return format.Cell{Text: c.Evidence, Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(func(c wire.KnownCaller) string { return t.from.of(placedAt(c.Position)) })},
	}
}

// meshTones are those of being in the mesh, or not.
var meshTones = map[string]format.Tone{"yes": format.Good, "no": format.Warning, "unknown": format.Attention}

func (t teller) adviceFields() []field[wire.PortAdvice] {
	return []field[wire.PortAdvice]{
		{Column: format.Column{Head: "PORT"}, cell: worded(func(p wire.PortAdvice) string { return numbersText([]int32{p.Port}) })},
		{Column: format.Column{Head: "RECOMMENDED"}, cell: func(p wire.PortAdvice) format.Cell { return format.Cell{Text: p.Fits} }},
		{Column: format.Column{Head: "STATUS"}, cell: func(p wire.PortAdvice) format.Cell { return statusNamed(p.Status) }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1, Below: true}, cell: func(p wire.PortAdvice) format.Cell { return format.Cell{Text: firstReason(p.Because), Prose: true} }},
		{Column: format.Column{Head: "WHAT WOULD CHANGE IT", Drop: 2}, cell: func(p wire.PortAdvice) format.Cell {
			return format.Cell{Text: orWord(firstAndMore(p.Fixes), dash), Prose: true}
		}},
		{Column: format.Column{Head: "AT", Drop: 3}, cell: worded(func(p wire.PortAdvice) string {
			if len(p.Because) == 0 {
				return ""
			}
			return t.from.of(placedAt(p.Because[0].Position))
		})},
	}
}

// firstReason is the first of reasons, and how many more there are.
func firstReason(reasons []wire.MigrationReason) string {
	var texts []string
	for _, r := range reasons {
		texts = append(texts, r.Text)
	}
	return orWord(firstAndMore(texts), dash)
}

func firstAndMore(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	text := texts[0]
	if more := len(texts) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
