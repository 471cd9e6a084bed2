package analyze

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// doubt takes the certainty from findings that rest on an object which the input defines
// several times, differently: which of the definitions counts, nobody can tell.
func doubt(mesh *mesh.Mesh, findings []Finding) {
	for i := range findings {
		f := &findings[i]
		refs := append([]resolve.Ref{f.Object}, f.Involved...)
		at := slices.IndexFunc(refs, mesh.Ambiguous)
		if at < 0 || f.Confidence != Certain {
			continue
		}
		f.Confidence = Likely
		f.Message += "; assumes that the last of the different definitions applies for " + refs[at].String()
	}
}

// unplaced takes the certainty from findings that rest on the namespace which was assumed for
// an object whose file names none: another may be named where it is applied.
func unplaced(mesh *mesh.Mesh, findings []Finding, checks []*Check) {
	alone := aloneOf(checks)
	var origins map[resolve.Ref]resolve.Origin
	for i := range findings {
		f := &findings[i]
		if f.Confidence != Certain || alone[f.Code] {
			continue
		}
		if origins == nil {
			origins = originsOf(mesh)
		}
		refs := append([]resolve.Ref{f.Object}, f.Involved...)
		at := slices.IndexFunc(refs, func(r resolve.Ref) bool {
			return r.Namespace == metav1.NamespaceDefault && (origins[r].Unplaced || r == f.Object && f.Origin.Unplaced) // another was given with -n
		})
		if at >= 0 {
			f.Confidence = Likely
			f.Message += fmt.Sprintf("; assumes namespace %s for %s, because its file names none", refs[at].Namespace, refs[at])
		}
	}
}
