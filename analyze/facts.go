package analyze

import (
	"sync"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Call is a connection and all the classes of clients that share it.
type Call = remedy.Group

// facts are what several checks of a run ask, worked out once, when first asked.
type facts struct {
	Options
	mesh      *mesh.Mesh
	calls     func() calls
	classes   func() map[*inbound.Workload]*outbound.ClientClass
	adviser   func() *advise.Adviser
	policies  func() *authz.Set
	revisions func() []string
	// indexes are those that only some checks need: see Shared.
	indexes sync.Map
}

// Shared is what a check makes of the mesh once for all checks of the run that ask by the
// same name.
func Shared[T any](p *Pass, name string, make func(*mesh.Mesh) T) T {
	one, _ := p.indexes.LoadOrStore(name, sync.OnceValue(func() any { return make(p.mesh) }))
	return one.(func() any)().(T)
}

func newFacts(m *mesh.Mesh, o Options) *facts {
	return &facts{
		Options: o, mesh: m,
		classes: sync.OnceValue(func() map[*inbound.Workload]*outbound.ClientClass { return classes(m) }),
		calls:   sync.OnceValue(func() calls { return notable(m) }),
		adviser: sync.OnceValue(func() *advise.Adviser {
			return advise.New(m, advise.Options{Evidence: o.Evidence, Exceptions: o.Exceptions})
		}),
		policies:  sync.OnceValue(func() *authz.Set { return authz.New(m) }),
		revisions: sync.OnceValue(m.Revisions),
	}
}

// notable are the calls that something in the configuration decides, for all endpoints at
// once too (3.4.3), or the client's own certificates (3.3.7), or that break. Those that are
// Istio mTLS, most of a mesh, are left out.
func notable(m *mesh.Mesh) (out calls) {
	for classes, c := range m.Shared(outbound.Filter{}) {
		if c.Outcome.Verdict == resolve.VerdictMTLS || Variable(c.Host.Name) != "" || c.Server != nil && c.Server.Workload != nil && named(c.Server.Workload.Ref) {
			continue
		}
		if !c.Sends.By.IsZero() || c.Rule != nil || c.Outcome.Verdict == resolve.VerdictBroken || c.Sends.Why.Cause.Kept() || c.Sends.Why.Cause.OfFiles() {
			out.add(Call{Clients: classes, Connection: c})
		}
	}
	return out
}

// classes finds the class of clients that a workload is one of.
func classes(m *mesh.Mesh) map[*inbound.Workload]*outbound.ClientClass {
	of := make(map[*inbound.Workload]*outbound.ClientClass, len(m.Workloads()))
	for _, class := range m.Clients() {
		for _, w := range class.Workloads {
			of[w] = class
		}
	}
	return of
}
