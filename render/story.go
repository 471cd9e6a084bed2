package render

import "github.com/mtlsctl/mtlsctl/resolve"

// Story is the report about what was named on the command line: everything about
// each target, one after the other.
type Story struct {
	Scope   Scope
	Mesh    *resolve.Mesh
	Targets []Target
}

// Target is one named thing and the lines that belong to it: a workload when
// neither Service nor Namespace is set.
type Target struct {
	Service   *resolve.Service
	Namespace *resolve.Namespace
	Lines     []Line
}

// Blocks implements View.
func (v Story) Blocks() []Block {
	var blocks []Block
	for _, t := range v.Targets {
		switch {
		case t.Service != nil:
			blocks = append(blocks, serviceStory(v.Mesh, t)...)
		case t.Namespace != nil:
			blocks = append(blocks, namespaceStory(v.Mesh, t)...)
		default:
			blocks = append(blocks, workloadStories(v.Mesh, t.Lines)...)
		}
	}
	if notes := unsettled(v.Mesh, v.lines()); len(notes) > 0 {
		blocks = append(blocks, Block{Lines: notes})
	}
	return blocks
}

// Data implements View: a WorkloadList of every workload that a target names or
// leads to, each once.
func (v Story) Data() any { return newWorkloadList(v.Scope, v.lines()) }

// Names implements View.
func (v Story) Names() []string { return namesOf(v.lines()) }

// lines are those of all targets, each once.
func (v Story) lines() []Line {
	var lines []Line
	seen := map[Line]bool{}
	for _, t := range v.Targets {
		for _, l := range t.Lines {
			if !seen[l] {
				seen[l] = true
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// facts is a table of name and value without header. Facts without a value are
// left out.
func facts(pairs ...[2]string) *Table {
	t := &Table{Columns: make([]Column, 2)}
	for _, p := range pairs {
		if p[1] != "" {
			t.Rows = append(t.Rows, Row{Cells: []Cell{{p[0], Faint}, {Text: p[1]}}})
		}
	}
	return t
}

// at appends a place to a text, when there is one.
func at(text string, p resolve.Position) string {
	if p.File == "" {
		return text
	}
	return text + " (" + p.String() + ")"
}
