package analyze

import (
	"fmt"
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Pass is what a check sees: the mesh, kind by kind, and where it reports. What
// it reads is recorded, so that a test can compare it with Check.Needs.
type Pass struct {
	*facts
	check          *Check
	read           map[resolve.Kind]bool
	findings       []Finding
	proofs, effort int
}

// maxProofs is how many repairs one check proves, and maxEffort how many clients are asked and
// calls compared for them: beyond it a mesh has so much to be repaired that the first ones
// show how.
const (
	maxProofs = 200
	maxEffort = 300_000
)

// Harmless are the changes of DestinationRules if no call gets worse by them, see
// resolve.Mesh.Harmless; ok is false where one does, and where too much was asked.
func (p *Pass) Harmless(changes []remedy.RuleChange) (harmless []remedy.RuleChange, ok bool) {
	p.hosts()
	if p.proofs++; p.proofs > maxProofs {
		return nil, false
	}
	left := maxEffort - p.effort
	defer func() { p.effort = maxEffort - left }()
	return remedy.Harmless(p.mesh, changes, &left)
}

// Report adds a finding. Code and name are the check's, severity and fix too
// unless set; what is only possible is worth an info; Origin is needed for a position.
func (p *Pass) Report(f Finding) {
	f.Code, f.Name, f.Controls = p.check.Code, p.check.Name, p.check.Controls
	f.Severity = max(f.Severity, p.check.Severity)
	switch {
	case f.Confidence == Possible:
		f.Severity = Info
	case f.Mild && f.Severity > Info:
		f.Severity--
	}
	if f.Fix == "" {
		f.Fix = p.check.Fix
	}
	f.Involved, f.Affected = once(f.Involved), settled(f.Affected)
	p.findings = append(p.findings, f)
}

// once are the objects in their order, each once.
func once(refs []resolve.Ref) []resolve.Ref {
	var out []resolve.Ref
	for _, r := range refs {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// Policy reports about a field of a PeerAuthentication.
func (p *Pass) Policy(pa *inbound.PeerAuthentication, field resolve.Field, fix, format string, args ...any) {
	p.Report(Finding{Object: pa.Ref, Origin: pa.Origin, Field: field, Fix: fix, Message: fmt.Sprintf(format, args...)})
}

// Workload reports about a field of a workload, of those of its pods that it is about.
func (p *Pass) Workload(w *inbound.Workload, field resolve.Field, fix, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if w.Pods < w.PodsOf {
		message += fmt.Sprintf(" (%d of %d pods)", w.Pods, w.PodsOf)
	}
	p.Report(Finding{Object: w.Ref, Origin: w.Origin, Field: field, Fix: fix, Message: message})
}

// PeerAuthentications are the policies that Istio's validation accepts, and the
// rejected ones with their reason; see resolve.Mesh.
func (p *Pass) PeerAuthentications() []*inbound.PeerAuthentication {
	p.read[resolve.KindPeerAuthentication] = true
	return p.mesh.PeerAuthentications()
}

// Workloads are all workloads with their decisions.
func (p *Pass) Workloads() []*inbound.Workload {
	p.read[resolve.KindWorkload] = true
	return p.mesh.Workloads()
}

// Services are all Services with the workloads they select.
func (p *Pass) Services() []*inbound.Service {
	p.read[resolve.KindService] = true
	return p.mesh.Services()
}

// Namespaces are all namespaces that objects live in.
func (p *Pass) Namespaces() []*config.Namespace {
	p.read[resolve.KindNamespace] = true
	return p.mesh.Namespaces()
}

// Namespace finds one namespace, nil when nothing lives there.
func (p *Pass) Namespace(name string) *config.Namespace {
	p.read[resolve.KindNamespace] = true
	return p.mesh.Namespace(name)
}

// ClassOf is the class of clients that a workload is one of, nil for one that calls nobody.
func (p *Pass) ClassOf(w *inbound.Workload) *outbound.ClientClass {
	p.hosts()
	return p.facts.classes()[w]
}

// Adviser tells who calls a port, and who of them could never have a certificate. What
// of the mesh a check asks it about is for the check to declare.
func (p *Pass) Adviser() *advise.Adviser { return p.facts.adviser() }

// Advise is what fits a port, and what blocks STRICT.
func (p *Pass) Advise(w *inbound.Workload, port *inbound.Port) *advise.Advice {
	p.hosts()
	return p.facts.adviser().Advise(w, port)
}

// Mesh is what the checks look at, for questions that Pass has no method for; the check
// declares in Needs or Reads what it reads of it.
func (p *Pass) Mesh() *mesh.Mesh { return p.mesh }

// DependenciesOf are the calls that configuration says a client makes.
func (p *Pass) DependenciesOf(w *inbound.Workload) []*declared.Call {
	p.hosts()
	return declared.In(p.mesh).Of(w)
}

// DependenciesOn are those that it says are made to a host.
func (p *Pass) DependenciesOn(h *outbound.Host) []*declared.Call {
	p.hosts()
	return declared.In(p.mesh).On(h)
}

// Evidence is who was seen calling whom, nil where nobody looked.
func (p *Pass) Evidence() *evidence.Evidence { return p.Options.Evidence }

// Excepted reports that the owner of a port keeps it as open as it is: an exception says
// so, for this mode or a more open one.
func (p *Pass) Excepted(w *inbound.Workload, port *inbound.Port) bool {
	return slices.ContainsFunc(p.Exceptions, func(e advise.Exception) bool { return e.Allows(w, port) })
}

// AllExcepted reports that Excepted holds for all ports of a workload that has some.
func (p *Pass) AllExcepted(w *inbound.Workload) bool {
	if len(p.Exceptions) == 0 || len(w.Ports) == 0 {
		return false
	}
	for i := range w.Ports {
		if !p.Excepted(w, &w.Ports[i]) {
			return false
		}
	}
	return true
}

// Hides reports whether discoverySelectors leave a namespace out.
func (p *Pass) Hides(namespace string) bool {
	p.config()
	p.read[resolve.KindNamespace] = true
	return p.mesh.Hides(namespace)
}

// DestinationRules are the rules by which clients send.
func (p *Pass) DestinationRules() []*outbound.DestinationRule {
	p.read[resolve.KindDestinationRule] = true
	return p.mesh.DestinationRules()
}

// Unhosted are the rules for Services that the input does not hold: see
// resolve.Mesh.Unhosted.
func (p *Pass) Unhosted() []outbound.Unhosted {
	p.hosts()
	p.read[resolve.KindDestinationRule] = true
	return p.mesh.Unhosted()
}

// AuthorizationPolicies are the policies that let callers in or keep them out.
func (p *Pass) AuthorizationPolicies() *authz.Set {
	p.config()
	p.read[resolve.KindAuthorizationPolicy] = true
	return p.facts.policies()
}

// Reach says what a DestinationRule does: see resolve.Mesh.Reach.
func (p *Pass) Reach(r *outbound.DestinationRule) outbound.Reach {
	p.config()
	p.hosts()
	p.read[resolve.KindDestinationRule] = true
	return p.mesh.Reach(r)
}

// hosts records that the clients, and the hosts that they call, are read.
func (p *Pass) hosts() {
	p.read[resolve.KindService], p.read[resolve.KindServiceEntry], p.read[resolve.KindWorkload] = true, true, true
}

// Objects are those of a kind that the mesh keeps as they were read.
func (p *Pass) Objects(kind resolve.Kind) []resolve.Object {
	p.read[kind] = true
	return p.mesh.Objects(kind)
}

// RootNamespace is where mesh-wide policies live.
func (p *Pass) RootNamespace() string {
	p.config()
	return p.mesh.RootNamespace()
}

// config records that the mesh configuration is read: it says which namespace is the root,
// which are looked into, and who sees which rule.
func (p *Pass) config() { p.read[resolve.KindMeshConfig] = true }

// Revisions are the revisions that the input shows to be read by a control plane.
func (p *Pass) Revisions() []string { return p.facts.revisions() }

// Displaces says what a DestinationRule takes the place of: see resolve.Mesh.Displaces.
func (p *Pass) Displaces(r *outbound.DestinationRule) []outbound.Displaced {
	p.config()
	p.hosts()
	return p.mesh.Displaces(r)
}

// Overruled says where a DestinationRule does not count: see resolve.Mesh.EachOverruled.
func (p *Pass) Overruled(r *outbound.DestinationRule) iter.Seq[outbound.Overruled] {
	p.config()
	p.hosts()
	return p.mesh.EachOverruled(r)
}

// Clients are all workloads in classes of those that send the same.
func (p *Pass) Clients() []*outbound.ClientClass {
	p.hosts()
	return p.mesh.Clients()
}
