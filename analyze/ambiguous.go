package analyze

import (
	"slices"

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
		f.Message += "; assumes the last of the different definitions of " + refs[at].String()
	}
}
