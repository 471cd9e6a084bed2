package render

import (
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// answerFields keep who, what and the result on any terminal.
func answerFields(from base) []field[*answer] {
	of := func(cell func(*resolve.Connection) format.Cell) func(*answer) format.Cell {
		return func(a *answer) format.Cell { return cell(&a.Connection) }
	}
	return []field[*answer]{
		{Column: format.Column{Head: "TO", Group: true}, cell: worded((*answer).to)},
		{Column: format.Column{Head: "FROM"}, cell: worded((*answer).from)},
		{Column: format.Column{Head: "SERVER", Drop: 6}, cell: worded((*answer).serversText), wide: true},
		{Column: format.Column{Head: "SENDS", Drop: 3}, cell: of(sendsCell)},
		{Column: format.Column{Head: "ACCEPTS", Drop: 4}, cell: of(acceptsCell)},
		{Column: format.Column{Head: "RESULT"}, cell: of(verdictCell)},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: of(sendsBecause)},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: of(from.sends)},
		{Column: format.Column{Head: "ACCEPTS BECAUSE", Drop: 7}, cell: of(from.accepts), wide: true},
		{Column: format.Column{Head: "SYMPTOM", Drop: 5}, cell: of(symptomCell), wide: true},
	}
}

func pairFields(from base) []field[pair] {
	of := func(cell func(*resolve.Connection) format.Cell) func(pair) format.Cell {
		return func(p pair) format.Cell { return cell(p.Connection) }
	}
	return []field[pair]{
		{Column: format.Column{Head: "FROM", Group: true}, cell: worded(func(p pair) string { return clientText(p.client) })},
		{Column: format.Column{Head: "TO", Group: true}, cell: worded(func(p pair) string { return targetText(p.Connection) })},
		{Column: format.Column{Head: "SERVER", Drop: 5}, cell: worded(func(p pair) string { return serverText(p.Server) })},
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
