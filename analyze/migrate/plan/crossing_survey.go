package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// survey finds the workloads that may move, and holds those that cannot.
func (c *crossing) survey() {
	whole := c.whole()
	for u := range c.start.each {
		if !u.ref.Kind.MakesPods() && u.ref.Kind != resolve.KindPod {
			continue // a machine: no label of a namespace is about it
		}
		x := c.byName[u.ref.Namespace]
		if x == nil {
			x = &crossingSpace{name: u.ref.Namespace}
			c.byName[x.name], c.spaces = x, append(c.spaces, x)
		}
		x.units = append(x.units, u)
		if !c.touches(u) {
			continue
		}
		switch u.dataplane() {
		case resolve.DataplaneUnknown:
			c.stay(u.ref, migrate.Undecided, advise.Reason{Text: "its data plane is unknown: " + words.Because(u.variants[0].Membership.Why), By: u.ref, Position: u.variants[0].Membership.Position(), Fix: c.completing(x)})
		case resolve.DataplaneSidecar:
			if why := whole; why != nil {
				c.stay(u.ref, migrate.Blocked, *why)
			} else if status, why := c.mayCross(u); why != nil {
				c.stay(u.ref, status, *why)
			}
		}
	}
}

// completing is what the input lacks to tell which data plane a workload has.
func (c *crossing) completing(x *crossingSpace) string {
	if c.namespaceOf(x) == nil {
		return "add the Namespace object to the input, or pass --assume-injected=" + shell.Word(x.name)
	}
	return "complete the input"
}

// whole is why nothing can move, nil where something may: istiod's ambient features are off, or
// what decides about access could not be read.
func (c *crossing) whole() *advise.Reason {
	for _, w := range c.start.mesh.Workloads() {
		plane := c.start.mesh.Control.Of(w.Membership.Revision)
		if w.Membership.Dataplane == resolve.DataplaneSidecar && !plane.Tunnels() {
			return &advise.Reason{Text: "istiod does not have PILOT_ENABLE_AMBIENT: true, so sidecars and gateways cannot call ambient workloads", By: plane.Source, Fix: "install Istio with profile ambient (istiod, istio-cni, ztunnel) first"}
		}
	}
	for _, plane := range c.start.mesh.ControlPlanes() {
		if beyond := plane.Beyond(); strings.HasPrefix(beyond, "older") {
			return &advise.Reason{Text: fmt.Sprintf("Istio %s is %s: how ambient and HBONE differ there is not known", plane.Version, beyond), By: plane.From, Fix: "upgrade Istio first, or name the version with --istio where this one is not what runs"}
		}
	}
	for _, kind := range []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindAuthorizationPolicy, resolve.KindRequestAuthentication, resolve.KindNetworkPolicy} {
		if c.start.mesh.Gap(kind) != nil {
			return &advise.Reason{Text: fmt.Sprintf("the input does not show every %s: which of them apply is unknown", kind.Word()), Fix: "grant read access to them, and plan again"}
		}
	}
	if networks := c.networks(); len(networks) > 1 {
		return &advise.Reason{Text: "workloads are in several networks (" + strings.Join(networks, ", ") + "): HBONE between networks depends on gateways and istiod settings that a plan does not prove (3.6.10)", Fix: "keep the sidecars for now"}
	}
	return c.twice()
}

// networks are those of the workloads, the default one as "default".
func (c *crossing) networks() (out []string) {
	for _, w := range c.start.mesh.Workloads() {
		switch w.Membership.Dataplane {
		case resolve.DataplaneSidecar, resolve.DataplaneAmbient, resolve.DataplaneVM:
		default:
			continue
		}
		if name := cmp.Or(w.Network, w.Labels[resolve.NetworkLabel], "default"); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// twice is a host that a Service and a ServiceEntry have: ztunnel gets the endpoints of one of them.
func (c *crossing) twice() *advise.Reason {
	services := map[string]bool{}
	for _, h := range c.start.mesh.Hosts() {
		services[h.Name] = services[h.Name] || h.Kubernetes
	}
	for _, o := range c.start.mesh.Objects(resolve.KindServiceEntry) {
		v, ok := o.Value.(*networkingv1.ServiceEntry)
		if !ok {
			continue
		}
		for _, host := range v.Spec.GetHosts() {
			if services[host] {
				ref := o.Ref()
				return &advise.Reason{Text: fmt.Sprintf("%s has the host of a Service, %s: which endpoints ztunnel gets is not known", ref, host), By: ref, Position: o.Origin.At("spec.hosts"), Fix: "remove the host from the ServiceEntry"}
			}
		}
	}
	return nil
}

// mayCross is why a workload keeps its sidecar whatever others do, nil where it may move.
func (c *crossing) mayCross(u *unit) (migrate.Status, *advise.Reason) {
	name := u.ref.Typed()
	input, _ := c.start.mesh.Input(u.ref)
	controller, _ := input.Value.(*resolve.Controller)
	switch {
	case controller == nil || !u.ref.Kind.MakesPods():
		return migrate.Blocked, &advise.Reason{Text: fmt.Sprintf("%s is a %s: no rollout recreates its pods", name, u.ref.Kind.Word()), By: u.ref, Fix: "recreate it by hand, with the pod labels istio.io/dataplane-mode: ambient and sidecar.istio.io/inject: \"false\""}
	case c.start.mesh.Control.Unenrolled(u.ref.Namespace):
		return migrate.Blocked, &advise.Reason{Text: "istio-cni excludes namespace " + u.ref.Namespace + " from ambient (C7)", By: u.ref, Fix: "keep its sidecar"}
	}
	for _, w := range u.variants {
		if why := c.network.blocks(w); why != nil {
			return migrate.Blocked, why
		}
	}
	for _, w := range u.variants {
		if why := c.beyondZtunnel(w); why != nil {
			c.beyond[u.ref] = why.By.Kind == resolve.KindAuthorizationPolicy
			return migrate.Blocked, why
		}
	}
	return 0, nil
}

// beyondZtunnel is what protects a workload and ztunnel does not enforce: it needs a waypoint
// (2C, 2D, 3.7.3).
func (c *crossing) beyondZtunnel(w *inbound.Workload) *advise.Reason {
	if why := c.tokens(w); why != nil {
		return why
	}
	for _, p := range c.policies.On(w) {
		if text, at := beyond(p); text != "" {
			return &advise.Reason{Text: "ztunnel does not enforce " + p.Ref.String() + " as a sidecar does: " + text, By: p.Ref, Position: p.Origin.At(at), Fix: waypointFor(w)}
		}
	}
	return nil
}

// tokens is a RequestAuthentication of a workload, which ztunnel does not read.
func (c *crossing) tokens(w *inbound.Workload) *advise.Reason {
	for _, o := range c.start.mesh.Objects(resolve.KindRequestAuthentication) {
		r, ok := o.Value.(*securityv1.RequestAuthentication)
		if !ok || len(r.Spec.GetTargetRefs()) > 0 || r.Spec.GetTargetRef() != nil || r.Namespace != w.Ref.Namespace && r.Namespace != c.start.mesh.RootNamespace() {
			continue
		}
		if labelsSelect(r.Spec.GetSelector().GetMatchLabels(), w.Labels) {
			ref := o.Ref()
			return &advise.Reason{Text: "ztunnel does not validate tokens: " + ref.String() + " would not apply", By: ref, Position: o.Origin.At("spec"), Fix: waypointFor(w)}
		}
	}
	return nil
}

// beyond is what ztunnel does not do of a policy, "" where it enforces all of it.
func beyond(p *authz.Policy) (text string, at resolve.Field) {
	if p.Action == authz.Custom {
		return "it does not support action CUSTOM", "spec.action"
	}
	if p.Action == authz.Audit {
		return "", "" // it denies nothing
	}
	for _, r := range p.Rules {
		if terms := slices.Concat(r.Unsupported(authz.Ztunnel), r.Untranslated()); len(terms) > 0 {
			return "it does not support " + terms[0].Name, terms[0].Field
		}
	}
	return "", ""
}

// waypointFor is what helps: istio#51445 is that sidecars call past waypoints.
func waypointFor(w *inbound.Workload) string {
	ns := shell.Word(w.Ref.Namespace)
	return fmt.Sprintf("move its clients to ambient first; then deploy a waypoint (istioctl waypoint apply -n %s --enroll-namespace), attach the policy to the Service with targetRefs, allow only the waypoint's identity at the workload, and plan again: sidecar clients do not use a waypoint (istio#51445)", ns)
}

func labelsSelect(selector, labels map[string]string) bool {
	for k, v := range selector {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// movable are the workloads of a namespace that have a sidecar, a template whose change restarts
// their pods, and nothing against the move.
func (c *crossing) movable(x *crossingSpace) (out []*unit) {
	for _, u := range x.units {
		if c.touches(u) && restarts[u.ref.Kind] && u.dataplane() == resolve.DataplaneSidecar && !c.stays(u.ref) && !c.crossed[u.ref] {
			out = append(out, u)
		}
	}
	return out
}

// following are those that have no such template: their next pods follow the namespace's labels.
func (c *crossing) following(x *crossingSpace) (out []*unit) {
	for _, u := range x.units {
		if c.touches(u) && !restarts[u.ref.Kind] && u.dataplane() == resolve.DataplaneSidecar {
			out = append(out, u)
		}
	}
	return out
}

// namespaceOf is the Namespace object, nil where the input has none.
func (c *crossing) namespaceOf(x *crossingSpace) *config.Namespace {
	if ns := c.start.mesh.Namespace(x.name); ns != nil && ns.Known {
		return ns
	}
	return nil
}
