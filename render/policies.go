package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Policies is the reverse report: which ports a PeerAuthentication decides, and
// where it lost to what.
type Policies struct {
	Scope    Scope
	Mesh     *resolve.Mesh
	Policies []*resolve.PeerAuthentication
	// Lines are the ports that are looked at.
	Lines []Line
}

// Blocks implements View.
func (v Policies) Blocks() []Block {
	var blocks []Block
	for _, p := range v.Policies {
		blocks = append(blocks, policyStory(p, v.Lines)...)
	}
	return blocks
}

// Names implements View.
func (v Policies) Names() []string {
	var names []string
	for _, p := range v.Policies {
		names = append(names, resourceName(p.Ref))
	}
	return names
}

func policyStory(p *resolve.PeerAuthentication, lines []Line) []Block {
	scope := p.Scope.String()
	blocks := []Block{{Title: p.Ref.String(), Indent: 2, Table: facts(
		[2]string{"scope", scope + ": " + policySelects(p)},
		[2]string{"mode", p.Mode.String()},
		[2]string{"ports", portModes(p.Ports)},
		[2]string{"read from", p.Origin.At("").String()},
	)}}
	decided, lost := decidedTable(p, lines), lostTable(p, lines)
	if len(decided.Rows) > 0 {
		blocks = append(blocks, Block{Title: "Decides", Table: decided, Indent: 2})
	} else {
		blocks = append(blocks, Block{Title: "Decides no port", Lines: silence(p, lines), Indent: 2})
	}
	if len(lost.Rows) > 0 {
		blocks = append(blocks, Block{Title: "Shadowed", Table: lost, Indent: 2})
	}
	return blocks
}

// silence says why a policy decides nothing, where no table below does.
func silence(p *resolve.PeerAuthentication, lines []Line) []string {
	for _, l := range lines {
		for _, s := range l.Workload.Chain.Steps {
			if s.By == p.Ref && !s.Applies {
				return []string{s.Because}
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

func decidedTable(p *resolve.PeerAuthentication, lines []Line) *Table {
	t := &Table{Columns: []Column{
		{Head: "NAMESPACE", Group: true, Drop: 1}, {Head: "WORKLOAD", Group: true}, {Head: "PORT"},
		{Head: "SERVICE", Drop: 2}, {Head: "MODE"}, {Head: "FIELD", Drop: 3}, {Head: "AT", Drop: 4},
	}}
	for _, l := range lines {
		d := l.Decision()
		if d.By != p.Ref {
			continue
		}
		row := cells(l.Workload.Ref.Namespace, workloadText(l.Workload), portText(l), serviceText(l), "", shortField(d.Field), d.Position().String())
		row[4] = modeCell(d)
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	return t
}

func lostTable(p *resolve.PeerAuthentication, lines []Line) *Table {
	t := &Table{Columns: []Column{
		{Head: "NAMESPACE", Group: true, Drop: 1}, {Head: "WORKLOAD", Group: true}, {Head: "PORT"},
		{Head: "SAYS", Drop: 4}, {Head: "MODE"}, {Head: "DECIDED BY", Drop: 3}, {Head: "BECAUSE", Drop: 2},
	}}
	for _, l := range lines {
		d := l.Decision()
		for _, s := range d.Shadowed {
			if s.By != p.Ref {
				continue
			}
			row := cells(l.Workload.Ref.Namespace, workloadText(l.Workload), portText(l), s.Mode.String(), "", decidedBy(d), s.Because)
			row[4] = modeCell(d)
			t.Rows = append(t.Rows, Row{Cells: row})
		}
	}
	return t
}
