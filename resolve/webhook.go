package resolve

import "fmt"

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
	injection, hasInjection := ns.Labels[injectionLabel]
	revision, hasRevision := ns.Labels[revisionLabel]
	switch {
	case injection == "enabled":
		return m.called(p, DefaultRevision, "1.4c", "namespace label istio-injection=enabled", ns.label(injectionLabel), ns.ref())
	case hasInjection:
		return membership(DataplaneNone, "1.4", "namespace label istio-injection="+injection, ns.label(injectionLabel)).by(ns.ref())
	case hasRevision && revision == "":
		return membership(DataplaneNone, "1.4", "namespace label istio.io/rev is empty: no webhook matches it", ns.label(revisionLabel)).by(ns.ref())
	case hasRevision:
		return m.called(p, revision, "1.4a", "namespace label istio.io/rev="+revision, ns.label(revisionLabel), ns.ref())
	}
	return m.byPod(p, ns)
}

// byPod is the webhook's answer for a namespace without injection labels (1.4b, d, e).
func (m *members) byPod(p *pod, ns *Namespace) Membership {
	revision, hasRevision := p.labels[revisionLabel]
	inject, hasInject := p.labels[injectLabel]
	switch {
	case hasRevision && revision != "":
		return m.called(p, revision, "1.4b", "pod label istio.io/rev="+revision, p.label(revisionLabel), Ref{})
	case inject == "true" && !hasRevision:
		return m.called(p, DefaultRevision, "1.4d", "pod label sidecar.istio.io/inject=true", p.label(injectLabel), Ref{})
	case m.control.byDefault && !hasInject && !hasRevision:
		return m.called(p, DefaultRevision, "1.4e", "namespaces are injected by default", place{ns.Origin, ""}, ns.ref())
	}
	return membership(DataplaneNone, "1.4", "namespace not labelled"+annotationInVain(p), place{ns.Origin, ""}).by(ns.ref())
}

// annotationInVain names the trap of rule 1.4: the webhook never sees the pod.
func annotationInVain(p *pod) string {
	if p.annotations[injectLabel] == "true" {
		return "; the pod annotation " + injectLabel + "=true alone does nothing, use the label"
	}
	return ""
}

// called is the answer where the namespace's side of a webhook matches, by what at says,
// which is the holder's unless it is the pod's: the pod's
// own "false" label still keeps it away, and the control plane must exist.
func (m *members) called(p *pod, name, rule, reason string, at place, holder Ref) Membership {
	if p.labels[injectLabel] == "false" {
		return membership(DataplaneNone, "1.4", "pod label "+injectLabel+"=false", p.label(injectLabel))
	}
	revision, exists := m.control.revision(name)
	if !exists {
		reason = fmt.Sprintf("%s, but no control plane has revision or tag %s (known: %s)", reason, name, m.control.knownRevisions())
		return membership(DataplaneNone, "1.4", reason, at).by(holder)
	}
	out := membership(DataplaneSidecar, rule, reason, at).by(holder)
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
		return membership(DataplaneNone, "1.13", "namespace assumed not injected", place{})
	case ok:
		return m.called(p, DefaultRevision, "1.13", "namespace assumed injected", place{}, Ref{})
	}
	why := "Namespace object not in the input"
	if g := m.control.gaps.at(KindNamespace, ""); g != nil {
		why = g.String()
	}
	out := membership(DataplaneUnknown, "1.13", why, place{})
	out.Revision = DefaultRevision
	return out
}

// memberRoll is OpenShift Service Mesh 2: membership comes from the roll, and a
// pod joins by its own annotation or label.
func memberRoll(p *pod, roll of[*ServiceMeshMemberRoll]) Membership {
	at := place{roll.Origin, "spec.members"}
	member := "member of " + roll.Ref().String()
	label, hasLabel := p.labels[injectLabel]
	if label == "true" || !hasLabel && p.annotations[injectLabel] == "true" {
		out := membership(DataplaneSidecar, "1.4", member+" and the pod asks for a sidecar", at).by(roll.Ref())
		out.Revision = DefaultRevision
		return out
	}
	return membership(DataplaneNone, "1.4", member+", but the pod has no "+injectLabel+"=true", at).by(roll.Ref())
}
