package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// callRow is what a row about calls has, whether they were just worked out or read back.
type callRow struct {
	to, from, server                 string
	sends, accepts, verdict, because format.Cell
	// at is where what is sent is written, field what field it is.
	at, field string
	// acceptsBecause and symptom are for -o wide.
	acceptsBecause, symptom format.Cell
	evidence                format.Cell
	// proxy is what the clients' proxies send, "" where nobody looked.
	proxy string
}

// rowFields keep who, what and the result on any terminal.
func rowFields() []field[*callRow] {
	return []field[*callRow]{
		{Column: format.Column{Head: "TO", Group: true}, cell: worded(func(r *callRow) string { return r.to })},
		{Column: format.Column{Head: "FROM"}, cell: worded(func(r *callRow) string { return r.from })},
		{Column: format.Column{Head: "SERVER", Drop: 6}, cell: worded(func(r *callRow) string { return r.server }), wide: true},
		{Column: format.Column{Head: "SENDS", Drop: 3}, cell: func(r *callRow) format.Cell { return r.sends }},
		{Column: format.Column{Head: "ACCEPTS", Drop: 4}, cell: func(r *callRow) format.Cell { return r.accepts }},
		{Column: format.Column{Head: "RESULT"}, cell: func(r *callRow) format.Cell { return r.verdict }},
		{Column: format.Column{Head: "BECAUSE", Drop: 1, Below: true}, cell: func(r *callRow) format.Cell { return r.because }},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(func(r *callRow) string { return r.at })},
		{Column: format.Column{Head: "ACCEPTS BECAUSE", Drop: 7}, cell: func(r *callRow) format.Cell { return r.acceptsBecause }, wide: true},
		{Column: format.Column{Head: "SYMPTOM", Drop: 5}, cell: func(r *callRow) format.Cell { return r.symptom }, wide: true},
	}
}

// pairFields are those of one client and one server a row.
func pairFields() []field[*callRow] {
	fields := rowFields()
	fields[0], fields[1] = fields[1], fields[0]
	for i := range fields {
		switch f := &fields[i]; f.Head {
		case "FROM":
			f.Group = true
		case "SERVER":
			f.Drop, f.wide = 5, false
		case "SYMPTOM":
			f.Drop = 6
		}
	}
	return fields
}

func evidenceField() field[*callRow] {
	return field[*callRow]{Column: format.Column{Head: "EVIDENCE", Drop: 4}, cell: func(r *callRow) format.Cell { return r.evidence }}
}

// without leaves out a column.
func without(fields []field[*callRow], head string) []field[*callRow] {
	return slices.DeleteFunc(fields, func(f field[*callRow]) bool { return f.Head == head })
}

// rowsOf are rows of calls as tables show them.
func rowsOf(from base, rows []*calls.Row, wide bool) []*callRow {
	list, all := make([]*callRow, len(rows)), make([]callRow, len(rows))
	for i, r := range rows {
		all[i] = newCallRow(from, &r.Connection, &r.Admission, wide)
		all[i].to, all[i].from = toText(r), clientsText(r.Clients)
		if wide {
			all[i].server = serversText(r.Servers)
		}
		list[i] = &all[i]
	}
	return list
}

// rowsOfPairs are pairs as tables show them.
func rowsOfPairs(from base, pairs []calls.Pair, wide bool) []*callRow {
	list, all := make([]*callRow, len(pairs)), make([]callRow, len(pairs))
	for i, p := range pairs {
		all[i] = newCallRow(from, p.Connection, &p.Admission, wide)
		all[i].to, all[i].from, all[i].server = targetText(p.Connection), clientText(p.Client), serverText(p.Server)
		list[i] = &all[i]
	}
	return list
}

// newCallRow is what a connection says of itself.
func newCallRow(from base, c *outbound.Connection, a *authz.Admission, wide bool) callRow {
	row := callRow{
		sends: sendsCell(c.Sends.TLS.String(), c.Outcome.Verdict.String(), c.Server != nil), accepts: acceptsCell(c), verdict: admittedCell(c.Outcome.Verdict.String(), deniedBy(a)), because: sendsBecause(c),
		at: from.of(c.Sends.Position()), field: shortField(c.Sends.Field),
	}
	if wide {
		row.acceptsBecause, row.symptom = from.accepts(c), cellOf(words.Symptom(c.Outcome.Symptom))
		row.symptom.Prose = true
	}
	return row
}

// sendsCell is a dash where nothing stands behind the port: then it is nobody's
// question.
func sendsCell(sends, verdict string, served bool) format.Cell {
	if !served && verdict == resolve.VerdictUnknown.String() {
		return cellOf("")
	}
	return format.Cell{Text: sends}
}

// accepts is what decided the server's mode.
func (b base) accepts(c *outbound.Connection) format.Cell {
	if c.Server == nil {
		return cellOf("")
	}
	text := words.Because(c.Serves.Why)
	if byObject(&c.Serves) {
		text = c.Serves.By.String()
	}
	return format.Cell{Text: b.at(text, c.Serves.Position()), Prose: true}
}

func cellOf(text string) format.Cell {
	if text == "" {
		text = dash
	}
	return format.Cell{Text: text}
}
