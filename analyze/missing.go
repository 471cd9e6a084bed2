package analyze

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Missing is something that the input lacks and that could hide a finding. Only files lack
// anything in this sense: what a cluster does not show is a resolve.Gap.
type Missing struct {
	// Kind is what is missing: KindNamespace, without which nobody knows who has a
	// sidecar; KindService, which DestinationRules name; KindWorkload, which policies and
	// Services select; KindVariable, what variables stand for.
	Kind resolve.Kind
	// Names are those that are known by name: namespaces, hosts, namespaces without
	// workloads, or objects with variables. Sorted.
	Names []string
}

// missing is what the input lacks, in a fixed order of kinds.
func missing(mesh *mesh.Mesh, namespaces []string) []Missing {
	var list []Missing
	add := func(kind resolve.Kind, names []string) {
		slices.Sort(names)
		if names = slices.Compact(names); len(names) > 0 {
			list = append(list, Missing{kind, names})
		}
	}
	shown := func(ns string) bool { return len(namespaces) == 0 || slices.Contains(namespaces, ns) }
	var open, hosts, empty []string
	for _, u := range mesh.Unsettled() {
		if shown(u.Namespace) {
			open = append(open, u.Namespace)
		}
	}
	for _, u := range mesh.Unhosted() {
		if !u.Empty && (shown(u.Rule.Ref.Namespace) || shown(u.Namespace)) {
			hosts = append(hosts, u.Rule.FQDN)
		}
	}
	for _, ns := range mesh.Unpopulated() {
		if shown(ns) {
			empty = append(empty, ns)
		}
	}
	add(resolve.KindNamespace, open)
	add(resolve.KindService, hosts)
	add(resolve.KindWorkload, empty)
	return list
}

// lacks reports whether a check that finds none of a kind in the input could have found
// something in the part that is missing, rather than having nothing to look at.
func lacks(list []Missing, kind resolve.Kind) bool {
	return slices.ContainsFunc(list, func(m Missing) bool { return m.Kind == kind })
}
