package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Rights is the report of what a user may read of a cluster.
type Rights struct {
	Cluster string
	// Namespace is where the rights were asked for, "" for all namespaces.
	Namespace string
	Rights    []wire.Right
}

// Blocks implements View.
func (v Rights) Blocks(wide bool) []format.Block {
	fields := []field[wire.Right]{
		{Column: format.Column{Head: "VERB"}, cell: worded(func(r wire.Right) string { return r.Verb })},
		{Column: format.Column{Head: "RESOURCE"}, cell: worded(func(r wire.Right) string { return r.Resource })},
		{Column: format.Column{Head: "ALLOWED"}, cell: func(r wire.Right) format.Cell {
			if r.Allowed {
				return format.Cell{Text: "yes", Tone: format.Good}
			}
			return format.Cell{Text: "no", Tone: format.Warning}
		}},
		{Column: format.Column{Head: "WITHOUT IT", Drop: 1}, cell: worded(func(r wire.Right) string { return r.Without })},
	}
	lacking := 0
	for _, r := range v.Rights {
		if !r.Allowed {
			lacking++
		}
	}
	last := "all rights are there: answers are complete"
	if lacking > 0 {
		last = fmt.Sprintf("%d of %d rights are missing: mtlsctl rbac prints a role with all of them", lacking, len(v.Rights))
	}
	return []format.Block{{Table: tableOf(fields, v.Rights, wide)}, {Lines: []string{last}}}
}

// Data implements View.
func (v Rights) Data() any {
	return wire.RightsList{APIVersion: wire.APIVersion, Kind: "RightsList", Whole: true, Cluster: v.Cluster, Namespace: v.Namespace, Items: append([]wire.Right{}, v.Rights...)}
}

// Names implements View.
func (v Rights) Names() []string {
	var names []string
	for _, r := range v.Rights {
		if !r.Allowed {
			names = append(names, r.Resource)
		}
	}
	return names
}
