package resolve

import (
	"fmt"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// decidingSpot is where the tls stands that makes a call send what it sends: that
// of the cluster, or the one that only the endpoint check reads (3.4.5).
func (c *call) decidingSpot() (by *DestinationRule, at spot, found bool) {
	if c.setting.tls != nil {
		return c.setting.rule, c.setting.spot, true
	}
	if c.whole != nil || c.gate != nil || c.rule == nil {
		return nil, at, false
	}
	if s := c.rule.subset(c.subset); s != nil {
		if at, found = looseSpot(s.subset.GetTrafficPolicy(), s.index, c.port.Number); found {
			return s.rule, at, true
		}
	}
	at, found = looseSpot(c.rule.policy.trafficPolicy(), none, c.port.Number)
	return c.rule.policy, at, found
}

func looseSpot(p *networkingapi.TrafficPolicy, subset int, port int32) (at spot, found bool) {
	if i := entryOf(p, port); i != none && p.GetPortLevelSettings()[i].GetTls() != nil {
		return spot{subset, i}, true
	}
	return spot{subset, none}, p.GetTls() != nil
}

// balancer is where a rule says PASSTHROUGH, which gives all endpoints one setting
// (3.4.3).
func (c *call) balancer(r *DestinationRule) (at spot, found bool) {
	gate, cluster := c.rule.passesThrough(c.subset, c.port.Number)
	if !gate && !cluster || c.host.Passthrough {
		return at, false
	}
	spots := []spot{topSpot, {none, entryOf(r.trafficPolicy(), c.port.Number)}}
	for i, s := range r.spec.GetSubsets() {
		if s.GetName() == c.subset {
			spots = append(spots, spot{i, none}, spot{i, entryOf(s.GetTrafficPolicy(), c.port.Number)})
		}
	}
	for _, s := range slices.Backward(spots) {
		if isPassthrough(s.balancer(r.spec)) {
			return s, true
		}
	}
	return at, false
}

// narrowed is a copy of a wildcard's rule for the host alone, beside it: the
// wildcard decides for hosts that nobody asked about. nil where the host has a
// rule of its own there.
func (c *call) narrowed(r *DestinationRule, namespace string) *draft {
	d := c.newDraft(namespace)
	if d == nil {
		return nil
	}
	d.of, d.spec = r, r.spec.DeepCopy()
	d.spec.Host = c.host.Name
	d.intro = fmt.Sprintf("add a DestinationRule to namespace %s with host %s, which goes before %s,", namespace, c.host.Name, r.Host)
	if saysMore(r.trafficPolicy()) || len(r.spec.GetSubsets()) > 0 || r.HasSelector || len(r.exports) > 0 || r.HasRevision {
		d.outro = "; copy what else " + r.Ref.Path() + " says"
	}
	return d
}

// added is a new rule beside the service, nil where one for the host is there.
func (c *call) added() *draft {
	d := c.newDraft(c.host.Namespace)
	if d != nil {
		d.intro = fmt.Sprintf("add a DestinationRule to namespace %s with host %s", c.host.Namespace, c.host.Name)
	}
	return d
}

func (c *call) newDraft(namespace string) *draft {
	d := &draft{ref: Ref{KindDestinationRule, namespace, c.host.Ref.Name}, spec: &networkingapi.DestinationRule{Host: c.host.Name}}
	for _, r := range c.mesh.rulesByNamespace[namespace] {
		if r.FQDN == c.host.Name {
			return nil
		}
	}
	for c.mesh.ruleNamed(d.ref) != nil {
		d.ref.Name += "-tls"
	}
	return d
}

// withoutTLS offers a rule that leaves the host to auto mTLS.
func (c *call) withoutTLS(d *draft, yield func(Remedy) bool) bool {
	d = d.clone()
	clearAll(d.spec)
	return yield(Remedy{d.intro + " and without tls, so that auto mTLS decides" + d.outro, []RuleChange{d.change()}, "add"})
}

// clearAll takes every tls out of a rule.
func clearAll(spec *networkingapi.DestinationRule) {
	for i := none; i < len(spec.GetSubsets()); i++ {
		p := spot{i, none}.policy(spec)
		if p == nil {
			continue
		}
		for j := len(p.GetPortLevelSettings()) - 1; j >= none; j-- {
			if (spot{i, none}).policy(spec) != nil {
				spot{i, j}.clear(spec)
			}
		}
	}
}

// ruleNamed is the rule of a name, nil when there is none.
func (m *Mesh) ruleNamed(ref Ref) *DestinationRule {
	for _, r := range m.rulesByNamespace[ref.Namespace] {
		if r.Ref == ref {
			return r
		}
	}
	return nil
}
