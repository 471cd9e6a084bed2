package advise

import (
	"sync"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// Options are what advice rests on beyond the mesh.
type Options struct {
	// Evidence is who was seen calling whom, nil where nobody looked.
	Evidence *evidence.Evidence
	// Exceptions are ports that their owners keep out of STRICT.
	Exceptions []Exception
	// MinWindow is how long a record has to be before its silence counts; Quiet is how
	// long ago the last plaintext of a client may be that has a sidecar by now. Zero is
	// a day for both.
	MinWindow, Quiet time.Duration
}

// Adviser answers the tree's questions about the ports of one mesh. Safe for
// concurrent use once made.
type Adviser struct {
	mesh     *mesh.Mesh
	evidence *evidence.Evidence
	Options
	leads map[portKey][]lead
	// leading and byPeer are asked where there is evidence: the services that lead to a
	// workload, and the workloads of a name.
	leading func() map[*inbound.Workload]map[resolve.Peer]bool
	byPeer  func() map[resolve.Peer][]*inbound.Workload
	special map[portKey][]Obstacle
	scrapes map[portKey][]Scraped
	breaks  map[portKey][]Obstacle
	once    sync.Once
	classOf map[*inbound.Workload]*outbound.ClientClass
	// unseen are kinds whose objects could be callers, and could not be read.
	unseen []Reason
}

// New looks at a mesh once, for all of its ports.
func New(m *mesh.Mesh, o Options) *Adviser {
	if o.MinWindow == 0 {
		o.MinWindow = 24 * time.Hour
	}
	if o.Quiet == 0 {
		o.Quiet = 24 * time.Hour
	}
	a := &Adviser{mesh: m, evidence: o.Evidence, Options: o}
	a.leading, a.byPeer = sync.OnceValue(a.leadingTo), sync.OnceValue(a.workloadsByPeer)
	looks := []func(){func() { a.breaks = a.breaking() }, func() { a.leads = leadsOf(m) }, func() { a.special = a.specials() }}
	parallel.Do(len(looks), 1, func(i int) { looks[i]() })
	for _, g := range m.Gaps() {
		switch {
		case g.Kind == "":
			a.unseen = append(a.unseen, Reason{Text: g.String() + ": it may contain clients that send plaintext", Fix: "make the cluster readable, or take a snapshot of it and pass both with -f"})
		case sending[g.Kind]:
			a.unseen = append(a.unseen, Reason{Text: g.String() + ": what clients send is unknown", Fix: "run with the rights that mtlsctl rbac prints"})
		case callers[g.Kind]:
			a.unseen = append(a.unseen, Reason{Text: g.String() + ": it may contain clients outside the mesh", Fix: "run with the rights that mtlsctl rbac prints"})
		}
	}
	return a
}

// sending are kinds on which it depends what clients with a proxy send: any of them may send
// what STRICT refuses.
var sending = map[resolve.Kind]bool{
	resolve.KindMeshConfig: true, resolve.KindInjector: true, resolve.KindDestinationRule: true, resolve.KindSidecar: true, resolve.KindEnvoyFilter: true,
	resolve.KindVirtualService: true, resolve.KindServiceEntry: true,
}

// callers are kinds whose objects speak of clients that no traffic may show yet.
var callers = map[resolve.Kind]bool{
	resolve.KindMutatingWebhook: true, resolve.KindValidatingWebhook: true, resolve.KindAPIService: true, resolve.KindServiceMonitor: true, resolve.KindPodMonitor: true, resolve.KindDefinition: true, resolve.KindVMServiceScrape: true, resolve.KindVMPodScrape: true,
}

// Special are the callers of a port that never have a certificate of the mesh.
func (a *Adviser) Special(w *inbound.Workload, port int32) []Obstacle {
	return a.special[portKey{w, port}]
}
