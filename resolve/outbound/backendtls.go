package outbound

import (
	"cmp"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// backendRules turns Gateway API BackendTLSPolicies into the rules that istiod
// makes of them: TLS without a client certificate to each target, in the target's
// namespace, visible to everyone; of several for one target the oldest counts
// (3.2.9), and of several targets of one host in one namespace the first by name. Those that an annotation keeps for another implementation are left out by control
// planes that know it.
func (side *Side) backendRules(objects []resolve.Object) []*DestinationRule {
	ignored := func(o resolve.Object) bool {
		return strings.EqualFold(o.Value.GetAnnotations()[resolve.IgnorePolicyAnnotation], "true")
	}
	knows := func(k *config.Plane) bool { return k.Has(release.IgnoredPolicy) }
	some, all := side.In.Control.Agree(knows)
	switch {
	case !some || !slices.ContainsFunc(objects, ignored):
		return side.backendRulesOf(objects)
	case all:
		return side.backendRulesOf(slices.DeleteFunc(slices.Clone(objects), ignored))
	}
	rules := side.backendRulesOf(objects)
	for _, r := range rules {
		r.of = func(k *config.Plane) bool { return !knows(k) }
	}
	for _, r := range side.backendRulesOf(slices.DeleteFunc(slices.Clone(objects), ignored)) {
		r.of = knows
		rules = append(rules, r)
	}
	return rules
}

func (side *Side) backendRulesOf(objects []resolve.Object) []*DestinationRule {
	sorted := slices.Clone(objects)
	slices.SortFunc(sorted, func(a, b resolve.Object) int {
		return cmp.Or(a.Value.GetCreationTimestamp().Compare(b.Value.GetCreationTimestamp().Time),
			cmp.Compare(a.Value.GetNamespace(), b.Value.GetNamespace()), cmp.Compare(a.Value.GetName(), b.Value.GetName()))
	})
	type target struct {
		ref  resolve.Ref
		host string
	}
	var targets []target
	byTarget := map[target]*DestinationRule{}
	for _, o := range sorted {
		policy, ok := o.Value.(*gatewayv1.BackendTLSPolicy)
		if !ok {
			continue
		}
		for _, ref := range policy.Spec.TargetRefs {
			for _, h := range side.targetsOf(ref, policy.Namespace) {
				t := target{h.Ref, h.Name}
				if byTarget[t] == nil {
					byTarget[t] = newBackendRule(o, h)
					targets = append(targets, t)
				}
				addBackendTLS(byTarget[t].spec.TrafficPolicy, h, ref.SectionName)
			}
		}
	}
	first := map[string]target{}
	for _, t := range targets {
		key := t.ref.Namespace + "/" + t.host
		if f, some := first[key]; !some || backendRuleName(t.ref, t.host) < backendRuleName(f.ref, f.host) {
			first[key] = t
		}
	}
	rules := make([]*DestinationRule, 0, len(first))
	for _, t := range targets {
		if first[t.ref.Namespace+"/"+t.host] == t {
			rules = append(rules, byTarget[t])
		}
	}
	return rules
}

// backendRuleName is how istiod calls the rule that it makes for a target: of those for one host in
// one namespace the first by it counts alone (3.2.9).
func backendRuleName(target resolve.Ref, host string) string {
	if target.Kind == resolve.KindServiceEntry {
		return target.Name + "~" + strings.ReplaceAll(host, ".", "-") + "~"
	}
	return target.Name + "~"
}

// targetsOf are the hosts of a Service or ServiceEntry that a policy names.
func (side *Side) targetsOf(ref gatewayv1.LocalPolicyTargetReferenceWithSectionName, namespace string) []*Host {
	kind := resolve.KindService
	if ref.Kind == "ServiceEntry" {
		kind = resolve.KindServiceEntry
	}
	want := resolve.Ref{Kind: kind, Namespace: namespace, Name: string(ref.Name)}
	var out []*Host
	for _, h := range side.hostsByNamespace[namespace] {
		if h.Ref == want {
			out = append(out, h)
		}
	}
	return out
}

func newBackendRule(o resolve.Object, h *Host) *DestinationRule {
	return &DestinationRule{
		Ref: o.Ref(), Origin: o.Origin, Created: o.Value.GetCreationTimestamp().Time, Host: h.Name, FQDN: h.Name, Backend: true,
		spec: &networkingapi.DestinationRule{Host: h.Name, TrafficPolicy: &networkingapi.TrafficPolicy{}},
	}
}

// addBackendTLS sets SIMPLE for the host, or for the port that the section names;
// what is set already was set by an older policy.
func addBackendTLS(policy *networkingapi.TrafficPolicy, h *Host, section *gatewayv1.SectionName) {
	simple := &networkingapi.ClientTLSSettings{Mode: networkingapi.ClientTLSSettings_SIMPLE}
	if section == nil || *section == "" {
		if policy.Tls == nil {
			policy.Tls = simple
		}
		return
	}
	for _, p := range h.Ports {
		if p.Name != string(*section) || slices.ContainsFunc(policy.PortLevelSettings, func(e *networkingapi.TrafficPolicy_PortTrafficPolicy) bool {
			return int32(e.GetPort().GetNumber()) == p.Number
		}) {
			continue
		}
		policy.PortLevelSettings = append(policy.PortLevelSettings, &networkingapi.TrafficPolicy_PortTrafficPolicy{
			Port: &networkingapi.PortSelector{Number: uint32(p.Number)}, Tls: simple,
		})
	}
}

// layers are the rules whose trafficPolicies count, the strongest first.
func (m *MergedRule) layers() []*DestinationRule {
	var list []*DestinationRule
	if m.Policy != nil {
		list = append(list, m.Policy)
	}
	list = append(list, m.older...)
	if m.backend != nil {
		list = append(list, m.backend)
	}
	return list
}

// baseLevel is what the rule itself says for a port, with a BackendTLSPolicy
// underneath: the fields that a person wrote win, the policy fills the gaps.
func (m *MergedRule) baseLevel(port int32) (l level, ok bool) {
	if m.backend == nil { // as most rules are
		if m.Policy == nil {
			return l, false
		}
		return m.Policy.base(port)
	}
	for _, r := range m.layers() {
		switch under, is := r.base(port); {
		case !is:
		case !ok, under.port && !l.port:
			l, ok = under, true
		case under.port == l.port:
			l.fill(under)
		}
	}
	return l, ok
}

// base is what the rule says for a port, itself.
func (r *DestinationRule) base(port int32) (level, bool) {
	l, ok := levelOf(r, r.spec.GetTrafficPolicy(), NoEntry, port)
	if r.Backend {
		l.field = "spec.validation"
	}
	return l, ok
}

// fill takes what a level leaves open from the one underneath.
func (l *level) fill(under level) {
	if l.tls == nil && under.tls != nil {
		l.tls, l.rule, l.field, l.spot = under.tls, under.rule, under.field, under.spot
	}
	if l.balancer == nil {
		l.balancer = under.balancer
	}
}
