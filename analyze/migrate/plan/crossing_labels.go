package plan

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// outside keeps workloads without a sidecar out of ambient before the label of their namespace
// would enrol them (2B.2, 2B.5).
func (c *crossing) outside() {
	for _, x := range c.spaces {
		if !c.relabels(x) {
			continue
		}
		var steps []step
		for _, u := range x.units {
			if u.dataplane() != resolve.DataplaneNone || slices.ContainsFunc(u.variants, func(w *inbound.Workload) bool { return w.HostNetwork }) || u.variants[0].Labels[resolve.DataplaneModeLabel] == "none" {
				continue
			}
			was, _ := c.state.mesh.Input(u.ref)
			if !restarts[u.ref.Kind] || was.Value == nil {
				x.fixed = &advise.Reason{Text: u.ref.Typed() + " has no sidecar, and the label of the namespace would enrol it", By: u.ref, Fix: "give its pods the label istio.io/dataplane-mode: none, or let it join, then plan again"}
				break
			}
			is := clone(was)
			t := &is.Value.(*resolve.Controller).Template
			t.Labels = withEntry(t.Labels, resolve.DataplaneModeLabel, "none")
			steps = append(steps, step{Change{How: Label, Was: was, Is: is, What: "pod label " + resolve.DataplaneModeLabel + ": none, which restarts it", Why: "it has no sidecar today: the label of its namespace must not enrol it"}, []resolve.Ref{u.ref}})
		}
		for part := range chunks(steps, c.MaxWave) {
			if x.fixed == nil {
				c.carry(Outside, part, nil, func(ref resolve.Ref, h harm) { x.fixed = &h.why })
			}
		}
	}
}

// relabels reports a namespace whose labels change: it injects, and nothing in it keeps a sidecar
// but what follows its labels. Where that is not so although workloads of it moved, fixed says why.
func (c *crossing) relabels(x *crossingSpace) bool {
	ns := c.namespaceOf(x)
	if ns == nil || x.fixed != nil || ns.Labels[resolve.DataplaneModeLabel] == "ambient" {
		return false
	}
	_, injects := ns.Labels[resolve.InjectionLabel]
	_, revised := ns.Labels[resolve.RevisionLabel]
	moved := slices.ContainsFunc(x.units, func(u *unit) bool { return c.isAmbient(u) })
	if !injects && !revised || ns.Labels[resolve.InjectionLabel] == "disabled" || !moved {
		return false
	}
	for _, u := range x.units {
		switch now := c.state.unit(u.ref); {
		case !c.touches(u):
			x.fixed, x.asked = &advise.Reason{Text: u.ref.Typed() + " is outside this plan", By: u.ref, Fix: "plan for the whole namespace"}, true
		case !restarts[u.ref.Kind] && u.dataplane() == resolve.DataplaneSidecar && asksForSidecar(u):
			x.fixed = &advise.Reason{Text: u.ref.Typed() + " asks for a sidecar with a label of its pods", By: u.ref, Fix: "remove the label from its pods, then plan again"}
		case injectedOtherwise(u) && !asksForSidecar(u):
			x.fixed = &advise.Reason{Text: u.ref.Typed() + " is injected as a gateway or a gRPC agent because of the namespace's label", By: u.ref, Fix: "give its pods the label sidecar.istio.io/inject: \"true\", then plan again"}
		case now == nil || c.stays(u.ref):
			x.fixed = &advise.Reason{Text: u.ref.Typed() + " keeps its sidecar, and needs the injection label", By: u.ref, Fix: "move the workload first, then plan again"}
		}
		if x.fixed != nil {
			return false
		}
	}
	return true
}

// asksForSidecar reports pods that are injected by what they say themselves (1.5).
func asksForSidecar(u *unit) bool {
	return slices.ContainsFunc(u.variants, func(w *inbound.Workload) bool {
		_, revised := w.Labels[resolve.RevisionLabel]
		return revised || w.Labels[resolve.InjectLabel] == "true" || w.Annotations[resolve.InjectLabel] == "true"
	})
}

// injectedOtherwise reports pods of which injection makes something else than a sidecar (1.2, 1.3).
func injectedOtherwise(u *unit) bool {
	return slices.ContainsFunc(u.variants, func(w *inbound.Workload) bool { return w.Annotations[resolve.TemplatesAnnotation] != "" })
}

// relabel moves the labels of namespaces: new workloads are ambient then, and what has no template
// that restarts follows when its pods are made anew.
func (c *crossing) relabel() {
	for _, x := range c.spaces {
		if !c.relabels(x) || c.stopped {
			continue
		}
		was, there := c.state.mesh.Input(resolve.Ref{Kind: resolve.KindNamespace, Name: x.name})
		if !there {
			continue
		}
		is := clone(was)
		v := is.Value.(*corev1.Namespace)
		v.Labels = withEntry(v.Labels, resolve.DataplaneModeLabel, "ambient")
		delete(v.Labels, resolve.InjectionLabel)
		delete(v.Labels, resolve.RevisionLabel)
		s := step{Change: Change{How: Replace, Was: was, Is: is, What: "label " + resolve.DataplaneModeLabel + ": ambient, without the injection label", Why: "its workloads are ambient, and new ones inherit it"}}
		var rest []step
		for _, u := range c.following(x) {
			s.about = append(s.about, u.ref)
			rest = append(rest, c.enrolled(u, ""))
		}
		s.about = append(s.about, resolve.Ref{Kind: resolve.KindNamespace, Name: x.name})
		c.carry(Relabel, []step{s}, rest, func(ref resolve.Ref, h harm) {
			x.fixed = &h.why
			if ref.Kind != resolve.KindNamespace {
				c.stay(ref, migrate.Blocked, h.why)
			}
		})
	}
}

// tidySidecars removes Sidecar objects of namespaces in which no sidecar is left.
func (c *crossing) tidySidecars() {
	var steps []step
	for _, o := range c.start.mesh.Objects(resolve.KindSidecar) {
		x := c.byName[o.Value.GetNamespace()]
		if x == nil || x.name == c.start.mesh.RootNamespace() {
			continue
		}
		if ns, there := c.state.mesh.Input(resolve.Ref{Kind: resolve.KindNamespace, Name: x.name}); !there || ns.Value.GetLabels()[resolve.DataplaneModeLabel] != "ambient" || ns.Value.GetLabels()[PlanLabel] == "" {
			continue
		}
		reads := func(w *inbound.Workload) bool { // the Sidecar: machines may, too
			d := w.Membership.Dataplane
			return w.Ref.Namespace == x.name && d != resolve.DataplaneAmbient && d != resolve.DataplaneNone
		}
		if len(c.following(x)) > 0 || slices.ContainsFunc(c.state.mesh.Workloads(), reads) {
			continue
		}
		steps = append(steps, step{Change{How: Delete, Was: o, What: "delete it", Why: "no workload of its namespace has a sidecar"}, []resolve.Ref{o.Ref()}})
	}
	c.carry(Tidy, append(steps, c.spent()...), nil, func(resolve.Ref, harm) {})
}

// spent are policies that no proxy enforces any more, as a waypoint does.
func (c *crossing) spent() (out []step) {
	policies := authz.New(c.state.mesh)
	acting := map[*authz.Policy]bool{}
	for _, w := range c.state.mesh.Workloads() {
		for _, p := range policies.On(w) {
			acting[p] = acting[p] || w.Membership.Dataplane != resolve.DataplaneAmbient || !c.waypointEnforces(policies, p, w.Ref)
		}
	}
	for _, p := range policies.All() {
		here, acts := acting[p]
		was, there := c.state.mesh.Input(p.Ref)
		if text, _ := beyond(p); text == "" || !acts || here || !there || ours(was) {
			continue
		}
		out = append(out, step{Change{How: Delete, Was: was, What: "delete it", Why: "ztunnel does not enforce it: the waypoint enforces its copy"}, []resolve.Ref{p.Ref}})
	}
	return out
}

// waypointEnforces reports that the plan attached a policy to every Service of a workload.
func (c *crossing) waypointEnforces(policies *authz.Set, p *authz.Policy, ref resolve.Ref) bool {
	hosts := c.state.hostsOf(ref)
	for _, h := range hosts {
		if !slices.ContainsFunc(policies.All(), func(copied *authz.Policy) bool {
			is, _ := c.state.mesh.Input(copied.Ref)
			return is.Value != nil && ours(is) && copied.Ref.Namespace == ref.Namespace && copied.Ref.Name == p.Ref.Name+"-waypoint" && policies.Attaches(copied, resolve.Ref{}, h.Ref)
		}) {
			return false
		}
	}
	return len(hosts) > 0
}
