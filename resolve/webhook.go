package resolve

import "fmt"

// verdict is whether the injection webhook is called for a pod: sidecar, none or
// unknown, with the reason. The zero verdict is unknown.
type verdict struct {
	dataplane Dataplane
	Membership
}

// webhook evaluates the webhook's selectors (1.4).
func (m *members) webhook(p *pod) verdict {
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
		return m.called(p, DefaultRevision, "1.4c", "namespace label istio-injection=enabled", ns.labelAt(injectionLabel))
	case hasInjection:
		return verdict{DataplaneNone, Membership{Rule: "1.4", Reason: "namespace label istio-injection=" + injection, Position: ns.labelAt(injectionLabel)}}
	case hasRevision && revision == "":
		return verdict{DataplaneNone, Membership{Rule: "1.4", Reason: "namespace label istio.io/rev is empty: no webhook matches it", Position: ns.labelAt(revisionLabel)}}
	case hasRevision:
		return m.called(p, revision, "1.4a", "namespace label istio.io/rev="+revision, ns.labelAt(revisionLabel))
	}
	return m.byPod(p, ns)
}

// byPod is the webhook's answer for a namespace without injection labels (1.4b, d, e).
func (m *members) byPod(p *pod, ns *Namespace) verdict {
	revision, hasRevision := p.labels[revisionLabel]
	inject, hasInject := p.labels[injectLabel]
	switch {
	case hasRevision && revision != "":
		return m.called(p, revision, "1.4b", "pod label istio.io/rev="+revision, p.origin.At(p.labelField(revisionLabel)))
	case inject == "true" && !hasRevision:
		return m.called(p, DefaultRevision, "1.4d", "pod label sidecar.istio.io/inject=true", p.origin.At(p.labelField(injectLabel)))
	case m.control.byDefault && !hasInject && !hasRevision:
		return m.called(p, DefaultRevision, "1.4e", "namespaces are injected by default", ns.Origin.At(""))
	}
	return verdict{DataplaneNone, Membership{Rule: "1.4", Reason: "namespace not labelled" + annotationInVain(p), Position: ns.Origin.At("")}}
}

// annotationInVain names the trap of rule 1.4: the webhook never sees the pod.
func annotationInVain(p *pod) string {
	if p.annotations[injectLabel] == "true" {
		return "; the pod annotation " + injectLabel + "=true alone does nothing, use the label"
	}
	return ""
}

// called is the verdict of a webhook whose namespace side matches: the pod's own
// "false" label still keeps it away, and the control plane must exist.
func (m *members) called(p *pod, name, rule, reason string, at Position) verdict {
	if p.labels[injectLabel] == "false" {
		return verdict{DataplaneNone, Membership{Rule: "1.4", Reason: "pod label " + injectLabel + "=false", Position: p.origin.At(p.labelField(injectLabel))}}
	}
	revision, exists := m.control.revision(name)
	if !exists {
		why := fmt.Sprintf("%s, but no control plane has revision or tag %s (known: %s)", reason, name, m.control.knownRevisions())
		return verdict{DataplaneNone, Membership{Rule: "1.4", Reason: why, Position: at}}
	}
	return verdict{DataplaneSidecar, Membership{Rule: rule, Reason: reason, Position: at, Revision: revision}}
}

// assumed answers for a namespace whose object is not in the input (1.13).
func (m *members) assumed(p *pod) verdict {
	d, ok := m.control.assume[p.namespace]
	if !ok {
		d, ok = m.control.assume[""]
	}
	switch {
	case !ok:
		return verdict{Membership: Membership{Rule: "1.13", Reason: "Namespace object not in the input", Revision: DefaultRevision}}
	case d == DataplaneNone:
		return verdict{DataplaneNone, Membership{Rule: "1.13", Reason: "namespace assumed not injected"}}
	}
	return m.called(p, DefaultRevision, "1.13", "namespace assumed injected", Position{})
}

// memberRoll is OpenShift Service Mesh 2: membership comes from the roll, and a
// pod joins by its own annotation or label.
func memberRoll(p *pod, roll of[*ServiceMeshMemberRoll]) verdict {
	at := roll.Origin.At("spec.members")
	member := "member of " + roll.Ref().String()
	label, hasLabel := p.labels[injectLabel]
	if label == "true" || !hasLabel && p.annotations[injectLabel] == "true" {
		return verdict{DataplaneSidecar, Membership{Rule: "1.4", Reason: member + " and the pod asks for a sidecar", Position: at, Revision: DefaultRevision}}
	}
	return verdict{DataplaneNone, Membership{Rule: "1.4", Reason: member + ", but the pod has no " + injectLabel + "=true", Position: at}}
}
