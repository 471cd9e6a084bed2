package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Story is the report about what was named on the command line: everything about
// each target, one after the other.
type Story struct {
	Scope   wire.Scope
	Mesh    *resolve.Mesh
	Targets []Target
	// Adviser says which modes fit, nil where nobody asks.
	Adviser *advise.Adviser
}

// Target is one named thing and the lines that belong to it: a workload when
// neither Service nor Namespace is set.
type Target struct {
	Service   *resolve.Service
	Namespace *resolve.Namespace
	Lines     []Line
}

// teller is what every story needs besides its target.
type teller struct {
	mesh *resolve.Mesh
	base
	wide   bool
	around *calls.Around
	// adviser is nil where nobody asks for advice.
	adviser *advise.Adviser
}

// Blocks implements View.
func (v Story) Blocks(wide bool) []format.Block {
	t := teller{v.Mesh, baseOf(&v.Scope), wide, v.around(), v.Adviser}
	var blocks []format.Block
	for _, target := range v.Targets {
		switch {
		case target.Service != nil:
			blocks = append(blocks, t.service(target)...)
		case target.Namespace != nil:
			blocks = append(blocks, t.namespace(target)...)
		default:
			blocks = append(blocks, t.workloads(target.Lines)...)
		}
	}
	if notes := unsettled(v.Mesh, v.lines()); len(notes) > 0 {
		blocks = append(blocks, format.Block{Lines: notes})
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
