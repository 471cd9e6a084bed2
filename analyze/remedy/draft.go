package remedy

import (
	"fmt"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// decidingSpot is where the tls stands that makes a call send what it sends: that
// of the cluster, or the one that only the endpoint check reads (3.4.5).
func (c patient) decidingSpot() (by *outbound.DestinationRule, at outbound.Spot, found bool) {
	if c.Setting.TLS != nil {
		return c.Setting.Rule, c.Setting.Spot, true
	}
	if c.EveryEndpoint != nil || c.Gate != nil || c.Rule == nil {
		return nil, at, false
	}
	if s := c.Rule.Subset(c.Subset); s != nil {
		if at, found = looseSpot(s.Spec.GetTrafficPolicy(), s.Index, c.Port.Number); found {
			return s.Rule, at, true
		}
	}
	at, found = looseSpot(c.Rule.Policy.TrafficPolicy(), outbound.NoEntry, c.Port.Number)
	return c.Rule.Policy, at, found
}

func looseSpot(p *networkingapi.TrafficPolicy, subset int, port int32) (at outbound.Spot, found bool) {
	if i := outbound.EntryOf(p, port); i != outbound.NoEntry && p.GetPortLevelSettings()[i].GetTls() != nil {
		return outbound.Spot{Subset: subset, Entry: i}, true
	}
	return outbound.Spot{Subset: subset, Entry: outbound.NoEntry}, p.GetTls() != nil
}

// balancer is where a rule says PASSTHROUGH, which gives all endpoints one setting
// (3.4.3).
func (c patient) balancer(spec *networkingapi.DestinationRule) (at outbound.Spot, found bool) {
	gate, cluster := c.Rule.PassesThrough(c.Subset, c.Port.Number)
	if !gate && !cluster || c.Host.Passthrough {
		return at, false
	}
	spots := []outbound.Spot{outbound.TopSpot, {Subset: outbound.NoEntry, Entry: outbound.EntryOf(spec.GetTrafficPolicy(), c.Port.Number)}}
	for i, s := range spec.GetSubsets() {
		if s.GetName() == c.Subset {
			spots = append(spots, outbound.Spot{Subset: i, Entry: outbound.NoEntry}, outbound.Spot{Subset: i, Entry: outbound.EntryOf(s.GetTrafficPolicy(), c.Port.Number)})
		}
	}
	for _, s := range slices.Backward(spots) {
		if outbound.IsPassthrough(s.Balancer(spec)) {
			return s, true
		}
	}
	return at, false
}

// narrowed is a copy of a wildcard's rule for the host alone, beside it: the
// wildcard decides for hosts that nobody asked about. nil where the host has a
// rule of its own there.
func (c patient) narrowed(r *outbound.DestinationRule, namespace string) *draft {
	d := c.newDraft(namespace)
	if d == nil {
		return nil
	}
	d.of, d.spec = r, r.Spec().DeepCopy()
	d.spec.Host = c.Host.Name
	d.intro = fmt.Sprintf("add a DestinationRule to namespace %s with host %s, which overrides %s,", namespace, c.Host.Name, r.Host)
	if outbound.SaysMore(r.TrafficPolicy()) || len(r.Spec().GetSubsets()) > 0 || r.HasSelector || len(r.Exports) > 0 || r.HasRevision {
		d.outro = "; copy the other settings of " + r.Ref.Path()
	}
	return d
}

// added is a new rule beside the service, nil where one for the host is there.
func (c patient) added() *draft {
	d := c.newDraft(c.Host.Namespace)
	if d != nil {
		d.intro = fmt.Sprintf("add a DestinationRule to namespace %s with host %s", c.Host.Namespace, c.Host.Name)
	}
	return d
}

func (c patient) newDraft(namespace string) *draft {
	d := &draft{ref: resolve.Ref{Kind: resolve.KindDestinationRule, Namespace: namespace, Name: c.Host.Ref.Name}, spec: &networkingapi.DestinationRule{Host: c.Host.Name}}
	for _, r := range c.Side.RulesIn(namespace) {
		if r.FQDN == c.Host.Name {
			return nil
		}
	}
	for c.Side.RuleNamed(d.ref) != nil {
		d.ref.Name += "-tls"
	}
	return d
}

// withoutTLS offers a rule that leaves the host to auto mTLS.
func (c patient) withoutTLS(d *draft, yield func(Remedy) bool) bool {
	d = d.clone()
	clearAll(d.spec)
	return yield(Remedy{Text: d.intro + " and without tls, so that auto mTLS applies" + d.outro, Changes: []RuleChange{d.change()}, kind: "add"})
}

// clearAll takes every tls out of a rule.
func clearAll(spec *networkingapi.DestinationRule) {
	for i := outbound.NoEntry; i < len(spec.GetSubsets()); i++ {
		p := outbound.Spot{Subset: i, Entry: outbound.NoEntry}.Policy(spec)
		if p == nil {
			continue
		}
		for j := len(p.GetPortLevelSettings()) - 1; j >= outbound.NoEntry; j-- {
			if (outbound.Spot{Subset: i, Entry: outbound.NoEntry}).Policy(spec) != nil {
				outbound.Spot{Subset: i, Entry: j}.Clear(spec)
			}
		}
	}
}
