package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// evidence tells what is known of calls being made: what was seen of them, and what
// configuration says of them.
type grounds struct {
	base
	*calls.Calls
}

func (v Connections) grounds() grounds { return grounds{baseOf(&v.Scope), v.Calls} }

// shown reports whether there is anything to show of the rows: without evidence it takes a
// call that is declared.
func (e grounds) shown() bool { return e.Evidence != nil || e.AnyDeclared() }

// cell is what was seen, else what is declared, else that neither is known.
func (e grounds) cell(c *outbound.Connection, known calls.Known) format.Cell {
	if e.Evidence == nil {
		return knownCell(e.declared(known), format.Cell{Text: dash}, false)
	}
	cell := observed{e.Evidence}.cell(c, known)
	if !known.Observed.IsZero() {
		return knownCell("", cell, len(known.Declared) > 0)
	}
	return knownCell(e.declared(known), cell, false)
}

func (e grounds) declared(known calls.Known) string {
	if len(known.Declared) == 0 {
		return ""
	}
	var names []string
	for _, d := range known.Declared {
		names = append(names, d.Client.Ref.Name)
	}
	first := known.Declared[0]
	return declaredText(e.base, names, first.Says, first.Position())
}

// knownCell is what is declared, where there is such a text, else what was seen.
func knownCell(declared string, seen format.Cell, both bool) format.Cell {
	if declared != "" {
		return format.Cell{Text: declared, Prose: true}
	}
	if both {
		seen.Text += "; declared"
	}
	return seen
}

// notes are the callers that no row can have, and what failed.
func (e grounds) notes() []string {
	var lines []string
	if e.Evidence != nil {
		lines = append(seenBesides(e.Calls), observed{e.Evidence}.failed(e.Mesh, e.Failures())...)
	}
	return append(lines, declaredBesides(e.base, e.Calls)...)
}

// evidenceSteps are the end of an argument about one call: whether it is made at all.
func (v Connections) evidenceSteps() []wire.DerivationStep {
	d, e := v.Derivation, v.grounds()
	known := e.KnownOf(d.Client, d.Host, d.Port.Number, serversOf(d.Connections)...)
	var steps []wire.DerivationStep
	add := func(topic, text string, at resolve.Position) {
		point := wire.DerivationPoint{Text: text, Position: positionOf(at)}
		if n := len(steps); n > 0 && steps[n-1].Topic == topic {
			steps[n-1].Points = append(steps[n-1].Points, point)
			return
		}
		steps = append(steps, wire.DerivationStep{Topic: topic, Points: []wire.DerivationPoint{point}})
	}
	if e.Evidence != nil && len(d.Connections) > 0 {
		o := observed{e.Evidence}
		seen, of := o.cell(&d.Connections[0], known).Text, "any port of the service; "
		if o.KnowsPorts() {
			of = ""
		}
		add("seen", seen+" ("+of+o.Traffic().Source+")", resolve.Position{})
		for _, f := range o.FailuresTo(d.Host) {
			if f.Client == d.Client.Peer() {
				add("failed", o.failure(f), resolve.Position{})
			}
		}
	}
	for _, one := range known.Declared {
		add("declared", saysText(one), one.Position())
	}
	for _, one := range e.Around(d.Client, d.Host, d.Port.Number) {
		add("declared", fmt.Sprintf("%s, but it is no such call: the client %s: %s", saysText(one.Call), one.Call.Way.Does(), pathText(&one)), one.Call.Position())
	}
	return steps
}
