package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// rowFields keep who, what and the result on any terminal.
func rowFields(from base) []field[*calls.Row] {
	of := func(cell func(*resolve.Connection) format.Cell) func(*calls.Row) format.Cell {
		return func(r *calls.Row) format.Cell { return cell(&r.Connection) }
	}
	return []field[*calls.Row]{
		{Column: format.Column{Head: "TO", Group: true}, cell: worded(toText)},
		{Column: format.Column{Head: "FROM"}, cell: worded(fromText)},
		{Column: format.Column{Head: "SERVER", Drop: 6}, cell: worded(serversText), wide: true},
		{Column: format.Column{Head: "SENDS", Drop: 3}, cell: of(sendsCell)},
		{Column: format.Column{Head: "ACCEPTS", Drop: 4}, cell: of(acceptsCell)},
		{Column: format.Column{Head: "RESULT"}, cell: of(verdictCell)},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: of(sendsBecause)},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: of(from.sends)},
		{Column: format.Column{Head: "ACCEPTS BECAUSE", Drop: 7}, cell: of(from.accepts), wide: true},
		{Column: format.Column{Head: "SYMPTOM", Drop: 5}, cell: of(symptomCell), wide: true},
	}
}

func pairFields(from base) []field[calls.Pair] {
	of := func(cell func(*resolve.Connection) format.Cell) func(calls.Pair) format.Cell {
		return func(p calls.Pair) format.Cell { return cell(p.Connection) }
	}
	return []field[calls.Pair]{
		{Column: format.Column{Head: "FROM", Group: true}, cell: worded(func(p calls.Pair) string { return clientText(p.Client) })},
		{Column: format.Column{Head: "TO", Group: true}, cell: worded(func(p calls.Pair) string { return targetText(p.Connection) })},
		{Column: format.Column{Head: "SERVER", Drop: 5}, cell: worded(func(p calls.Pair) string { return serverText(p.Server) })},
		{Column: format.Column{Head: "SENDS", Drop: 3}, cell: of(sendsCell)},
		{Column: format.Column{Head: "ACCEPTS", Drop: 4}, cell: of(acceptsCell)},
		{Column: format.Column{Head: "RESULT"}, cell: of(verdictCell)},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: of(sendsBecause)},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: of(from.sends)},
		{Column: format.Column{Head: "ACCEPTS BECAUSE", Drop: 7}, cell: of(from.accepts), wide: true},
		{Column: format.Column{Head: "SYMPTOM", Drop: 6}, cell: of(symptomCell), wide: true},
	}
}

// sendsCell is a dash where nothing stands behind the port: then it is nobody's
// question.
func sendsCell(c *resolve.Connection) format.Cell {
	if c.Server == nil && c.Outcome.Verdict == resolve.VerdictUnknown {
		return cellOf("")
	}
	return format.Cell{Text: c.Sends.TLS.String()}
}

// sends is where the setting is written that decides what is sent.
func (b base) sends(c *resolve.Connection) format.Cell { return cellOf(b.of(c.Sends.Position())) }

// accepts is what decided the server's mode.
func (b base) accepts(c *resolve.Connection) format.Cell {
	if c.Server == nil {
		return cellOf("")
	}
	text := words.Because(c.Serves.Why)
	if byObject(&c.Serves) {
		text = c.Serves.By.String()
	}
	return format.Cell{Text: b.at(text, c.Serves.Position()), Prose: true}
}

func symptomCell(c *resolve.Connection) format.Cell {
	cell := cellOf(words.Symptom(c.Outcome.Symptom))
	cell.Prose = true
	return cell
}

func cellOf(text string) format.Cell {
	if text == "" {
		text = dash
	}
	return format.Cell{Text: text}
}
