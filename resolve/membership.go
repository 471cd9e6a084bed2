package resolve

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// systemNamespaces are never injected (1.5).
var systemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease", "local-path-storage"}

// members answers who is in the mesh.
type members struct {
	control    *control
	namespaces map[string]*Namespace
	// rolls are the namespaces of OpenShift member rolls, by name.
	rolls map[string]of[*ServiceMeshMemberRoll]
}

func newMembers(k *control, namespaces map[string]*Namespace, c *collection) *members {
	m := &members{control: k, namespaces: namespaces, rolls: map[string]of[*ServiceMeshMemberRoll]{}}
	for _, roll := range c.memberRolls {
		for _, ns := range roll.value.Members {
			m.rolls[ns] = roll
		}
	}
	return m
}

// of decides a pod's membership: read from the containers of a running pod,
// predicted for a manifest.
func (m *members) of(p *pod) Membership {
	if p.proxy != nil && p.proxy.role != "" {
		return m.seen(p)
	}
	if p.annotations[redirectionAnno] == "enabled" {
		return Membership{Dataplane: DataplaneAmbient, Rule: "1.8", Observed: true, Revision: DefaultRevision,
			Reason: "pod annotation " + redirectionAnno + "=enabled", Position: p.origin.At(p.annotationField(redirectionAnno))}
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
	out := Membership{Dataplane: DataplaneNone, Rule: "1.3", Observed: true, Position: predicted.Position, Reason: "the pod has no istio-proxy container"}
	switch predicted.Dataplane {
	case DataplaneNone:
		out.Reason += ": " + predicted.Reason
	case DataplaneUnknown:
	default:
		out.Reason += " although " + predicted.Reason + ": it was not restarted since, or injection failed"
		out.Rule = "1.7"
	}
	return out
}

// seen reads membership off Istio's own container.
func (m *members) seen(p *pod) Membership {
	out := Membership{
		Native: p.proxy.native, Observed: p.running, Rule: "1.3", Revision: m.revisionOf(p),
		Reason: "container istio-proxy is in the pod", Position: p.origin.At(below(p.spec, "containers")),
	}
	if p.proxy.native {
		out.Reason, out.Position = "init container istio-proxy is in the pod (native sidecar)", p.origin.At(below(p.spec, "initContainers"))
	}
	switch p.proxy.role {
	case "router":
		out.Dataplane, out.Reason = DataplaneGateway, "container istio-proxy runs in router mode"
	case "waypoint":
		out.Dataplane, out.Reason = DataplaneWaypoint, "container istio-proxy runs in waypoint mode"
	default:
		out.Dataplane = DataplaneSidecar
		if proxyless(p.annotations) {
			out.Dataplane, out.Reason = DataplaneProxyless, "annotation "+templatesAnno+" injects the gRPC agent without Envoy"
		}
	}
	return out
}

// revisionOf is the control plane that injected a pod: the injector writes it
// into the status annotation, older ones only into the label.
func (m *members) revisionOf(p *pod) string {
	var status struct {
		Revision string `json:"revision"`
	}
	if json.Unmarshal([]byte(p.annotations[sidecarStatusAnno]), &status) == nil && status.Revision != "" {
		return status.Revision
	}
	if label := p.labels[revisionLabel]; label != "" {
		revision, _ := m.control.revision(label)
		return revision
	}
	return DefaultRevision
}

// predict evaluates rules 1.4, 1.5 and 1.8 on a manifest.
func (m *members) predict(p *pod) Membership {
	at := p.origin.At
	if p.hostNetwork {
		return Membership{Dataplane: DataplaneNone, Reason: "hostNetwork", Rule: "1.5", Position: at(below(p.spec, "hostNetwork"))}
	}
	if slices.Contains(systemNamespaces, p.namespace) {
		return Membership{Dataplane: DataplaneNone, Reason: "namespace " + p.namespace + " is never injected", Rule: "1.5", Position: at(p.meta)}
	}
	called := m.webhook(p)
	if called.dataplane == DataplaneUnknown {
		return m.unlabelled(p, called)
	}
	if called.dataplane == DataplaneSidecar {
		if refused, ok := optedOut(p); ok {
			called.Membership, called.dataplane = refused, DataplaneNone
		} else if c := captureOf(p); c.Invalid != "" {
			return Membership{Reason: "the injector refuses the pod: " + c.Invalid, Rule: "2.11", Position: at(below(p.meta, "annotations"))}
		}
	}
	if called.dataplane == DataplaneNone {
		if ambient, ok := m.ambient(p); ok {
			return ambient
		}
		called.Dataplane = DataplaneNone
		return called.Membership
	}
	called.Dataplane, called.Reason = template(p, called.Reason)
	return called.Membership
}

// unlabelled is the answer without a Namespace object. What the pod says for
// itself decides where no label of the namespace could change it.
func (m *members) unlabelled(p *pod, called verdict) Membership {
	if p.labels[injectLabel] == "false" {
		return Membership{Dataplane: DataplaneNone, Reason: "pod label " + injectLabel + "=false", Rule: "1.4", Position: p.origin.At(p.labelField(injectLabel))}
	}
	if p.labels[dataplaneModeLabel] == "ambient" && p.labels[injectLabel] == "" {
		called.Reason += "; pod label " + dataplaneModeLabel + "=ambient joins ambient unless the namespace injects a sidecar"
	}
	if p.proxy != nil {
		return Membership{Dataplane: templateOr(p, DataplaneGateway), Rule: "1.3", Revision: DefaultRevision,
			Reason: "container istio-proxy with image auto is filled in by injection", Position: p.origin.At(below(p.spec, "containers"))}
	}
	return called.Membership
}

// optedOut applies what the injector itself looks at once the webhook called it
// (1.5): the label, else the annotation.
func optedOut(p *pod) (Membership, bool) {
	if v, ok := p.labels[injectLabel]; ok {
		return Membership{Reason: "pod label " + injectLabel + "=false", Rule: "1.5", Position: p.origin.At(p.labelField(injectLabel))}, v == "false"
	}
	return Membership{Reason: "pod annotation " + injectLabel + "=false", Rule: "1.5", Position: p.origin.At(p.annotationField(injectLabel))},
		p.annotations[injectLabel] == "false"
}

// ambient applies rule 1.8; a sidecar has already won over it.
func (m *members) ambient(p *pod) (Membership, bool) {
	out := Membership{Dataplane: DataplaneAmbient, Rule: "1.8", Revision: DefaultRevision}
	if _, injected := p.annotations[sidecarStatusAnno]; injected {
		return out, false
	}
	switch mode := p.labels[dataplaneModeLabel]; mode {
	case "ambient":
		out.Reason, out.Position = "pod label "+dataplaneModeLabel+"=ambient", p.origin.At(p.labelField(dataplaneModeLabel))
		return out, true
	case "none":
		return out, false
	}
	ns := m.namespaces[p.namespace]
	if ns == nil || ns.Labels[dataplaneModeLabel] != "ambient" {
		return out, false
	}
	out.Reason, out.Position = "namespace label "+dataplaneModeLabel+"=ambient", ns.labelAt(dataplaneModeLabel)
	return out, true
}

// template says which proxy injection adds (inject.istio.io/templates).
func template(p *pod, reason string) (Dataplane, string) {
	d := templateOr(p, DataplaneSidecar)
	if d != DataplaneSidecar {
		reason = fmt.Sprintf("%s, annotation %s=%s", reason, templatesAnno, p.annotations[templatesAnno])
	}
	return d, reason
}

func templateOr(p *pod, otherwise Dataplane) Dataplane {
	names := strings.Split(p.annotations[templatesAnno], ",")
	switch {
	case slices.Contains(names, "gateway"):
		return DataplaneGateway
	case proxyless(p.annotations):
		return DataplaneProxyless
	}
	return otherwise
}

// proxyless reports the gRPC injection templates (1.2, 2.17).
func proxyless(annotations map[string]string) bool {
	for name := range strings.SplitSeq(annotations[templatesAnno], ",") {
		if name == "grpc-agent" || name == "grpc-simple" {
			return true
		}
	}
	return false
}

// labelAt is where a label of the namespace is written.
func (n *Namespace) labelAt(key string) Position {
	return n.Origin.At(Path("metadata", "labels", key))
}
