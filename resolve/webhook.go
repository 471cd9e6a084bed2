package resolve

// webhook evaluates the selectors of the injection webhook (1.4): sidecar when it
// is called for the pod, none when it is not, unknown when nobody can tell.
func (m *Members) webhook(p *Pod) Membership {
	if roll, ok := m.rolls[p.Namespace]; ok {
		return memberRoll(p, roll)
	}
	ns := m.namespaces[p.Namespace]
	if ns == nil || !ns.Known {
		return m.assumed(p)
	}
	injection, hasInjection := ns.Labels[InjectionLabel]
	revision, hasRevision := ns.Labels[RevisionLabel]
	switch {
	case injection == "enabled":
		return m.called(p, DefaultRevision, Reason{Cause: CauseNamespaceInjects}, ns.label(InjectionLabel), ns.ref())
	case hasInjection:
		return NewMembership(DataplaneNone, Because(CauseNamespaceRefuses, Details{Text: injection}), ns.label(InjectionLabel)).by(ns.ref())
	case hasRevision && revision == "":
		return NewMembership(DataplaneNone, Reason{Cause: CauseEmptyRevision}, ns.label(RevisionLabel)).by(ns.ref())
	case hasRevision:
		return m.called(p, revision, Because(CauseNamespaceRevision, Details{Text: revision}), ns.label(RevisionLabel), ns.ref())
	}
	return m.byPod(p, ns)
}

// byPod is the webhook's answer for a namespace without injection labels (1.4b, d, e).
func (m *Members) byPod(p *Pod, ns *Namespace) Membership {
	revision, hasRevision := p.Labels[RevisionLabel]
	inject, hasInject := p.Labels[InjectLabel]
	switch {
	case hasRevision && revision != "":
		return m.called(p, revision, Because(CausePodRevision, Details{Text: revision}), p.Label(RevisionLabel), Ref{})
	case inject == "true" && !hasRevision:
		return m.called(p, DefaultRevision, Reason{Cause: CausePodInjects}, p.Label(InjectLabel), Ref{})
	case m.control.byDefault && !hasInject && !hasRevision:
		return m.called(p, DefaultRevision, Reason{Cause: CauseInjectedByDefault}, Place{ns.Origin, ""}, ns.ref())
	}
	return NewMembership(DataplaneNone, notLabelled(p), Place{ns.Origin, ""}).by(ns.ref())
}

// notLabelled tells the trap of rule 1.4 apart: the webhook never sees the pod that has only
// the annotation.
func notLabelled(p *Pod) Reason {
	if p.Annotations[InjectLabel] == "true" {
		return Reason{Cause: CauseAnnotationInVain}
	}
	return Reason{Cause: CauseNotLabelled}
}

// called is the answer where the namespace's side of a webhook matches, by what at says,
// which is the holder's unless it is the pod's: the pod's
// own "false" label still keeps it away, and the control plane must exist.
func (m *Members) called(p *Pod, name string, why Reason, at Place, holder Ref) Membership {
	if p.Labels[InjectLabel] == "false" {
		return NewMembership(DataplaneNone, Reason{Cause: CausePodUnselected}, p.Label(InjectLabel))
	}
	revision, exists := m.control.revision(name)
	if !exists {
		why = Because(CauseNoSuchRevision, Details{Base: why, Name: name, Text: m.control.knownRevisions()})
		return NewMembership(DataplaneNone, why, at).by(holder)
	}
	out := NewMembership(DataplaneSidecar, why, at).by(holder)
	out.Revision = revision
	return out
}

// assumed answers for a namespace whose object is not in the input (1.13).
func (m *Members) assumed(p *Pod) Membership {
	d, ok := m.control.assume[p.Namespace]
	if !ok {
		d, ok = m.control.assume[""]
	}
	switch {
	case ok && d == DataplaneNone:
		return NewMembership(DataplaneNone, Reason{Cause: CauseAssumedNotInjected}, Place{})
	case ok:
		return m.called(p, DefaultRevision, Reason{Cause: CauseAssumedInjected}, Place{}, Ref{})
	}
	why := Reason{Cause: CauseNamespaceMissing}
	if g := m.control.Gaps.At(KindNamespace, ""); g != nil {
		why = Because(CauseNamespacesUnread, Details{Gap: g})
	}
	out := NewMembership(DataplaneUnknown, why, Place{})
	out.Revision = DefaultRevision
	return out
}

// memberRoll is OpenShift Service Mesh 2: membership comes from the roll, and a
// pod joins by its own annotation or label.
func memberRoll(p *Pod, roll Typed[*ServiceMeshMemberRoll]) Membership {
	at := Place{roll.Origin, "spec.members"}
	label, hasLabel := p.Labels[InjectLabel]
	if label == "true" || !hasLabel && p.Annotations[InjectLabel] == "true" {
		out := NewMembership(DataplaneSidecar, Because(CauseRollInjects, Details{By: roll.Ref()}), at).by(roll.Ref())
		out.Revision = DefaultRevision
		return out
	}
	return NewMembership(DataplaneNone, Because(CauseRollNotAsked, Details{By: roll.Ref()}), at).by(roll.Ref())
}
