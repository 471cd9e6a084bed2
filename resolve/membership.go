package resolve

import (
	"encoding/json"
	"slices"
	"strings"
)

// Members answers who is in the mesh.
type Members struct {
	control    *Control
	namespaces map[string]*Namespace
	// rolls are the namespaces of OpenShift member rolls, by name.
	rolls map[string]Typed[*ServiceMeshMemberRoll]
}

func NewMembers(k *Control, namespaces map[string]*Namespace, c *Collection) *Members {
	m := &Members{control: k, namespaces: namespaces, rolls: map[string]Typed[*ServiceMeshMemberRoll]{}}
	for _, roll := range c.memberRolls {
		for _, ns := range roll.As.Members {
			m.rolls[ns] = roll
		}
	}
	return m
}

// Of decides a pod's membership: read from the containers of a running pod,
// predicted for a manifest.
func (m *Members) Of(p *Pod) Membership {
	if p.proxy != nil && p.proxy.role != "" {
		return m.seen(p)
	}
	if p.Annotations[RedirectionAnnotation] == "enabled" {
		out := NewMembership(DataplaneAmbient, Reason{Cause: CauseAmbientSeen}, p.Annotation(RedirectionAnnotation))
		out.Observed, out.Revision = true, DefaultRevision
		return out
	}
	predicted := m.predict(p)
	if !p.running {
		return predicted
	}
	return missing(predicted)
}

// missing is the membership of a running pod without a proxy (1.7): what the
// labels promise does not matter, but it is the reason that people look for.
func missing(predicted Membership) Membership {
	out := predicted
	out.Dataplane, out.Observed, out.Revision = DataplaneNone, true, ""
	switch predicted.Dataplane {
	case DataplaneNone:
		out.Why = Because(CauseNoProxyBecause, Details{Base: predicted.Why})
	case DataplaneUnknown:
		out.Why = Reason{Cause: CauseNoProxyContainer}
	default:
		out.Why = Because(CauseNotRestarted, Details{Base: predicted.Why})
	}
	return out
}

// seen reads membership off Istio's own container.
func (m *Members) seen(p *Pod) Membership {
	out := NewMembership(DataplaneSidecar, Reason{Cause: CauseProxyContainer}, p.inSpec("containers"))
	if p.proxy.native {
		out = NewMembership(DataplaneSidecar, Reason{Cause: CauseNativeProxy}, p.inSpec("initContainers"))
	}
	out.Native, out.Observed, out.Revision = p.proxy.native, p.running, m.revisionOf(p)
	switch {
	case p.proxy.role == "router":
		out.Dataplane, out.Why = DataplaneGateway, Reason{Cause: CauseRouterProxy}
	case p.proxy.role == "ztunnel":
		out.Dataplane, out.Why, out.Revision = DataplaneNone, Reason{Cause: CauseZtunnel}, ""
	case p.proxy.role == "waypoint":
		out.Dataplane, out.Why = DataplaneWaypoint, Reason{Cause: CauseWaypointProxy}
	case proxyless(p.Annotations):
		out.Dataplane, out.Why = DataplaneProxyless, Reason{Cause: CauseGRPCAgent}
	}
	return out
}

// revisionOf is the control plane that injected a pod: the injector writes it
// into the status annotation, older ones only into the label.
func (m *Members) revisionOf(p *Pod) string {
	var status struct {
		Revision string `json:"revision"`
	}
	if json.Unmarshal([]byte(p.Annotations[SidecarStatusAnnotation]), &status) == nil && status.Revision != "" {
		return status.Revision
	}
	if label := p.Labels[RevisionLabel]; label != "" {
		revision, _ := m.control.revision(label)
		return revision
	}
	return DefaultRevision
}

// predict evaluates rules 1.4, 1.5 and 1.8 on a manifest.
func (m *Members) predict(p *Pod) Membership {
	if p.HostNetwork {
		return NewMembership(DataplaneNone, Reason{Cause: CauseHostNetwork}, p.inSpec("hostNetwork"))
	}
	if slices.Contains(systemNamespaces, p.Namespace) {
		return NewMembership(DataplaneNone, Because(CauseSystemNamespace, Details{Name: p.Namespace}), Place{p.Origin, p.Meta})
	}
	called := m.webhook(p)
	switch called.Dataplane {
	case DataplaneUnknown:
		return unlabelled(p, called)
	case DataplaneSidecar:
		called = m.injected(p, called)
	}
	if called.Dataplane == DataplaneNone {
		if ambient, ok := m.ambient(p); ok {
			return ambient
		}
	}
	return called
}

// unlabelled is the answer without a Namespace object. What the pod says for
// itself decides where no label of the namespace could change it.
func unlabelled(p *Pod, called Membership) Membership {
	if refused, ok := refusal(p); ok {
		return refused
	}
	if p.proxy != nil && templateOr(p, DataplaneSidecar) == DataplaneGateway {
		out := NewMembership(DataplaneGateway, Reason{Cause: CauseGatewayTemplate}, p.inSpec("containers"))
		out.Revision = DefaultRevision
		return out
	}
	if p.proxy != nil {
		called.Why = Because(CauseProxyCustomized, Details{Base: called.Why})
	}
	if p.Labels[DataplaneModeLabel] == "ambient" {
		called.Why = Because(CauseAmbientUnlessSidecar, Details{Base: called.Why})
	}
	return called
}

// refusal is the answer for a pod that refuses a sidecar whatever its namespace says: by
// its label, else by the older annotation, which a label of any value takes the place of (1.5).
func refusal(p *Pod) (Membership, bool) {
	if label, ok := p.Labels[InjectLabel]; ok {
		return NewMembership(DataplaneNone, Reason{Cause: CausePodRefuses}, p.Label(InjectLabel)), label == "false"
	}
	return NewMembership(DataplaneNone, Reason{Cause: CausePodAnnotationRefuses}, p.Annotation(InjectLabel)), p.Annotations[InjectLabel] == "false"
}

// injected is what becomes of a pod once the webhook called the injector (1.5):
// its label, else its annotation may opt out, and it must be able to read the
// annotations.
func (m *Members) injected(p *Pod, called Membership) Membership {
	if refused, ok := refusal(p); ok {
		return refused
	}
	if p.Labels[InjectLabel] != "true" && p.Annotations[InjectLabel] != "true" {
		if why := m.control.Injector(called.Revision).skips(p.Labels); !why.IsZero() {
			return NewMembership(DataplaneNone, why, Place{p.Origin, p.Meta})
		}
	}
	if c := CaptureOf(p, NoInjector, nil); !c.Invalid.IsZero() {
		return NewMembership(DataplaneUnknown, Because(CauseInjectorRefuses, Details{Base: c.Invalid}), p.Annotation(c.InvalidAnnotation()))
	}
	called.Dataplane = templateOr(p, DataplaneSidecar)
	if called.Dataplane != DataplaneSidecar {
		called.Why = Because(CauseTemplate, Details{Base: called.Why, Text: p.Annotations[TemplatesAnnotation]})
	}
	return called
}

// ambient applies rule 1.8; a sidecar has already won over it.
func (m *Members) ambient(p *Pod) (out Membership, ok bool) {
	if _, injected := p.Annotations[SidecarStatusAnnotation]; injected {
		return out, false
	}
	ns := m.namespaces[p.Namespace]
	switch mode := p.Labels[DataplaneModeLabel]; {
	case mode == "ambient":
		out = NewMembership(DataplaneAmbient, Reason{Cause: CauseAmbientPod}, p.Label(DataplaneModeLabel))
	case mode == "none" || ns == nil || ns.Labels[DataplaneModeLabel] != "ambient":
		return out, false
	default:
		out = NewMembership(DataplaneAmbient, Reason{Cause: CauseAmbientNamespace}, ns.label(DataplaneModeLabel)).by(ns.ref())
	}
	out.Revision = DefaultRevision
	return out, true
}

// templateOr says which proxy injection adds (inject.istio.io/templates).
func templateOr(p *Pod, otherwise Dataplane) Dataplane {
	for name := range strings.SplitSeq(p.Annotations[TemplatesAnnotation], ",") {
		if strings.TrimSpace(name) == "gateway" {
			return DataplaneGateway
		}
	}
	if proxyless(p.Annotations) {
		return DataplaneProxyless
	}
	return otherwise
}

// proxyless reports the gRPC injection templates (1.2, 2.17).
func proxyless(annotations map[string]string) bool {
	for name := range strings.SplitSeq(annotations[TemplatesAnnotation], ",") {
		if name = strings.TrimSpace(name); name == "grpc-agent" || name == "grpc-simple" {
			return true
		}
	}
	return false
}
