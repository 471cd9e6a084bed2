package analyze

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// KindKustomization is the Missing of kustomizations that were read past, and change what
// findings are about.
const KindKustomization resolve.Kind = "kustomization"

// Alteration is what a kustomization that was read past does to an object.
type Alteration struct {
	// Folder is the kustomization's, How what it does: "patches Deployment pay".
	Folder, How string
	// Moves is true where it changes the name or the namespace, and nothing in the object.
	Moves bool
}

// altered makes less of findings about objects that a kustomization changes: what is applied is
// not what was read. They are no more than possible, and what is applied is missing.
func (r *Report) altered(m *mesh.Mesh, checks []*Check, by func(resolve.Ref, string) (Alteration, bool)) {
	if by == nil {
		return
	}
	alone, files := aloneOf(checks), map[resolve.Ref]string(nil)
	var folders []string
	for i := range r.Findings {
		f := &r.Findings[i]
		if files == nil {
			files = filesOf(m)
		}
		a, ok := by(f.Object, f.Origin.File)
		for _, ref := range f.Involved {
			if !ok && files[ref] != "" {
				a, ok = by(ref, files[ref])
			}
		}
		if !ok || a.Moves && alone[f.Code] {
			continue
		}
		f.Confidence, f.Severity = Possible, Info
		f.Message += "; the kustomization in " + a.Folder + " " + a.How
		folders = append(folders, a.Folder)
	}
	if slices.Sort(folders); len(folders) > 0 {
		r.Missing = append(r.Missing, Missing{KindKustomization, slices.Compact(folders)})
	}
}

// aloneOf are the codes of the checks whose findings rest on their object alone.
func aloneOf(checks []*Check) map[string]bool {
	alone := map[string]bool{}
	for _, c := range checks {
		alone[c.Code] = c.Alone
	}
	return alone
}

// filesOf are the files of the objects that findings involve.
func filesOf(m *mesh.Mesh) map[resolve.Ref]string {
	out := map[resolve.Ref]string{}
	for ref, o := range originsOf(m) {
		out[ref] = o.File
	}
	return out
}

// originsOf are where workloads, Services, policies and rules were read.
func originsOf(m *mesh.Mesh) map[resolve.Ref]resolve.Origin {
	out := map[resolve.Ref]resolve.Origin{}
	for _, w := range m.Workloads() {
		out[w.Ref] = w.Origin
	}
	for _, s := range m.Services() {
		out[s.Ref] = s.Origin
	}
	for _, p := range m.PeerAuthentications() {
		out[p.Ref] = p.Origin
	}
	for _, d := range m.DestinationRules() {
		out[d.Ref] = d.Origin
	}
	for _, o := range m.Objects(resolve.KindAuthorizationPolicy) {
		out[o.Ref()] = o.Origin
	}
	return out
}
