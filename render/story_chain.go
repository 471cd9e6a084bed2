package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// chain shows how a workload's mode came about, widest scope first.
func (t teller) chain(w *wire.WorkloadItem) format.Block {
	b := format.Block{Title: "How it was decided", Indent: 2}
	if len(w.Chain) == 0 {
		b.Lines = append([]string{w.DefaultDecision.Because}, t.dropped(w)...)
		return b
	}
	b.Table = tableOf([]field[wire.Step]{
		{Column: format.Column{Group: true}, cell: func(s wire.Step) format.Cell { return format.Cell{Text: s.Scope} }},
		{cell: func(s wire.Step) format.Cell { return format.Cell{Text: objectOf(s.By).Path(), Tone: stepTone(s)} }},
		{cell: func(s wire.Step) format.Cell { return format.Cell{Text: s.Mode, Tone: stepTone(s)} }},
		{cell: func(s wire.Step) format.Cell { return format.Cell{Text: stepText(s), Tone: stepTone(s)} }},
		{Column: format.Column{Drop: 1}, cell: func(s wire.Step) format.Cell {
			return format.Cell{Text: t.from.of(placedAt(s.Position)), Tone: format.Faint}
		}},
	}, w.Chain, t.wide)
	switch {
	case ownsItsPorts(w):
		b.Lines = append([]string{"no policy applies: the servers of a gateway have their own TLS settings"}, t.dropped(w)...)
	case w.DefaultMode == resolve.None.String() && w.DefaultModeIfMeshed != "":
		b.Lines = []string{"with a proxy the mode would be " + w.DefaultModeIfMeshed + "; without a proxy no policy has an effect"}
	}
	return b
}

// dropped are the servers of Gateways that the proxy does not have, each with the reason.
func (t teller) dropped(w *wire.WorkloadItem) []string {
	if !ownsItsPorts(w) {
		return nil
	}
	var lines []string
	for _, p := range w.Ports {
		for _, s := range p.Decision.Shadowed {
			lines = append(lines, fmt.Sprintf("port %d has no %s of %s (%s): %s", p.Port, strings.TrimPrefix(s.Field, "spec."), objectOf(s.By), t.from.of(placedAt(s.Position)), s.Because))
		}
	}
	return lines
}

// ownsItsPorts reports a workload that is itself the proxy.
func ownsItsPorts(w *wire.WorkloadItem) bool {
	return w.Dataplane == resolve.DataplaneGateway.String() || w.Dataplane == resolve.DataplaneWaypoint.String()
}

func stepTone(s wire.Step) format.Tone {
	if s.Applies {
		return format.Plain
	}
	return format.Faint
}

func stepText(s wire.Step) string {
	var parts []string
	if s.Because != "" {
		parts = append(parts, s.Because)
	}
	if len(s.Ports) > 0 {
		parts = append(parts, "ports: "+portModes(s.Ports))
	}
	return strings.Join(parts, "; ")
}
