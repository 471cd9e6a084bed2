package analyze

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// looksSomewhere reports that a check which cannot look everywhere can look into one of the
// namespaces at least.
func looksSomewhere(mesh *mesh.Mesh, c *Check, namespaces []string) bool {
	if !c.Local {
		return false
	}
	if len(namespaces) == 0 {
		for _, n := range mesh.Namespaces() {
			namespaces = append(namespaces, n.Name)
		}
	}
	gaps := gapsOf(mesh, c)
	return slices.ContainsFunc(namespaces, func(ns string) bool { return !covered(gaps, ns) })
}

func covered(gaps []resolve.Gap, namespace string) bool {
	return slices.ContainsFunc(gaps, func(g resolve.Gap) bool { return g.Covers(namespace) })
}

// within are the findings of a check that what was read bears out: of a local one where
// something is missing, those of namespaces that were read whole. Policies of the root
// namespace are about others too.
func within(mesh *mesh.Mesh, p *Pass) []Finding {
	if !p.check.Local || len(mesh.Gaps()) == 0 {
		return p.findings
	}
	gaps := gapsOf(mesh, p.check)
	return slices.DeleteFunc(p.findings, func(f Finding) bool {
		ns := f.Object.Namespace
		if f.Object.Kind == resolve.KindNamespace {
			ns = f.Object.Name
		}
		return covered(gaps, ns) || (ns == "" || ns == mesh.RootNamespace()) && len(mesh.Gaps()) > 0
	})
}
