package plan

import (
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// World is where a plan begins: objects, and the mesh of them, which has to be
// resolve.Options.Editable.
type World struct {
	Objects []resolve.Object
	Mesh    *mesh.Mesh
}

// Scope is how far policies reach in the end. The zero Scope is the whole mesh.
type Scope uint8

// The scopes.
const (
	// MeshScope ends with a mesh-wide policy.
	MeshScope Scope = iota
	// NamespaceScope ends with policies of namespaces.
	NamespaceScope
	// WorkloadScope writes policies of workloads only.
	WorkloadScope
)

// String is the word of --scope.
func (s Scope) String() string { return [...]string{"mesh", "namespace", "workload"}[s] }

// Joining says who is given a sidecar. The zero value is Needed.
type Joining uint8

// The kinds of joining.
const (
	// Needed: clients of ports that would be STRICT without them, and workloads of
	// namespaces that are in the mesh.
	Needed Joining = iota
	// Everybody who can have one.
	Everybody
	// Nobody: the plan restarts nothing.
	Nobody
)

// String is the word of --inject.
func (j Joining) String() string { return [...]string{"needed", "all", "none"}[j] }

// Options are what a plan is asked for. The zero Options are STRICT for the whole mesh.
type Options struct {
	// To is resolve.Strict, or resolve.Permissive to end before that.
	To resolve.Mode
	// Ambient asks for another way: from sidecars to ambient, which changes the data plane
	// only. To, Scope and Join then say nothing.
	Ambient bool
	// Trust asks for yet another: to another trust domain. To, Scope, Touches and Join then say
	// nothing.
	Trust TrustChange
	Scope Scope
	// Touches chooses the workloads that the plan is about, nil for all: the others
	// stay as they are.
	Touches func(*inbound.Workload) bool
	// MaxWave is how many workloads one wave may change, 0 for any number.
	MaxWave int
	Join    Joining
	// Partial is true for an input that may not be all that there is: files, not a cluster.
	Partial bool
	// Traffic is who was seen calling whom, nil where nobody looked.
	Traffic *evidence.Traffic
	// Progress is told before each wave is proved how many attempts were begun, how many
	// waves this one has, and of what kind the next is; false ends the planning, and the
	// plan is none. nil is nobody.
	Progress func(attempt, waves int, next Kind) bool
	// Advise are the rest of what advice rests on; its Evidence is not used.
	Advise advise.Options
}

// Kind is what a wave is about, in the order in which they come.
type Kind uint8

// The kinds of waves.
const (
	// Repair mends rules and scopes that make clients send what STRICT refuses.
	Repair Kind = iota
	// Keep writes down what stays as it is, before anything above it changes.
	Keep
	// Inject gives sidecars.
	Inject
	// Freeze writes down that clients send plaintext to ports that are DISABLE, so that
	// they do not follow before the servers do.
	Freeze
	// Accept lets servers that are DISABLE take both, while clients still send plaintext.
	Accept
	// Offer lets the clients of those send mTLS.
	Offer
	// Workloads, Namespaces and MeshWide set STRICT, ever wider.
	Workloads
	Namespaces
	MeshWide
	// Tunnel lets sidecars accept HBONE; Safe writes policies in a form that ztunnel and sidecars
	// read alike; Enrol moves workloads from their sidecars to ambient; Outside keeps those
	// without a sidecar out of ambient; Relabel moves the labels of namespaces. Waypoint makes
	// waypoints and the policies that they enforce, Bind leads Services through them: after these
	// come waves that enrol what is behind.
	Tunnel
	Safe
	Enrol
	Waypoint
	Bind
	Outside
	Relabel
	// Aliases let proxies take two trust domains for each other; Identities name the new one wherever
	// the former one is named; Switch changes the one that certificates get; Renew is the time in which
	// all proxies get new ones; Retire forgets the former domain.
	Aliases
	Identities
	Switch
	Renew
	Retire
	// Tidy removes what became redundant.
	Tidy
)

var kindWords = [...]string{"repair", "keep", "inject", "freeze", "accept", "offer", "workloads", "namespaces", "mesh", "hbone", "policies", "ambient", "waypoint", "services", "outside", "labels", "aliases", "identities", "trust-domain", "certificates", "retire", "tidy"}

// Kinds are all of them, in order.
func Kinds() []Kind {
	return []Kind{Repair, Keep, Inject, Freeze, Accept, Offer, Workloads, Namespaces, MeshWide, Tunnel, Safe, Enrol, Waypoint, Bind, Outside, Relabel, Aliases, Identities, Switch, Renew, Retire, Tidy}
}

// OfAmbient reports a kind of wave that only the way to ambient has.
func (k Kind) OfAmbient() bool { return k >= Tunnel && k <= Relabel }

// OfTrust reports a kind of wave that only a change of the trust domain has.
func (k Kind) OfTrust() bool { return k >= Aliases && k <= Retire }

// String is the word that machines and file names have: "repair".
func (k Kind) String() string { return kindWords[k] }

// Target is one port of a workload, whatever variants that has.
type Target struct {
	Workload resolve.Ref
	Port     int32
}

// Wave is changes that are independent of each other, and applied together.
type Wave struct {
	// Number counts from 1, or from where an earlier run of the plan ended.
	Number  int
	Kind    Kind
	Changes []Change
	// Strict are the ports that become STRICT, Opens those that are no longer DISABLE,
	// Joining the workloads that are restarted.
	Strict  []Target
	Opens   []Target
	Joining []resolve.Ref
	// Wait is what has to be seen or done before, beyond what every wave asks for.
	Wait []Condition
	// Notes are what means something else after the wave: no call breaks by it.
	Notes []Condition
}

// Condition is what a wave waits for.
type Condition struct {
	advise.Reason
	// Ports are how many ports it is about.
	Ports int
	// Objects are what Text speaks of, where it does not name it: see Said.
	Objects []resolve.Ref
}

// Hold is a port that stays as it is, or a workload (Port 0).
type Hold struct {
	Target
	Mode resolve.Mode
	// Kind is "excepted", "blocked" or "unknown".
	Status migrate.Status
	Why    []advise.Reason
}

// Plan is the way. Without waves there is nothing to do, or nothing that can be done.
type Plan struct {
	// ID names the plan in the labels of what it makes.
	ID      string
	Options Options
	// Before and After are the ports as they are and as they will be.
	Before, After migrate.Rollup
	Waves         []Wave
	Holds         []Hold
	// Refused are ports that are STRICT and refuse callers who are known: they are as they
	// shall be, and somebody's calls fail.
	Refused []Hold
	// Failing is how many declared calls fail as the mesh is; only a plan without waves counts them.
	Failing int
	// NoMesh is why no mesh-wide policy comes at the end although one was asked for, "" where
	// one comes, or is there.
	NoMesh string
	// Applied are waves of an earlier run that the input has.
	Applied []Applied
	Proof   Proof
	// Upgrade is what an upgrade of Istio changes beside the waves, nil where none is in mind.
	Upgrade *Upgrade
	// Planes are the control planes of a change of the trust domain, by revision.
	Planes []PlaneTrust
	// Crossed are the workloads of a way to ambient, zero for other plans.
	Crossed Crossed
}

// PlaneTrust is what the mesh configuration of one control plane says of trust domains.
type PlaneTrust struct {
	Revision string
	Source   resolve.Ref
	Domain   string
	Aliases  []string
}

// Crossed counts workloads on the way from sidecars to ambient: all of both, and those that are
// ambient before and after the plan.
type Crossed struct{ All, Before, After int }

// Proof is what was looked at.
type Proof struct {
	// Calls are those of clients with a proxy that the model has, by class and endpoint;
	// Known are those that were seen or are declared.
	Calls, Known int
	// States are how many states of the mesh were compared, rollbacks and the moments
	// between two of them included.
	States int
	// Failed is why there is no plan although something could change, "" where there is
	// one.
	Failed []string
}

// Blocked reports whether anything is in the way that somebody has to decide, an upgrade included
// that is safe at no moment.
func (p *Plan) Blocked() bool {
	return p.has(migrate.Blocked) || len(p.Proof.Failed) > 0 || p.Upgrade.Held()
}

// Unknown reports whether anything could not be told.
func (p *Plan) Unknown() bool { return p.has(migrate.Undecided) }

func (p *Plan) has(s migrate.Status) bool {
	for _, h := range p.Holds {
		if h.Status == s {
			return true
		}
	}
	return false
}
