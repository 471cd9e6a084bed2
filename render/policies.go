package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Policies is the reverse report: which ports a PeerAuthentication decides, and
// where it lost to what.
type Policies struct {
	Scope    wire.Scope
	Mesh     *resolve.Mesh
	Policies []*resolve.PeerAuthentication
	// Lines are the ports that are looked at.
	Lines []Line
}

// Blocks implements View.
func (v Policies) Blocks(wide bool) []format.Block {
	t := teller{mesh: v.Mesh, base: baseOf(&v.Scope), wide: wide}
	var blocks []format.Block
	for _, p := range v.Policies {
		blocks = append(blocks, t.policy(p, v.Lines)...)
	}
	return append(blocks, v.unsettled()...)
}

// Names implements View.
func (v Policies) Names() []string {
	var names []string
	for _, p := range v.Policies {
		names = append(names, resourceName(p.Ref))
	}
	return names
}

// unsettled notes what to do about the question marks in the tables.
func (v Policies) unsettled() []format.Block {
	var shown []Line
	for _, p := range v.Policies {
		shown = append(shown, decidedLines(p, v.Lines)...)
		for _, l := range lostLines(p, v.Lines) {
			shown = append(shown, l.Line)
		}
	}
	if notes := unsettled(v.Mesh, shown); len(notes) > 0 {
		return []format.Block{{Lines: notes}}
	}
	return nil
}

func (t teller) policy(p *resolve.PeerAuthentication, lines []Line) []format.Block {
	blocks := []format.Block{{Title: p.Ref.String(), Indent: 2, Table: facts(
		[2]string{"scope", p.Scope.String() + ": " + policySelects(p)},
		[2]string{"mode", p.Mode.String()},
		[2]string{"ports", portModes(p.Ports)},
		[2]string{"read from", p.Origin.At("").String()},
	)}}
	decided, lost := decidedLines(p, lines), lostLines(p, lines)
	if len(decided) > 0 {
		blocks = append(blocks, format.Block{Title: "Decides", Table: tableOf(t.decidedFields(), decided, t.wide), Indent: 2})
	} else {
		blocks = append(blocks, format.Block{Title: "Decides no port", Indent: 2})
	}
	switch {
	case len(lost) > 0:
		blocks = append(blocks, format.Block{Title: "Shadowed", Table: tableOf(lostFields, lost, t.wide), Indent: 2})
	case len(decided) == 0:
		blocks[1].Lines = silence(p, lines)
	}
	return blocks
}

// silence says why a policy decides nothing and lost nowhere.
func silence(p *resolve.PeerAuthentication, lines []Line) []string {
	for _, l := range lines {
		for _, s := range l.Workload.Chain.Steps {
			if s.By == p.Ref && !s.Applies {
				return []string{words.Because(s.Why)}
			}
		}
	}
	if p.Rejected != "" {
		return []string{"Istio's validation rejects it: " + p.Rejected}
	}
	if len(p.Selector) > 0 && !slices.ContainsFunc(lines, func(l Line) bool { return selects(p, l.Workload) }) {
		return []string{"no workload of the input has " + labelText(p.Selector)}
	}
	return nil
}

func selects(p *resolve.PeerAuthentication, w *resolve.Workload) bool {
	for key, value := range p.Selector {
		if got, ok := w.Labels[key]; !ok || got != value {
			return false
		}
	}
	return p.Ref.Namespace == w.Ref.Namespace
}

func decidedLines(p *resolve.PeerAuthentication, lines []Line) []Line {
	var decided []Line
	for _, l := range lines {
		if l.Decision().By == p.Ref {
			decided = append(decided, l)
		}
	}
	return decided
}

// loss is a line where a policy lost, and how.
type loss struct {
	Line
	shadow resolve.Shadow
}

func lostLines(p *resolve.PeerAuthentication, lines []Line) []loss {
	var lost []loss
	for _, l := range lines {
		for _, s := range l.Decision().Shadowed {
			if s.By == p.Ref {
				lost = append(lost, loss{l, s})
			}
		}
	}
	return lost
}
