package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// restarts are the kinds whose pods a changed template restarts.
var restarts = map[resolve.Kind]bool{
	resolve.KindDeployment: true, resolve.KindStatefulSet: true, resolve.KindDaemonSet: true, resolve.KindRollout: true, resolve.KindDeploymentConfig: true,
}

// Restarts reports a kind whose pods a changed template restarts.
func Restarts(k resolve.Kind) bool { return restarts[k] }

// mayJoin is why a workload is given no sidecar, as what somebody could do about it; ""
// where it may have one. A client is one that keeps a port from STRICT.
func (p *planner) mayJoin(u *unit, client bool) string {
	if u == nil {
		return "find the workload: the input has none with this name"
	}
	if why := p.barred[u.ref]; why != "" {
		return why
	}
	w, name := u.variants[0], u.ref.Typed()
	input, _ := p.start.mesh.Input(u.ref)
	controller, _ := input.Value.(*resolve.Controller)
	switch {
	case p.Join == Nobody:
		return "inject a sidecar into " + name + "; --inject needed adds it to the plan"
	case !p.touches(u):
		return "inject a sidecar into " + name + "; the workload is outside this plan"
	case controller == nil || !restarts[u.ref.Kind]:
		return fmt.Sprintf("inject a sidecar into %s by hand: a plan cannot do that for a %s, because no rollout recreates its pods", name, u.ref.Kind.Word())
	case w.OtherMesh != "":
		return fmt.Sprintf("none: its pods have the proxy of %s, and two proxies in one pod capture the same traffic; move it to Istio first, or keep the port as an exception", w.OtherMesh)
	case w.HostNetwork || w.OS == "windows":
		return "none: the workload cannot have a sidecar"
	case optedOut(controller):
		return fmt.Sprintf("ask its owner: %s has %s: \\\"false\\", name, resolve.InjectLabel)
	case p.start.mesh.Namespace(u.ref.Namespace) != nil && p.start.mesh.Namespace(u.ref.Namespace).Labels[resolve.InjectionLabel] == "disabled":
		return fmt.Sprintf("ask its owner: namespace %s has istio-injection: disabled", u.ref.Namespace)
	case speaksFirst(u) != 0:
		return fmt.Sprintf("settle first whether clients outside the mesh call it: on port %d the server sends first, so a PERMISSIVE port cannot distinguish plaintext from TLS", speaksFirst(u))
	case p.Join == Needed && !client && !p.meshed[u.ref.Namespace]:
		return fmt.Sprintf("add namespace %s to the mesh: no workload in it has a sidecar; --inject all plans sidecars for it too", u.ref.Namespace)
	}
	return ""
}

// speaksFirst is a port on which the server speaks first, 0 for none. A sidecar that
// takes both waits there for a client that waits too.
func speaksFirst(u *unit) int32 {
	for _, w := range u.variants {
		for i := range w.Ports {
			if first(&w.Ports[i]) {
				return w.Ports[i].Number
			}
		}
	}
	return 0
}

// first tells MySQL and SMTP by what is declared, and by the numbers that Istio takes for
// TCP (2.12).
func first(p *inbound.Port) bool {
	return p.Protocol == resolve.ProtocolMySQL || p.Number == 3306 || p.Number == 25
}

func optedOut(c *resolve.Controller) bool {
	return c.Template.Labels[resolve.InjectLabel] == "false" || c.Template.Annotations[resolve.InjectLabel] == "false"
}

// joined is the change that gives a workload a sidecar.
func (p *planner) joined(s *state, ref resolve.Ref) *Change {
	was, _ := s.mesh.Input(ref)
	is := clone(was)
	c := is.Value.(*resolve.Controller)
	labels := maps.Clone(c.Template.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	text := resolve.InjectLabel + ": \"true\""
	if rev := p.byRevision[ref]; rev != "" {
		labels[resolve.RevisionLabel], text = rev, resolve.RevisionLabel+": "+rev
	} else {
		labels[resolve.InjectLabel] = "true"
	}
	c.Template.Labels = labels
	out := &Change{How: Label, Was: was, Is: is, What: "pod label " + text + ", which restarts it", Why: p.whyJoin(ref)}
	if slices.ContainsFunc(s.unit(ref).variants, func(w *inbound.Workload) bool { return w.Membership.Why.Cause.Unrestarted() }) {
		out.Back = clone(was)
		back := out.Back.Value.(*resolve.Controller)
		back.Template.Labels = maps.Clone(labels)
		back.Template.Labels[resolve.InjectLabel] = "false"
	}
	return out
}

func (p *planner) whyJoin(ref resolve.Ref) string {
	for _, port := range p.known[ref] {
		if _, held := p.held[Target{ref, port}]; !held {
			return "without a sidecar no policy protects its ports"
		}
	}
	return "it calls ports that become STRICT, in plaintext"
}

// otherLabel tries the revision of the mesh's proxies where the plain label does not
// let the injector take a workload; it reports whether there was another one to try.
func (p *planner) otherLabel(ref resolve.Ref) bool {
	if p.byRevision[ref] != "" {
		return false
	}
	var revisions []string
	for _, w := range p.start.mesh.Workloads() {
		if r := w.Membership.Revision; w.Membership.Dataplane == resolve.DataplaneSidecar && r != "" && r != resolve.DefaultRevision && !slices.Contains(revisions, r) {
			revisions = append(revisions, r)
		}
	}
	if len(revisions) != 1 {
		return false
	}
	p.byRevision[ref], p.joinedIn[ref] = revisions[0], p.round
	return true
}

// bar takes a workload out of those that join, and holds what needed it.
func (p *planner) bar(ref resolve.Ref, why string) bool {
	if p.barred[ref] != "" {
		return false
	}
	p.barred[ref], p.joinedIn[ref] = why, p.round
	p.weigh()
	return true
}
