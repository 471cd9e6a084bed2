package analyze

import (
	"sync"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/authz"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Call is a connection and all the classes of clients that share it.
type Call struct {
	Clients []*resolve.ClientClass
	resolve.Connection
}

// facts are what several checks of a run ask, worked out once, when first asked.
type facts struct {
	mesh     *resolve.Mesh
	evidence *resolve.Evidence
	calls    func() []Call
	adviser  func() *advise.Adviser
	policies func() *authz.Set
}

func newFacts(mesh *resolve.Mesh, evidence *resolve.Evidence) *facts {
	return &facts{
		mesh: mesh, evidence: evidence,
		calls:    sync.OnceValue(func() []Call { return notable(mesh) }),
		adviser:  sync.OnceValue(func() *advise.Adviser { return advise.New(mesh, advise.Options{Evidence: evidence}) }),
		policies: sync.OnceValue(func() *authz.Set { return authz.New(mesh) }),
	}
}

// notable are the calls that something in the configuration decides, or that break. The
// others, most of a mesh, are left to auto mTLS and work.
func notable(mesh *resolve.Mesh) []Call {
	var out []Call
	for classes, c := range mesh.Shared(resolve.Filter{}) {
		if !c.Sends.By.IsZero() || c.Rule != nil || c.Outcome.Verdict == resolve.VerdictBroken {
			out = append(out, Call{classes, c})
		}
	}
	return out
}
