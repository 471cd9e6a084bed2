package render

import (
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// chain shows how a workload's mode came about, widest scope first.
func (t teller) chain(w *resolve.Workload) format.Block {
	b := format.Block{Title: "How it was decided", Indent: 2}
	if len(w.Chain.Steps) == 0 {
		b.Lines = []string{words.Because(w.Default.Why)}
		return b
	}
	b.Table = tableOf([]field[resolve.Step]{
		{Column: format.Column{Group: true}, cell: func(s resolve.Step) format.Cell { return format.Cell{Text: s.Scope.String()} }},
		{cell: func(s resolve.Step) format.Cell { return format.Cell{Text: s.By.Path(), Tone: stepTone(s)} }},
		{cell: func(s resolve.Step) format.Cell { return format.Cell{Text: s.Mode.String(), Tone: stepTone(s)} }},
		{cell: func(s resolve.Step) format.Cell { return format.Cell{Text: stepText(s), Tone: stepTone(s)} }},
		{Column: format.Column{Drop: 1}, cell: func(s resolve.Step) format.Cell { return format.Cell{Text: t.of(s.Position()), Tone: format.Faint} }},
	}, w.Chain.Steps, t.wide)
	switch d := w.Default; {
	case calls.OwnsItsPorts(w):
		b.Lines = []string{"none of it applies: the servers of a gateway decide for themselves"}
	case d.Mode == resolve.None && d.IfMeshed != resolve.Unset:
		b.Lines = []string{"with a proxy it would be " + d.IfMeshed.String() + "; without one no policy has an effect"}
	}
	return b
}

func stepTone(s resolve.Step) format.Tone {
	if s.Applies {
		return format.Plain
	}
	return format.Faint
}

func stepText(s resolve.Step) string {
	var parts []string
	if text := words.Because(s.Why); text != "" {
		parts = append(parts, text)
	}
	if len(s.Ports) > 0 {
		parts = append(parts, "ports: "+portModes(s.Ports))
	}
	return strings.Join(parts, "; ")
}

func portModes(ports []resolve.PortMode) string {
	var parts []string
	for _, p := range ports {
		parts = append(parts, strconv.Itoa(int(p.Port))+" "+p.Mode.String())
	}
	return strings.Join(parts, ", ")
}
