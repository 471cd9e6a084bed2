package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Story is the report about what was named on the command line: everything about
// each target, one after the other.
type Story struct {
	Scope   wire.Scope
	Mesh    *mesh.Mesh
	Targets []Target
	// Adviser says which modes fit, nil where nobody asks.
	Adviser *advise.Adviser
	// Running is what the proxies run, nil where no dumps were given.
	Running *verify.Running
}

// Target is one named thing and the lines that belong to it: a workload when
// neither Service nor Namespace is set.
type Target struct {
	Service   *inbound.Service
	Namespace *config.Namespace
	Lines     []Line
}

// Blocks implements View: they are told of the data, so that a story that was saved is the
// same.
func (v Story) Blocks(wide bool) []format.Block {
	return savedWorkloads{v.list()}.Blocks(wide)
}

// Data implements View: a WorkloadList of every workload that a target names or
// leads to, each once, and what their pages say.
func (v Story) Data() any { return *v.list() }

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

// teller tells a story.
type teller struct {
	savedLines
	wide bool
}

func (t teller) story() []format.Block {
	var blocks []format.Block
	for i := range t.Targets {
		switch target := &t.Targets[i]; {
		case target.Service != nil:
			blocks = append(blocks, t.service(target.Service)...)
		case target.Namespace != nil:
			blocks = append(blocks, t.namespace(target)...)
		case len(target.Workloads) == 0:
			blocks = append(blocks, format.Block{Lines: []string{"no port matches"}})
		default:
			for j := range target.Workloads {
				blocks = append(blocks, t.workload(&target.Workloads[j])...)
			}
		}
	}
	if len(t.Notes) > 0 {
		blocks = append(blocks, format.Block{Lines: t.Notes})
	}
	return blocks
}
