package resolve

// webhook evaluates the selectors of the injection webhook (1.4): sidecar when it
// is called for the pod, none when it is not, unknown when nobody can tell.
func (m *members) webhook(p *pod) Membership {
	if roll, ok := m.rolls[p.namespace]; ok {
		return memberRoll(p, roll)
	}
	ns := m.namespaces[p.namespace]
	if ns == nil || !ns.Known {
		return m.assumed(p)
	}
	injection, hasInjection := ns.Labels[InjectionLabel]
	revision, hasRevision := ns.Labels[RevisionLabel]
	switch {
	case injection == "enabled":
		return m.called(p, DefaultRevision, Reason{Cause: CauseNamespaceInjects}, ns.label(InjectionLabel), ns.ref())
	case hasInjection:
		return membership(DataplaneNone, Because(CauseNamespaceRefuses, Details{Text: injection}), ns.label(InjectionLabel)).by(ns.ref())
	case hasRevision && revision == "":
		return membership(DataplaneNone, Reason{Cause: CauseEmptyRevision}, ns.label(RevisionLabel)).by(ns.ref())
	case hasRevision:
		return m.called(p, revision, Because(CauseNamespaceRevision, Details{Text: revision}), ns.label(RevisionLabel), ns.ref())
	}
	return m.byPod(p, ns)
}

// byPod is the webhook's answer for a namespace without injection labels (1.4b, d, e).
func (m *members) byPod(p *pod, ns *Namespace) Membership {
	revision, hasRevision := p.labels[RevisionLabel]
	inject, hasInject := p.labels[InjectLabel]
	switch {
	case hasRevision && revision != "":
		return m.called(p, revision, Because(CausePodRevision, Details{Text: revision}), p.label(RevisionLabel), Ref{})
	case inject == "true" && !hasRevision:
		return m.called(p, DefaultRevision, Reason{Cause: CausePodInjects}, p.label(InjectLabel), Ref{})
	case m.control.byDefault && !hasInject && !hasRevision:
		return m.called(p, DefaultRevision, Reason{Cause: CauseInjectedByDefault}, Place{ns.Origin, ""}, ns.ref())
	}
	return membership(DataplaneNone, notLabelled(p), Place{ns.Origin, ""}).by(ns.ref())
}

// notLabelled tells the trap of rule 1.4 apart: the webhook never sees the pod that has only
// the annotation.
func notLabelled(p *pod) Reason {
	if p.annotations[InjectLabel] == "true" {
		return Reason{Cause: CauseAnnotationInVain}
	}
	return Reason{Cause: CauseNotLabelled}
}

// called is the answer where the namespace's side of a webhook matches, by what at says,
// which is the holder's unless it is the pod's: the pod's
// own "false" label still keeps it away, and the control plane must exist.
func (m *members) called(p *pod, name string, why Reason, at Place, holder Ref) Membership {
	if p.labels[InjectLabel] == "false" {
		return membership(DataplaneNone, Reason{Cause: CausePodUnselected}, p.label(InjectLabel))
	}
	revision, exists := m.control.revision(name)
	if !exists {
		why = Because(CauseNoSuchRevision, Details{Base: why, Name: name, Text: m.control.knownRevisions()})
		return membership(DataplaneNone, why, at).by(holder)
	}
	out := membership(DataplaneSidecar, why, at).by(holder)
	out.Revision = revision
	return out
}

// assumed answers for a namespace whose object is not in the input (1.13).
func (m *members) assumed(p *pod) Membership {
	d, ok := m.control.assume[p.namespace]
	if !ok {
		d, ok = m.control.assume[""]
	}
	switch {
	case ok && d == DataplaneNone:
		return membership(DataplaneNone, Reason{Cause: CauseAssumedNotInjected}, Place{})
	case ok:
		return m.called(p, DefaultRevision, Reason{Cause: CauseAssumedInjected}, Place{}, Ref{})
	}
	why := Reason{Cause: CauseNamespaceMissing}
	if g := m.control.Gaps.At(KindNamespace, ""); g != nil {
		why = Because(CauseNamespacesUnread, Details{Gap: g})
	}
	out := membership(DataplaneUnknown, why, Place{})
	out.Revision = DefaultRevision
	return out
}

// memberRoll is OpenShift Service Mesh 2: membership comes from the roll, and a
// pod joins by its own annotation or label.
func memberRoll(p *pod, roll Typed[*ServiceMeshMemberRoll]) Membership {
	at := Place{roll.Origin, "spec.members"}
	label, hasLabel := p.labels[InjectLabel]
	if label == "true" || !hasLabel && p.annotations[InjectLabel] == "true" {
		out := membership(DataplaneSidecar, Because(CauseRollInjects, Details{By: roll.Ref()}), at).by(roll.Ref())
		out.Revision = DefaultRevision
		return out
	}
	return membership(DataplaneNone, Because(CauseRollNotAsked, Details{By: roll.Ref()}), at).by(roll.Ref())
}
