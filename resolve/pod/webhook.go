package pod

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// webhook evaluates the selectors of the injection webhook (1.4): sidecar when it
// is called for the pod, none when it is not, unknown when nobody can tell.
func (m *Members) webhook(p *Pod) resolve.Membership {
	if roll, ok := m.rolls[p.Namespace]; ok {
		return memberRoll(p, roll)
	}
	ns := m.namespaces[p.Namespace]
	if ns == nil || !ns.Known {
		return m.assumed(p)
	}
	injection, hasInjection := ns.Labels[resolve.InjectionLabel]
	revision, hasRevision := ns.Labels[resolve.RevisionLabel]
	switch {
	case injection == "enabled":
		return m.called(p, resolve.DefaultRevision, resolve.Reason{Cause: resolve.CauseNamespaceInjects}, ns.Label(resolve.InjectionLabel), ns.Ref())
	case hasInjection:
		return resolve.NewMembership(resolve.DataplaneNone, resolve.Because(resolve.CauseNamespaceRefuses, resolve.Details{Text: injection}), ns.Label(resolve.InjectionLabel)).By(ns.Ref())
	case hasRevision && revision == "":
		return resolve.NewMembership(resolve.DataplaneNone, resolve.Reason{Cause: resolve.CauseEmptyRevision}, ns.Label(resolve.RevisionLabel)).By(ns.Ref())
	case hasRevision:
		return m.called(p, revision, resolve.Because(resolve.CauseNamespaceRevision, resolve.Details{Text: revision}), ns.Label(resolve.RevisionLabel), ns.Ref())
	}
	return m.byPod(p, ns)
}

// byPod is the webhook's answer for a namespace without injection labels (1.4b, d, e).
func (m *Members) byPod(p *Pod, ns *config.Namespace) resolve.Membership {
	revision, hasRevision := p.Labels[resolve.RevisionLabel]
	inject, hasInject := p.Labels[resolve.InjectLabel]
	switch {
	case hasRevision && revision != "":
		return m.called(p, revision, resolve.Because(resolve.CausePodRevision, resolve.Details{Text: revision}), p.Label(resolve.RevisionLabel), resolve.Ref{})
	case inject == "true" && !hasRevision:
		return m.called(p, resolve.DefaultRevision, resolve.Reason{Cause: resolve.CausePodInjects}, p.Label(resolve.InjectLabel), resolve.Ref{})
	case m.control.ByDefault && !hasInject && !hasRevision:
		return m.called(p, resolve.DefaultRevision, resolve.Reason{Cause: resolve.CauseInjectedByDefault}, resolve.Place{Origin: ns.Origin, Field: ""}, ns.Ref())
	}
	return resolve.NewMembership(resolve.DataplaneNone, notLabelled(p), resolve.Place{Origin: ns.Origin, Field: ""}).By(ns.Ref())
}

// notLabelled tells the trap of rule 1.4 apart: the webhook never sees the pod that has only
// the annotation.
func notLabelled(p *Pod) resolve.Reason {
	if p.Annotations[resolve.InjectLabel] == "true" {
		return resolve.Reason{Cause: resolve.CauseAnnotationInVain}
	}
	return resolve.Reason{Cause: resolve.CauseNotLabelled}
}

// called is the answer where the namespace's side of a webhook matches, by what at says,
// which is the holder's unless it is the pod's: the pod's
// own "false" label still keeps it away, and the control plane must exist.
func (m *Members) called(p *Pod, name string, why resolve.Reason, at resolve.Place, holder resolve.Ref) resolve.Membership {
	if p.Labels[resolve.InjectLabel] == "false" {
		return resolve.NewMembership(resolve.DataplaneNone, resolve.Reason{Cause: resolve.CausePodUnselected}, p.Label(resolve.InjectLabel))
	}
	revision, exists := m.control.Revision(name)
	if !exists {
		why = resolve.Because(resolve.CauseNoSuchRevision, resolve.Details{Base: why, Name: name, Text: m.control.KnownRevisions()})
		return resolve.NewMembership(resolve.DataplaneNone, why, at).By(holder)
	}
	out := resolve.NewMembership(resolve.DataplaneSidecar, why, at).By(holder)
	out.Revision = revision
	return out
}

// assumed answers for a namespace whose object is not in the input (1.13).
func (m *Members) assumed(p *Pod) resolve.Membership {
	d, ok := m.control.Assume[p.Namespace]
	if !ok {
		d, ok = m.control.Assume[""]
	}
	switch {
	case ok && d == resolve.DataplaneNone:
		return resolve.NewMembership(resolve.DataplaneNone, resolve.Reason{Cause: resolve.CauseAssumedNotInjected}, resolve.Place{})
	case ok:
		return m.called(p, resolve.DefaultRevision, resolve.Reason{Cause: resolve.CauseAssumedInjected}, resolve.Place{}, resolve.Ref{})
	}
	why := resolve.Reason{Cause: resolve.CauseNamespaceMissing}
	if g := m.control.Gaps.At(resolve.KindNamespace, ""); g != nil {
		why = resolve.Because(resolve.CauseNamespacesUnread, resolve.Details{Gap: g})
	}
	out := resolve.NewMembership(resolve.DataplaneUnknown, why, resolve.Place{})
	out.Revision = resolve.DefaultRevision
	return out
}

// memberRoll is OpenShift Service Mesh 2: membership comes from the roll, and a
// pod joins by its own annotation or label.
func memberRoll(p *Pod, roll config.Typed[*resolve.ServiceMeshMemberRoll]) resolve.Membership {
	at := resolve.Place{Origin: roll.Origin, Field: "spec.members"}
	label, hasLabel := p.Labels[resolve.InjectLabel]
	if label == "true" || !hasLabel && p.Annotations[resolve.InjectLabel] == "true" {
		out := resolve.NewMembership(resolve.DataplaneSidecar, resolve.Because(resolve.CauseRollInjects, resolve.Details{By: roll.Ref()}), at).By(roll.Ref())
		out.Revision = resolve.DefaultRevision
		return out
	}
	return resolve.NewMembership(resolve.DataplaneNone, resolve.Because(resolve.CauseRollNotAsked, resolve.Details{By: roll.Ref()}), at).By(roll.Ref())
}
