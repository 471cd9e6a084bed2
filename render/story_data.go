package render

import (
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// storyBuilder makes the data of a story.
type storyBuilder struct {
	Story
	around *calls.Around
	places places
}

// list is the story as data.
func (v Story) list() *wire.WorkloadList {
	lines := v.lines()
	list := newWorkloadList(v.Scope, lines)
	fillRunning(&list, lines, v.Running)
	list.Notes = append(list.Notes, unsettled(v.Mesh, lines)...)
	b := storyBuilder{v, v.around(), placesOf(lines)}
	for _, t := range v.Targets {
		list.Targets = append(list.Targets, b.target(t))
	}
	return &list
}

// around finds the calls that the story tells about.
func (v Story) around() *calls.Around {
	var workloads []*inbound.Workload
	var services []*inbound.Service
	for _, t := range v.Targets {
		switch {
		case t.Service != nil:
			services = append(services, t.Service)
		case t.Namespace == nil:
			for _, l := range t.Lines {
				workloads = append(workloads, l.Workload)
			}
		}
	}
	return calls.Surrounding(v.Mesh, workloads, services)
}

func (b *storyBuilder) target(t Target) wire.DescribedTarget {
	out := wire.DescribedTarget{Lines: b.places.of(t.Lines), Workloads: []wire.WorkloadDetail{}}
	switch {
	case t.Service != nil:
		out.Service = b.service(t)
	case t.Namespace != nil:
		out.Namespace = b.namespace(t)
	default:
		for lines := t.Lines; len(lines) > 0; {
			w := lines[0].Workload
			end := slices.IndexFunc(lines, func(l Line) bool { return l.Workload != w })
			if end < 0 {
				end = len(lines)
			}
			out.Workloads = append(out.Workloads, b.workload(w, lines[:end]))
			lines = lines[end:]
		}
	}
	return out
}

func (b *storyBuilder) service(t Target) *wire.ServiceDetail {
	s := t.Service
	out := &wire.ServiceDetail{
		Namespace: s.Ref.Namespace, Name: s.Ref.Name, Selector: map[string]string{}, ExternalName: s.ExternalName, Headless: s.Headless,
		Position: positionOf(s.Origin.At("")), Served: len(b.Mesh.Behind(s)) > 0, Ports: []wire.ServicePortLines{}, Calls: newRuleCalls(b.around.Of(s)),
	}
	maps.Copy(out.Selector, s.Selector)
	for _, spec := range s.Ports {
		leading := slices.DeleteFunc(slices.Clone(t.Lines), func(l Line) bool { return l.Port == nil || !leads(s, spec.Port, l.Port) })
		out.Ports = append(out.Ports, wire.ServicePortLines{Port: spec.Port, Lines: b.places.of(leading)})
	}
	return out
}

func leads(s *inbound.Service, port int32, p *inbound.Port) bool {
	return slices.ContainsFunc(p.Services, func(sp inbound.ServicePort) bool {
		return sp.Namespace == s.Ref.Namespace && sp.Name == s.Ref.Name && sp.Port == port
	})
}

// meshLabels are those of a namespace that say who gets a proxy.
var meshLabels = []string{resolve.InjectionLabel, resolve.RevisionLabel, resolve.DataplaneModeLabel}

func (b *storyBuilder) namespace(t Target) *wire.NamespaceDetail {
	ns := t.Namespace
	out := &wire.NamespaceDetail{Name: ns.Name, Known: ns.Known, Position: positionOf(ns.Origin.At("")), Labels: []string{}, Policies: []wire.PolicyBrief{}, Totals: totalsOf(t.Lines)}
	for _, key := range meshLabels {
		if value, set := ns.Labels[key]; set {
			out.Labels = append(out.Labels, key+"="+value)
		}
	}
	for _, p := range b.Mesh.PeerAuthentications() { // in the order in which Istio prefers them
		if p.Ref.Namespace == ns.Name {
			out.Policies = append(out.Policies, wire.PolicyBrief{
				Name: p.Ref.Name, Scope: p.Scope.String(), Mode: p.Mode.String(), Ports: newPortModes(p.Ports),
				Selects: policySelects(p.Rejected, p.Selector, p.Scope.String()), Position: positionOf(p.Origin.At("")),
			})
		}
	}
	return out
}

func (b *storyBuilder) workload(w *inbound.Workload, lines []Line) wire.WorkloadDetail {
	out := wire.WorkloadDetail{
		Item: b.places[lines[0]].Item, Lines: b.places.of(lines), Native: w.Membership.Native, DataplanePosition: positionOf(w.Membership.Position()), Position: positionOf(w.Origin.At("")),
		Identity: b.identity(w), Sidecar: refOrNull(w.Sidecar), Refused: words.Because(w.Capture.Invalid), Annotations: []string{}, AuthorizationPolicies: []wire.AuthorizationBrief{},
		Callers: newRuleCalls(b.around.Callers(w)), Plaintext: []wire.PlaintextCall{}, Calls: []wire.RuleCall{}, KnownCallers: []wire.KnownCaller{}, Advice: []wire.PortAdvice{},
	}
	for _, key := range slices.Sorted(maps.Keys(w.Annotations)) {
		if speaksAboutSidecar(key) {
			out.Annotations = append(out.Annotations, public.Setting(key, w.Annotations[key]))
		}
	}
	court := authz.In(b.Mesh)
	for _, p := range court.Set(w).Selecting(w) {
		out.AuthorizationPolicies = append(out.AuthorizationPolicies, authorizationBrief(p, slices.Contains(court.Set(w).On(w), p)))
	}
	out.AuthorizationPolicies = append(out.AuthorizationPolicies, atWaypoints(court, b.around.Callers(w))...)
	for _, p := range calls.PlaintextInto(b.Mesh, w) {
		out.Plaintext = append(out.Plaintext, wire.PlaintextCall{Ports: p.Ports, Verdict: p.Outcome.Verdict.String(), Because: words.Because(p.Outcome.Why), Admitted: admittedOf(&p.Admission, p.Outcome.Verdict)})
	}
	switch class := b.around.Class(w); {
	case class == nil:
	case !class.Proxied():
		out.Sends = "plaintext"
	default:
		out.Sends, out.Calls = "proxied", newRuleCalls(b.around.Differing(w))
	}
	b.advise(&out, w, lines)
	return out
}

// identity is the name in the workload's certificate; without a proxy it has none.
func (b *storyBuilder) identity(w *inbound.Workload) string {
	if w.Membership.Dataplane == resolve.DataplaneNone {
		return ""
	}
	return w.Identity()
}

// speaksAboutSidecar picks the annotations that change what a proxy captures or
// how it is injected; status is what the injector itself noted.
func speaksAboutSidecar(key string) bool {
	return strings.HasPrefix(key, resolve.CaptureDomain) ||
		strings.HasPrefix(key, "sidecar.istio.io/") && key != resolve.SidecarStatusAnnotation
}

// advise adds who is known to call a workload, and which modes fit the ports that are shown.
func (b *storyBuilder) advise(out *wire.WorkloadDetail, w *inbound.Workload, lines []Line) {
	if b.Adviser == nil {
		return
	}
	assessed := migrate.Assess(b.Mesh, b.Adviser, func(o *inbound.Workload) bool { return o == w })
	if len(assessed) == 0 {
		return
	}
	out.Recommendation = advise.Summary(assessed[0].Advices())
	var known []*advise.Caller
	for i := range assessed[0].Ports {
		p := &assessed[0].Ports[i]
		if !slices.ContainsFunc(lines, func(l Line) bool { return l.Port == p.Advice.Port }) {
			continue
		}
		number := p.Advice.Port.Number
		out.Advice = append(out.Advice, wire.PortAdvice{
			Port: number, Fits: p.Path.Leaf.Short, Leaf: p.Path.Leaf.ID, Status: p.Status.String(), Because: newReasons(p.Reasons()), Fixes: append([]string{}, p.Fixes()...),
		})
		for j := range p.Callers {
			c := &p.Callers[j]
			at := slices.IndexFunc(known, func(k *advise.Caller) bool {
				return k.Name == c.Name && k.Workload == c.Workload && k.Dependency == c.Dependency
			})
			if at < 0 {
				at = len(known)
				known = append(known, c)
				out.KnownCallers = append(out.KnownCallers, b.knownCaller(c))
			}
			out.KnownCallers[at].Ports = append(out.KnownCallers[at].Ports, number)
		}
	}
}

var placeWords = map[advise.Place]string{advise.Inside: "yes", advise.Outside: "no"}

func (b *storyBuilder) knownCaller(c *advise.Caller) wire.KnownCaller {
	out := wire.KnownCaller{Name: c.Name, InMesh: orWord(placeWords[c.Place], "unknown"), Ports: []int32{}}
	if c.Path != nil && c.Workload != nil && c.Workload.Membership.Dataplane != resolve.DataplaneNone {
		out.InMesh = "yes" // and its proxy has no say in this call, as the evidence tells
	}
	if d := c.Dependency; d != nil {
		out.Evidence, out.Position = "declared: "+saysText(d), positionOf(d.Position())
		if c.Path != nil {
			out.Evidence += "; the client " + d.Way.Does()
		}
	} else {
		out.Evidence = observed{b.Adviser.Evidence}.text(c.Observed)
	}
	return out
}

func newRuleCalls(rows []*calls.Row) []wire.RuleCall {
	out := make([]wire.RuleCall, 0, len(rows))
	for _, r := range rows {
		out = append(out, newRuleCall(r))
	}
	return out
}
