package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

func waveFields() []field[wire.PlanWave] {
	type wave = wire.PlanWave
	return []field[wave]{
		{Column: format.Column{Head: "WAVE"}, cell: worded(func(w wave) string { return strconv.Itoa(w.Number) })},
		{Column: format.Column{Head: "WHAT"}, cell: worded(func(w wave) string { return w.What })},
		{Column: format.Column{Head: "PORTS"}, cell: worded(func(w wave) string { return orNone(len(w.Strict)) })},
		{Column: format.Column{Head: "OBJECTS", Drop: 3}, cell: worded(func(w wave) string { return orNone(len(w.Changes)) }), wide: true},
		{Column: format.Column{Head: "RESTARTS", Drop: 3}, cell: worded(func(w wave) string { return orNone(len(w.Restarts)) }), wide: true},
		{Column: format.Column{Head: "WHY NOW", Drop: 1}, cell: func(w wave) format.Cell { return format.Cell{Text: w.Why, Prose: true} }},
	}
}

func orNone(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// held is a port that stays, or several for the same reasons.
type held struct {
	wire.PlanHold
	more int
}

// heldAs are the ports of a status; those alike are one row, unless each is wanted.
func heldAs(holds []wire.PlanHold, status string, each bool) []held {
	var out []held
	rows := map[[2]string]int{}
	for _, h := range holds {
		if h.Status != status {
			continue
		}
		reasons := [2]string{whyHeld(h), helps(h)}
		if i, alike := rows[reasons]; alike && !each {
			out[i].more++
			continue
		}
		rows[reasons] = len(out)
		out = append(out, held{h, 0})
	}
	return out
}

func heldFields(from base, s migrate.Status) []field[held] {
	help := "ACTION"
	if s == migrate.Undecided {
		help = "HOW TO SETTLE IT"
	}
	return []field[held]{
		{Column: format.Column{Head: s.String()}, cell: func(h held) format.Cell { return format.Cell{Text: h.name(), Tone: statusCell(s).Tone} }},
		{Column: format.Column{Head: "MODE", Drop: 3}, cell: func(h held) format.Cell { return modeNamed(h.Mode, "") }, wide: true},
		{Column: format.Column{Head: "BY"}, cell: func(h held) format.Cell { return format.Cell{Text: orWord(whyHeld(h.PlanHold), dash), Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 3}, cell: worded(func(h held) string { return from.of(placeHeld(h.PlanHold)) }), wide: true},
		{Column: format.Column{Head: help, Drop: 1}, cell: func(h held) format.Cell { return format.Cell{Text: orWord(helps(h.PlanHold), dash), Prose: true} }},
	}
}

// refusedFields are those of ports that are STRICT already, and refuse callers who are known.
func refusedFields(from base) []field[held] {
	fields := heldFields(from, migrate.Blocked)
	fields[0].Column.Head = "STRICT, REJECTS"
	return fields
}

// name is "legacy/mysqldb:3306 and 2 more".
func (h held) name() string {
	text := heldText(h.PlanTarget)
	if h.more > 0 {
		text += fmt.Sprintf(" and %d more", h.more)
	}
	return text
}

// heldText is "shop/pay:8080", without a port the workload.
func heldText(t wire.PlanTarget) string {
	if t.Port == 0 {
		return objectOf(t.Workload).Path()
	}
	return fmt.Sprintf("%s:%d", objectOf(t.Workload).Path(), t.Port)
}

// whyHeld is the first reason, and how many more there are.
func whyHeld(h wire.PlanHold) string {
	if len(h.Why) == 0 {
		return ""
	}
	text := h.Why[0].Text
	if more := len(h.Why) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

func placeHeld(h wire.PlanHold) resolve.Position {
	if len(h.Why) == 0 {
		return resolve.Position{}
	}
	return placedAt(h.Why[0].Position)
}

// helps are the ways out, each once.
func helps(h wire.PlanHold) string {
	var out []string
	for _, r := range h.Why {
		if r.Fix != "" && !slices.Contains(out, r.Fix) {
			out = append(out, r.Fix)
		}
	}
	return strings.Join(out, "; ")
}
