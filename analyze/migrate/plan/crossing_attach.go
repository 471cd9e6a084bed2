package plan

import (
	"fmt"
	"slices"
	"strings"

	securityapi "istio.io/api/security/v1beta1"
	typeapi "istio.io/api/type/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// point is the waypoint of a namespace, which a plan makes, or an earlier run of it has made.
type point struct {
	*crossing
	namespace, name string
}

func (c *crossing) waypointOf(namespace string) point {
	name := "waypoint"
	for {
		is, taken := c.state.mesh.Input(resolve.Ref{Kind: resolve.KindKubeGateway, Namespace: namespace, Name: name})
		if !taken || ours(is) {
			return point{c, namespace, name}
		}
		name += "-mtls"
	}
}

// new are the steps of which the mesh does not have the object yet, as an earlier run made it.
func (p point) new(steps []step) []step {
	return slices.DeleteFunc(steps, func(s step) bool {
		is, there := p.state.mesh.Input(s.Is.Ref())
		return there && ours(is)
	})
}

// made are the waypoint, which nothing uses yet, and what it enforces: the policies of workloads,
// attached to their Services. Workloads that admit callers by name admit the waypoint too (2D.8).
func (p point) made(list []*guarded) (out []step) {
	var all []resolve.Ref
	for _, g := range list {
		all = append(all, g.u.ref)
	}
	out = append(out, step{Change{How: Create, Is: p.gateway(), What: "a waypoint for Services", Why: "ztunnel does not enforce HTTP fields of policies, a waypoint does (2D)"}, all})
	of := map[*authz.Policy][]*guarded{}
	var order []*authz.Policy
	for _, g := range list {
		for _, policy := range g.policies {
			if of[policy] == nil {
				order = append(order, policy)
			}
			of[policy] = append(of[policy], g)
		}
	}
	taken := map[string]bool{}
	for _, policy := range order {
		out = append(out, p.attached(policy, of[policy], taken))
	}
	for _, g := range list {
		if g.admits {
			out = append(out, p.admitted(g, taken, "the workload gets the identity of the waypoint, not that of the client (2D.8)"))
		}
	}
	return p.new(out)
}

// locked lets no caller past the waypoint to workloads whose policies only deny: ztunnel would not
// enforce these for calls that go past it (2D.9).
func (p point) locked(list []*guarded) (out []step) {
	taken := map[string]bool{}
	for _, g := range list {
		if !g.admits {
			out = append(out, p.admitted(g, taken, "ztunnel does not enforce the policies that deny: no caller may go past the waypoint (2D.9)"))
		}
	}
	return p.new(out)
}

// bound leads the Services of workloads through the waypoint: for clients that use one.
func (p point) bound(s *state, list []*guarded) (out []step) {
	gateways := slices.ContainsFunc(s.mesh.Clients(), func(class *outbound.ClientClass) bool { return class.Dataplane == resolve.DataplaneGateway })
	for _, g := range list {
		for _, ref := range g.services {
			was, _ := s.mesh.Input(ref)
			is := clone(was)
			v := is.Value.(*corev1.Service)
			if v.Labels[resolve.UseWaypointLabel] == p.name {
				continue // an earlier run has
			}
			v.Labels = withEntry(v.Labels, resolve.UseWaypointLabel, p.name)
			what := "label " + resolve.UseWaypointLabel + ": " + p.name
			if gateways {
				v.Labels = withEntry(v.Labels, resolve.IngressUseWaypointLabel, "true")
				what += ", and " + resolve.IngressUseWaypointLabel + ": \"true\" for gateways"
			}
			out = append(out, step{Change{How: Label, Was: was, Is: is, What: what, Why: "calls of ambient clients go through the waypoint, which enforces the policies (2D.5)"}, []resolve.Ref{g.u.ref}})
		}
	}
	return out
}

// gateway is the waypoint as the model has it: with the address that it gets.
func (p point) gateway() resolve.Object {
	kind := gatewayv1.HostnameAddressType
	v := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: p.name, Labels: map[string]string{resolve.WaypointForLabel: "service"}}}
	v.Spec.GatewayClassName = resolve.WaypointClass
	v.Spec.Listeners = []gatewayv1.Listener{{Name: "mesh", Port: resolve.HBONEPort, Protocol: "HBONE"}}
	v.Status.Addresses = []gatewayv1.GatewayStatusAddress{{Type: &kind, Value: p.name + "." + p.namespace + ".svc"}}
	return resolve.Object{Kind: resolve.KindKubeGateway, Value: v}
}

// attached is a policy of workloads as one of their Services.
func (p point) attached(policy *authz.Policy, of []*guarded, taken map[string]bool) step {
	input, _ := p.state.mesh.Input(policy.Ref)
	v := &securityv1.AuthorizationPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: p.policyName(policy.Ref.Name+"-waypoint", taken)}}
	input.Value.(*securityv1.AuthorizationPolicy).Spec.DeepCopyInto(&v.Spec)
	v.Spec.Selector = nil
	var about []resolve.Ref
	for _, g := range of {
		about = append(about, g.u.ref)
		for _, s := range g.services {
			v.Spec.TargetRefs = append(v.Spec.TargetRefs, &typeapi.PolicyTargetReference{Kind: "Service", Name: s.Name})
		}
	}
	what := fmt.Sprintf("%s attached to %d Services with targetRefs", policy.Ref.Path(), len(v.Spec.TargetRefs))
	if len(v.Spec.TargetRefs) == 1 {
		what = fmt.Sprintf("%s attached to Service %s with targetRefs", policy.Ref.Path(), v.Spec.TargetRefs[0].Name)
	}
	return step{Change{How: Create, Is: resolve.Object{Kind: resolve.KindAuthorizationPolicy, Value: v}, What: what, Why: "a waypoint enforces policies with targetRefs only (2D.10)"}, about}
}

// admitted lets the waypoint call a workload.
func (p point) admitted(g *guarded, taken map[string]bool, why string) step {
	v := &securityv1.AuthorizationPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: p.policyName(g.u.ref.Name+"-from-waypoint", taken)}}
	domain, _, _ := strings.Cut(g.u.variants[0].Identity(), "/")
	v.Spec.Selector = &typeapi.WorkloadSelector{MatchLabels: g.selector}
	v.Spec.Action = authz.Allow
	v.Spec.Rules = []*securityapi.Rule{{From: []*securityapi.Rule_From{{Source: &securityapi.Source{Principals: []string{domain + "/ns/" + p.namespace + "/sa/" + p.name}}}}}}
	return step{Change{How: Create, Is: resolve.Object{Kind: resolve.KindAuthorizationPolicy, Value: v}, What: "allow the waypoint's identity at the workload", Why: why}, []resolve.Ref{g.u.ref}}
}

func (p point) policyName(name string, taken map[string]bool) string {
	for {
		is, there := p.state.mesh.Input(resolve.Ref{Kind: resolve.KindAuthorizationPolicy, Namespace: p.namespace, Name: name})
		if !taken[name] && (!there || ours(is)) {
			taken[name] = true
			return name
		}
		name += "-mtls"
	}
}

// notAtWaypoint is what of a policy means something else at a waypoint than at the workload: ports
// and addresses of who is called, addresses of who calls.
func (c *crossing) notAtWaypoint(p *authz.Policy) (text string, at resolve.Field) {
	input, _ := c.state.mesh.Input(p.Ref)
	v, ok := input.Value.(*securityv1.AuthorizationPolicy)
	if !ok || p.Action == authz.Custom || p.DryRun {
		return "action CUSTOM, or a dry run", "spec"
	}
	for i, r := range v.Spec.GetRules() {
		at = resolve.Path("spec", "rules").Index(i)
		for _, f := range r.GetFrom() {
			if s := f.GetSource(); len(s.GetIpBlocks())+len(s.GetNotIpBlocks()) > 0 {
				return "ipBlocks", at
			}
		}
		for _, t := range r.GetTo() {
			if o := t.GetOperation(); len(o.GetPorts())+len(o.GetNotPorts()) > 0 {
				return "ports", at
			}
		}
		for _, when := range r.GetWhen() {
			if key := when.GetKey(); key == "source.ip" || strings.HasPrefix(key, "destination.") || strings.HasPrefix(key, "connection.") || strings.HasPrefix(key, "experimental.") {
				return "condition " + key, at
			}
		}
	}
	return "", ""
}

// also tells one more reason why a workload stays, and what helps against that.
func (c *crossing) also(ref resolve.Ref, why advise.Reason) {
	h := c.held[Target{ref, 0}]
	h.Why = append(slices.Clone(h.Why), why)
	h.Why[0].Fix = why.Fix
	c.held[Target{ref, 0}] = h
}
