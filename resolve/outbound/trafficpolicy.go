package outbound

import (
	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// tlsSetting is the tls of a DestinationRule that counts for one service port and
// subset, and where it is written. The zero value is "no TLS setting": auto mTLS.
type tlsSetting struct {
	TLS  *networkingapi.ClientTLSSettings
	Rule *DestinationRule
	// field is where tls is written, or the level that ended the search without one.
	field resolve.Field
	// emptied is true where a port entry without tls put an outer tls out of force.
	emptied bool
	Spot    Spot
}

// level is a traffic policy, where it is written, and whether it is a port's.
type level struct {
	tls      *networkingapi.ClientTLSSettings
	balancer *networkingapi.LoadBalancerSettings
	rule     *DestinationRule
	field    resolve.Field
	port     bool
	spot     Spot
}

// levelOf is what a traffic policy says for a service port: the entry of the port
// replaces the policy wholesale (3.3.1). ok is false without a policy.
func levelOf(rule *DestinationRule, policy *networkingapi.TrafficPolicy, subset int, port int32) (l level, ok bool) {
	at := Spot{subset, EntryOf(policy, port)}
	switch {
	case policy == nil:
		return l, false
	case at.Entry >= 0:
		e := policy.GetPortLevelSettings()[at.Entry]
		return level{e.GetTls(), e.GetLoadBalancer(), rule, at.Field(), true, at}, true
	}
	return level{policy.GetTls(), policy.GetLoadBalancer(), rule, at.Field(), false, at}, true
}

// levels are the rule's level and, for a subset, the subset's on top of it.
func (m *MergedRule) levels(subset string, port int32) (base, top level, hasBase, hasTop bool) {
	base, hasBase = m.baseLevel(port)
	if s := m.Subset(subset); s != nil {
		top, hasTop = levelOf(s.Rule, s.Spec.GetTrafficPolicy(), s.Index, port)
	}
	return base, top, hasBase, hasTop
}

// tlsFor is the TLS setting of the cluster for a service port and subset (3.3.1):
// subset port entry, subset, rule port entry, rule; an entry for the port without
// tls means that there is none.
func (m *MergedRule) tlsFor(subset string, port int32) tlsSetting {
	if m == nil {
		return tlsSetting{}
	}
	base, top, hasBase, hasTop := m.levels(subset, port)
	switch {
	case hasTop && (top.tls != nil || top.port || !hasBase):
		return top.setting(hasBase && base.tls != nil)
	case hasBase:
		return base.setting(base.port && m.Policy.TrafficPolicy().GetTls() != nil)
	}
	return tlsSetting{Rule: m.first, Spot: TopSpot}
}

func (l level) setting(outer bool) tlsSetting {
	s := tlsSetting{TLS: l.tls, Rule: l.rule, field: l.field, Spot: l.spot}
	switch {
	case l.tls != nil && !l.rule.Backend:
		s.field = l.field.Child("tls")
	case l.tls == nil:
		s.emptied = outer
	}
	return s
}

// looseMode is how the endpoint side reads the same rule: a port entry without tls
// falls back to that level's tls, a subset to the rule's where the release does that (3.4.5).
// ok is false where no level has one.
func (m *MergedRule) looseMode(subset string, port int32) (mode networkingapi.ClientTLSSettings_TLSmode, ok bool) {
	if m == nil {
		return 0, false
	}
	if s := m.Subset(subset); s != nil {
		if tls := loose(port, s.Spec.GetTrafficPolicy()); tls != nil || !m.plane.Has(release.SubsetFallsBack) {
			return tls.GetMode(), tls != nil
		}
	}
	policies := []*networkingapi.TrafficPolicy{m.Policy.TrafficPolicy()}
	for _, r := range m.older {
		policies = append(policies, r.TrafficPolicy())
	}
	tls := loose(port, append(policies, m.backend.TrafficPolicy())...)
	return tls.GetMode(), tls != nil
}

// loose is the tls of an entry of the port, else of a policy itself, each of the first policy that
// has one.
func loose(port int32, policies ...*networkingapi.TrafficPolicy) *networkingapi.ClientTLSSettings {
	for _, policy := range policies {
		for _, e := range policy.GetPortLevelSettings() {
			if int32(e.GetPort().GetNumber()) == port && e.GetTls() != nil {
				return e.GetTls()
			}
		}
	}
	for _, policy := range policies {
		if policy.GetTls() != nil {
			return policy.GetTls()
		}
	}
	return nil
}

// PassesThrough reports load balancer PASSTHROUGH: once as the gate of auto mTLS
// looks at it, the level's own policy without port entries, and once as the
// cluster gets its type, with them.
func (m *MergedRule) PassesThrough(subset string, port int32) (gate, cluster bool) {
	if m == nil {
		return false, false
	}
	base, top, hasBase, hasTop := m.levels(subset, port)
	own := m.Policy.TrafficPolicy().GetLoadBalancer()
	for i := 0; own == nil && i < len(m.older); i++ {
		own = m.older[i].TrafficPolicy().GetLoadBalancer()
	}
	inSubset := m.Subset(subset)
	if inSubset != nil {
		own = inSubset.Spec.GetTrafficPolicy().GetLoadBalancer()
	}
	gate = own.GetSimple() == networkingapi.LoadBalancerSettings_PASSTHROUGH
	cluster = hasBase && IsPassthrough(base.balancer) || hasTop && IsPassthrough(top.balancer) || inSubset != nil && gate
	return gate, cluster
}

// TrafficPolicy is the rule's own, nil for no rule and where it has none.
func (r *DestinationRule) TrafficPolicy() *networkingapi.TrafficPolicy {
	if r == nil {
		return nil
	}
	return r.spec.GetTrafficPolicy()
}

// IsPassthrough reports a load balancer that keeps the address that was called.
func IsPassthrough(b *networkingapi.LoadBalancerSettings) bool {
	return b.GetSimple() == networkingapi.LoadBalancerSettings_PASSTHROUGH
}
