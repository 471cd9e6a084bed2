package render

import (
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// EnvironmentDiff is the Diff of one environment.
type EnvironmentDiff struct {
	Name string
	Diff
}

// NewDiffs is one report of the changes in several environments, in their order: each row and item says in
// which. There is at least one.
func NewDiffs(parts []EnvironmentDiff, problems []resolve.Problem) format.View {
	var all *wire.DiffList
	for i := range parts {
		list, _ := parts[i].Data().(*wire.DiffList)
		for j := range list.Rows {
			list.Rows[j].Environment = parts[i].Name
		}
		for j := range list.Items {
			list.Items[j].Environment = parts[i].Name
		}
		if all == nil {
			all = list
			all.Scope.Environments = []string{parts[i].Name}
			continue
		}
		joinDiffs(all, list)
		all.Scope.Environments = append(all.Scope.Environments, parts[i].Name)
	}
	all.Scope.Problems = NewProblems(problems)
	return savedDiff{all, parts[0].Checks}
}

// joinDiffs adds a list to another one. Numbers of sets of clients go on.
func joinDiffs(all, more *wire.DiffList) {
	from := len(all.ClientSets)
	for _, set := range more.ClientSets {
		set.Number += from
		all.ClientSets = append(all.ClientSets, set)
	}
	for _, item := range more.Items {
		if item.Set > 0 {
			item.Set += from
		}
		all.Items = append(all.Items, item)
	}
	all.Rows = append(all.Rows, more.Rows...)
	all.Failed = all.Failed || more.Failed
	all.Totals.Join(more.Totals)
	all.Objects.Added = append(all.Objects.Added, more.Objects.Added...)
	all.Objects.Changed = append(all.Objects.Changed, more.Objects.Changed...)
	all.Objects.Removed = append(all.Objects.Removed, more.Objects.Removed...)
	all.ShutOut.Ports += more.ShutOut.Ports
	all.ShutOut.Workloads = append(all.ShutOut.Workloads, more.ShutOut.Workloads...)
	joinScopes(&all.Scope, &more.Scope)
	joinScopes(&all.Base.Scope, &more.Base.Scope)
}

// joinScopes adds what was read.
func joinScopes(all, more *wire.Scope) {
	all.Files, all.Documents, all.Defaulted = all.Files+more.Files, all.Documents+more.Documents, all.Defaulted+more.Defaulted
	for kind, n := range more.Objects {
		all.Objects[kind] += n
	}
	for word, n := range more.Skipped {
		all.Skipped[word] += n
	}
}
