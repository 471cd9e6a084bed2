package pod

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// Members answers who is in the mesh.
type Members struct {
	control    *config.Control
	namespaces map[string]*config.Namespace
	// rolls are the namespaces of OpenShift member rolls, by name.
	rolls map[string]config.Typed[*resolve.ServiceMeshMemberRoll]
}

// NewMembers tells who is a member under the control planes of the input.
func NewMembers(k *config.Control, namespaces map[string]*config.Namespace, c *config.Collection) *Members {
	m := &Members{control: k, namespaces: namespaces, rolls: map[string]config.Typed[*resolve.ServiceMeshMemberRoll]{}}
	for _, roll := range c.MemberRolls {
		for _, ns := range roll.As.Members {
			m.rolls[ns] = roll
		}
	}
	return m
}

// Of decides a pod's membership: read from the containers of a running pod,
// predicted for a manifest.
func (m *Members) Of(p *Pod) resolve.Membership {
	if p.proxy != nil && p.proxy.role != "" {
		return m.observed(p)
	}
	if dataplane, agent := agentgateways[p.Labels[resolve.GatewayClassLabel]]; agent {
		out := resolve.NewMembership(dataplane, resolve.Because(resolve.CauseGatewayClass, resolve.Details{Text: p.Labels[resolve.GatewayClassLabel]}), p.Label(resolve.GatewayClassLabel))
		out.Agentgateway, out.Observed, out.Revision = true, p.running, m.agentRevision(p)
		return out
	}
	if p.Annotations[resolve.RedirectionAnnotation] == "enabled" && !m.control.Leaves(p.Namespace) {
		out := resolve.NewMembership(resolve.DataplaneAmbient, resolve.Reason{Cause: resolve.CauseAmbientSeen}, p.Annotation(resolve.RedirectionAnnotation))
		out.Observed, out.Revision = true, resolve.DefaultRevision
		return out
	}
	predicted := m.predict(p)
	if !p.running {
		return predicted
	}
	return missing(p, predicted)
}

// agentgateways are what pods of Gateways with agentgateway are, by class.
var agentgateways = map[string]resolve.Dataplane{
	resolve.AgentgatewayClass: resolve.DataplaneGateway, resolve.AgentgatewayWaypointClass: resolve.DataplaneWaypoint,
}

// agentRevision is the control plane that made a pod of such a Gateway: it writes its revision
// into an annotation.
func (m *Members) agentRevision(p *Pod) string {
	revision, _ := m.control.Revision(cmp.Or(p.Annotations[resolve.RevisionLabel], resolve.DefaultRevision))
	return revision
}

// missing is the membership of a running pod without a proxy (1.7): what the
// labels promise does not matter, but it is the reason that people look for.
func missing(p *Pod, predicted resolve.Membership) resolve.Membership {
	out := predicted
	out.Dataplane, out.Observed, out.Revision = resolve.DataplaneNone, true, ""
	switch predicted.Dataplane {
	case resolve.DataplaneAmbient: // istiod believes the annotation only (2B.4)
		cause := resolve.CauseNotRedirected
		if p.Annotations[resolve.RedirectionAnnotation] == "pending" {
			cause = resolve.CauseRedirectionPending
		}
		out.Why = resolve.Because(cause, resolve.Details{Base: predicted.Why})
	case resolve.DataplaneNone:
		out.Why = resolve.Because(resolve.CauseNoProxyBecause, resolve.Details{Base: predicted.Why})
	case resolve.DataplaneUnknown:
		out.Why = resolve.Reason{Cause: resolve.CauseNoProxyContainer}
	default:
		out.Why = resolve.Because(resolve.CauseNotRestarted, resolve.Details{Base: predicted.Why})
	}
	return out
}

// observed reads membership off Istio's own container.
func (m *Members) observed(p *Pod) resolve.Membership {
	out := resolve.NewMembership(resolve.DataplaneSidecar, resolve.Reason{Cause: resolve.CauseProxyContainer}, p.inSpec("containers"))
	if p.proxy.native {
		out = resolve.NewMembership(resolve.DataplaneSidecar, resolve.Reason{Cause: resolve.CauseNativeProxy}, p.inSpec("initContainers"))
	}
	out.Native, out.Observed, out.Revision = p.proxy.native, p.running, m.revisionOf(p)
	switch {
	case p.proxy.role == "router":
		out.Dataplane, out.Why = resolve.DataplaneGateway, resolve.Reason{Cause: resolve.CauseRouterProxy}
	case p.proxy.role == "ztunnel":
		out.Dataplane, out.Why, out.Revision = resolve.DataplaneNone, resolve.Reason{Cause: resolve.CauseZtunnel}, ""
	case p.proxy.role == "waypoint":
		out.Dataplane, out.Why = resolve.DataplaneWaypoint, resolve.Reason{Cause: resolve.CauseWaypointProxy}
	case proxyless(p.Annotations):
		out.Dataplane, out.Why = resolve.DataplaneProxyless, resolve.Reason{Cause: resolve.CauseGRPCAgent}
	}
	return out
}

// revisionOf is the control plane that injected a pod: the injector writes it
// into the status annotation, older ones only into the label.
func (m *Members) revisionOf(p *Pod) string {
	var status struct {
		Revision string `json:"revision"`
	}
	if json.Unmarshal([]byte(p.Annotations[resolve.SidecarStatusAnnotation]), &status) == nil && status.Revision != "" {
		return status.Revision
	}
	if label := p.Labels[resolve.RevisionLabel]; label != "" {
		revision, _ := m.control.Revision(label)
		return revision
	}
	return resolve.DefaultRevision
}

// predict evaluates rules 1.4, 1.5 and 1.8 on a manifest.
func (m *Members) predict(p *Pod) resolve.Membership {
	if p.HostNetwork {
		return resolve.NewMembership(resolve.DataplaneNone, resolve.Reason{Cause: resolve.CauseHostNetwork}, p.inSpec("hostNetwork"))
	}
	if slices.Contains(resolve.SystemNamespaces, p.Namespace) {
		if ambient, ok := m.ambient(p); ok {
			return ambient
		}
		return resolve.NewMembership(resolve.DataplaneNone, resolve.Because(resolve.CauseSystemNamespace, resolve.Details{Name: p.Namespace}), resolve.Place{Origin: p.Origin, Field: p.Meta})
	}
	called := m.webhook(p)
	switch called.Dataplane {
	case resolve.DataplaneUnknown:
		return m.unlabelled(p, called)
	case resolve.DataplaneSidecar:
		called = m.injected(p, called)
	}
	if called.Dataplane == resolve.DataplaneNone {
		if ambient, ok := m.ambient(p); ok {
			return ambient
		}
		if label := p.Label(resolve.DataplaneModeLabel); p.Labels[resolve.DataplaneModeLabel] == "none" && m.labelledAmbient(p) {
			return resolve.NewMembership(resolve.DataplaneNone, resolve.Reason{Cause: resolve.CausePodRefusesAmbient}, label)
		}
	}
	return called
}

// unlabelled is the answer without a Namespace object. What the pod says for
// itself decides where no label of the namespace could change it.
func (m *Members) unlabelled(p *Pod, called resolve.Membership) resolve.Membership {
	if refused, ok := refusal(p); ok {
		if ambient, ok := m.ambient(p); ok {
			return ambient
		}
		return refused
	}
	if p.proxy != nil && templateOr(p, resolve.DataplaneSidecar) == resolve.DataplaneGateway {
		out := resolve.NewMembership(resolve.DataplaneGateway, resolve.Reason{Cause: resolve.CauseGatewayTemplate}, p.inSpec("containers"))
		out.Revision = resolve.DefaultRevision
		return out
	}
	if p.proxy != nil {
		called.Why = resolve.Because(resolve.CauseProxyCustomized, resolve.Details{Base: called.Why})
	}
	if p.Labels[resolve.DataplaneModeLabel] == "ambient" {
		called.Why = resolve.Because(resolve.CauseAmbientUnlessSidecar, resolve.Details{Base: called.Why})
	}
	return called
}

// refusal is the answer for a pod that refuses a sidecar whatever its namespace says: by
// its label, else by the older annotation, which a label of any value takes the place of (1.5).
func refusal(p *Pod) (resolve.Membership, bool) {
	if label, ok := p.Labels[resolve.InjectLabel]; ok {
		return resolve.NewMembership(resolve.DataplaneNone, resolve.Reason{Cause: resolve.CausePodRefuses}, p.Label(resolve.InjectLabel)), label == "false"
	}
	return resolve.NewMembership(resolve.DataplaneNone, resolve.Reason{Cause: resolve.CausePodAnnotationRefuses}, p.Annotation(resolve.InjectLabel)), p.Annotations[resolve.InjectLabel] == "false"
}

// injected is what becomes of a pod once the webhook called the injector (1.5):
// its label, else its annotation may opt out, and it must be able to read the
// annotations.
func (m *Members) injected(p *Pod, called resolve.Membership) resolve.Membership {
	if refused, ok := refusal(p); ok {
		return refused
	}
	if p.Labels[resolve.InjectLabel] != "true" && p.Annotations[resolve.InjectLabel] != "true" {
		if why := m.control.Injector(called.Revision).Skips(p.Labels); !why.IsZero() {
			return resolve.NewMembership(resolve.DataplaneNone, why, resolve.Place{Origin: p.Origin, Field: p.Meta})
		}
	}
	if c := CaptureOf(p, config.NoInjector, nil); !c.Invalid.IsZero() {
		return resolve.NewMembership(resolve.DataplaneUnknown, resolve.Because(resolve.CauseInjectorRefuses, resolve.Details{Base: c.Invalid}), p.Annotation(c.InvalidAnnotation()))
	}
	called.Dataplane = templateOr(p, resolve.DataplaneSidecar)
	if called.Dataplane != resolve.DataplaneSidecar {
		called.Why = resolve.Because(resolve.CauseTemplate, resolve.Details{Base: called.Why, Text: p.Annotations[resolve.TemplatesAnnotation]})
	}
	return called
}

// ambient applies rules 1.8 and 2B.1; a sidecar has already won over it.
func (m *Members) ambient(p *Pod) (out resolve.Membership, ok bool) {
	if _, injected := p.Annotations[resolve.SidecarStatusAnnotation]; injected {
		return out, false
	}
	switch mode := p.Labels[resolve.DataplaneModeLabel]; {
	case mode == "ambient":
		out = resolve.NewMembership(resolve.DataplaneAmbient, resolve.Reason{Cause: resolve.CauseAmbientPod}, p.Label(resolve.DataplaneModeLabel))
	case mode == "none" || !m.labelledAmbient(p):
		return out, false
	default:
		ns := m.namespaces[p.Namespace]
		out = resolve.NewMembership(resolve.DataplaneAmbient, resolve.Reason{Cause: resolve.CauseAmbientNamespace}, ns.Label(resolve.DataplaneModeLabel)).By(ns.Ref())
	}
	if m.control.Unenrolled(p.Namespace) {
		return resolve.NewMembership(resolve.DataplaneNone, resolve.Because(resolve.CauseUnenrolled, resolve.Details{Name: p.Namespace, Base: out.Why}), resolve.Place{Origin: out.Origin, Field: out.Field}), true
	}
	out.Revision = resolve.DefaultRevision
	return out, true
}

// labelledAmbient reports a pod whose namespace asks for ambient.
func (m *Members) labelledAmbient(p *Pod) bool {
	ns := m.namespaces[p.Namespace]
	return ns != nil && ns.Labels[resolve.DataplaneModeLabel] == "ambient"
}

// templateOr says which proxy injection adds (inject.istio.io/templates).
func templateOr(p *Pod, otherwise resolve.Dataplane) resolve.Dataplane {
	for name := range strings.SplitSeq(p.Annotations[resolve.TemplatesAnnotation], ",") {
		if strings.TrimSpace(name) == "gateway" {
			return resolve.DataplaneGateway
		}
	}
	if proxyless(p.Annotations) {
		return resolve.DataplaneProxyless
	}
	return otherwise
}

// proxyless reports the gRPC injection templates (1.2, 2.17).
func proxyless(annotations map[string]string) bool {
	for name := range strings.SplitSeq(annotations[resolve.TemplatesAnnotation], ",") {
		if name = strings.TrimSpace(name); name == "grpc-agent" || name == "grpc-simple" {
			return true
		}
	}
	return false
}
