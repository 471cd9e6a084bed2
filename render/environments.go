package render

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// Environments is what a repository deploys, environment by environment.
type Environments struct{ List *wire.EnvironmentList }

// NewEnvironments is the report of what was found, nil for nothing.
func NewEnvironments(found *source.Environments) Environments {
	list := &wire.EnvironmentList{APIVersion: wire.APIVersion, Kind: "EnvironmentList", Whole: true, Items: []wire.EnvironmentItem{}, Problems: []wire.Problem{}}
	if found != nil {
		list.Problems = NewProblems(found.Problems)
		for _, e := range found.List {
			item := wire.EnvironmentItem{Name: e.Name, Deployments: []wire.DeploymentItem{}}
			for _, d := range e.Deployments {
				item.Deployments = append(item.Deployments, deploymentItem(&d))
			}
			list.Items = append(list.Items, item)
		}
	}
	list.Complete = len(list.Problems) == 0 && !slices.ContainsFunc(list.Items, func(e wire.EnvironmentItem) bool {
		return slices.ContainsFunc(e.Deployments, func(d wire.DeploymentItem) bool { return len(d.Missing) > 0 })
	})
	return Environments{list}
}

func deploymentItem(d *source.Deployed) wire.DeploymentItem {
	return wire.DeploymentItem{
		Kind: d.Kind, Namespace: d.Namespace, Name: d.Name, Position: wire.Position{File: d.File, Line: d.Line}, ApplicationSet: d.Set,
		Sources: append([]string{}, d.Sources...), Renderers: append([]string{}, d.Renderers...), Into: d.Into, Cluster: d.Cluster,
		Objects: d.Objects, Missing: append([]string{}, d.Missing...), Suspended: d.Suspended,
	}
}

// deploymentRow is one deployment of an environment.
type deploymentRow struct {
	environment string
	*wire.DeploymentItem
}

// Blocks implements View.
func (v Environments) Blocks(wide bool) []format.Block {
	if len(v.List.Items) == 0 {
		return []format.Block{{Lines: []string{"no environments: nothing in the files deploys other files"}}}
	}
	var rows []deploymentRow
	objects := 0
	missing := 0
	for i := range v.List.Items {
		e := &v.List.Items[i]
		for j := range e.Deployments {
			d := &e.Deployments[j]
			rows = append(rows, deploymentRow{e.Name, d})
			objects += d.Objects
			if len(d.Missing) > 0 {
				missing++
			}
		}
	}
	total := fmt.Sprintf("%s: %s, %s", count(len(v.List.Items), "environment"), count(len(rows), "deployment"), count(objects, "object"))
	if missing > 0 || len(v.List.Problems) > 0 {
		total = "INCOMPLETE: " + total + ", " + count(missing, "deployment") + " with missing parts"
	}
	return []format.Block{{Table: tableOf(deploymentFields(), rows, wide)}, {Lines: []string{total}}}
}

func deploymentFields() []field[deploymentRow] {
	return []field[deploymentRow]{
		{Column: format.Column{Head: "ENVIRONMENT", Group: true}, cell: worded(func(r deploymentRow) string { return r.environment })},
		{Column: format.Column{Head: "DEPLOYED BY"}, cell: worded(func(r deploymentRow) string { return r.Kind + " " + path.Join(r.Namespace, r.Name) })},
		{Column: format.Column{Head: "RENDERER", Drop: 2}, cell: worded(func(r deploymentRow) string { return strings.Join(r.Renderers, ", ") })},
		{Column: format.Column{Head: "SOURCE"}, cell: worded(func(r deploymentRow) string { return strings.Join(r.Sources, ", ") })},
		{Column: format.Column{Head: "NAMESPACE"}, cell: worded(func(r deploymentRow) string { return r.Into })},
		{Column: format.Column{Head: "CLUSTER"}, wide: true, cell: worded(func(r deploymentRow) string { return r.Cluster })},
		{Column: format.Column{Head: "OBJECTS"}, cell: worded(func(r deploymentRow) string {
			if r.Suspended {
				return "suspended"
			}
			return fmt.Sprint(r.Objects)
		})},
		{Column: format.Column{Head: "MISSING", Drop: 1}, cell: func(r deploymentRow) format.Cell {
			if len(r.Missing) == 0 {
				return format.Cell{Text: dash}
			}
			return format.Cell{Text: strings.Join(r.Missing, ", "), Tone: format.Attention, Prose: true}
		}},
		{Column: format.Column{Head: "AT"}, wide: true, cell: worded(func(r deploymentRow) string { return placedAt(r.Position).String() })},
	}
}

// Data implements View: an EnvironmentList.
func (v Environments) Data() any { return v.List }

// Names implements View: those of the environments.
func (v Environments) Names() []string {
	var names []string
	for _, e := range v.List.Items {
		names = append(names, e.Name)
	}
	return names
}
