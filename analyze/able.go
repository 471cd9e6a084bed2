package analyze

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// able are the checks that have what they look at, and takes down the others.
func (r *Report) able(mesh *mesh.Mesh, checks []*Check, namespaces []string) []*Check {
	var able []*Check
	for _, c := range checks {
		unread := unread(mesh, c, namespaces)
		absent := absent(mesh, c)
		switch {
		case unread != "":
			r.Skipped = append(r.Skipped, Skipped{c.Code, c.Name, unread})
			if looksSomewhere(mesh, c, namespaces) && len(absent) == 0 {
				able = append(able, c)
				r.Ran = append(r.Ran, c.Code)
			}
		case len(absent) == 0:
			able = append(able, c)
			r.Ran = append(r.Ran, c.Code)
		case slices.ContainsFunc(absent, func(k resolve.Kind) bool { return !lacks(r.Missing, k) }):
			r.Idle = append(r.Idle, Skipped{c.Code, c.Name, absentText(c, absent)})
		default:
			r.Skipped = append(r.Skipped, Skipped{c.Code, c.Name, absentText(c, absent)})
		}
	}
	return able
}

// unread says which kind that a check reads could not be read whole, "" for none. What is
// missing of it may be just what would be found, or would refute it.
func unread(mesh *mesh.Mesh, c *Check, namespaces []string) string {
	for _, g := range gapsOf(mesh, c) {
		if c.Local && len(namespaces) > 0 && !slices.ContainsFunc(namespaces, g.Covers) {
			continue
		}
		if concerns(g, mesh, namespaces) {
			return g.String()
		}
	}
	return ""
}

// gapsOf are the gaps in what a check reads, kind by kind.
func gapsOf(mesh *mesh.Mesh, c *Check) (list []resolve.Gap) {
	reads := slices.Concat(c.Needs, c.Reads)
	if c.NeedsHost {
		reads = append(reads, resolve.KindService, resolve.KindServiceEntry)
	}
	for _, kind := range reads {
		if kind == resolve.KindWorkload {
			kind = resolve.KindPod // whose containers tell who is in the mesh
		}
		for _, g := range mesh.Gaps() {
			if g.Kind == kind && !(c.Local && g.Revision != "") {
				list = append(list, g)
			}
		}
	}
	return list
}

// madeOf are the kinds of which istiod makes objects of others.
var madeOf = map[resolve.Kind]resolve.Kind{resolve.KindDestinationRule: resolve.KindBackendTLSPolicy, resolve.KindGateway: resolve.KindKubeGateway, resolve.KindVirtualService: resolve.KindHTTPRoute}

// absent are the kinds that a check needs and the input has none of; KindService stands for
// hosts of any kind.
func absent(mesh *mesh.Mesh, c *Check) []resolve.Kind {
	var list []resolve.Kind
	for _, k := range c.Needs {
		if !mesh.Has(k) && !(madeOf[k] != "" && mesh.Has(madeOf[k])) {
			list = append(list, k)
		}
	}
	if c.NeedsHost && !mesh.Has(resolve.KindService) && !mesh.Has(resolve.KindServiceEntry) && !slices.Contains(list, resolve.KindService) {
		list = append(list, resolve.KindService)
	}
	return list
}

func absentText(c *Check, absent []resolve.Kind) string {
	first := string(absent[0])
	if absent[0] == resolve.KindService && c.NeedsHost && !slices.Contains(c.Needs, resolve.KindService) {
		first = "Service or ServiceEntry"
	}
	return fmt.Sprintf("no %s in the input", first)
}

// concerns reports whether a gap is in one of the namespaces, or in the root
// namespace, which speaks about all of them.
func concerns(g resolve.Gap, mesh *mesh.Mesh, namespaces []string) bool {
	if len(namespaces) == 0 || g.Covers(mesh.RootNamespace()) {
		return true
	}
	return slices.ContainsFunc(namespaces, g.Covers)
}
