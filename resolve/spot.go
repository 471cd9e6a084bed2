package resolve

import (
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// none is the index of a spot that is in no subset, or no port's.
const none = -1

// spot is one place of a DestinationRule that can set TLS: its traffic policy or a
// subset's, or the entry of a port in one of them.
type spot struct{ subset, entry int }

// topSpot is the rule's own traffic policy.
var topSpot = spot{none, none}

// policyField is the traffic policy that the spot is in.
func (s spot) policyField() Field {
	if s.subset == none {
		return "spec.trafficPolicy"
	}
	return Path("spec", "subsets").Index(s.subset).Child("trafficPolicy")
}

func (s spot) field() Field {
	if s.entry == none {
		return s.policyField()
	}
	return s.policyField().Child("portLevelSettings").Index(s.entry)
}

// policy is the traffic policy that the spot is in, nil when there is none.
func (s spot) policy(spec *networkingapi.DestinationRule) *networkingapi.TrafficPolicy {
	if s.subset == none {
		return spec.GetTrafficPolicy()
	}
	return spec.GetSubsets()[s.subset].GetTrafficPolicy()
}

func (s spot) setPolicy(spec *networkingapi.DestinationRule, p *networkingapi.TrafficPolicy) {
	if s.subset == none {
		spec.TrafficPolicy = p
		return
	}
	spec.GetSubsets()[s.subset].TrafficPolicy = p
}

// set writes tls, and makes the traffic policy where there is none.
func (s spot) set(spec *networkingapi.DestinationRule, tls *networkingapi.ClientTLSSettings) {
	p := s.policy(spec)
	if p == nil {
		p = &networkingapi.TrafficPolicy{}
		s.setPolicy(spec, p)
	}
	if s.entry == none {
		p.Tls = tls
		return
	}
	p.PortLevelSettings[s.entry].Tls = tls
}

// clear takes tls away, and with it the entry or policy that says nothing else:
// Istio's validation refuses empty ones. It returns the field that is gone.
func (s spot) clear(spec *networkingapi.DestinationRule) Field {
	p, gone := s.policy(spec), s.field().Child("tls")
	if s.entry == none {
		p.Tls = nil
	} else if e := p.PortLevelSettings[s.entry]; e.GetConnectionPool() == nil && e.GetLoadBalancer() == nil && e.GetOutlierDetection() == nil {
		p.PortLevelSettings = slices.Delete(p.PortLevelSettings, s.entry, s.entry+1)
		gone = s.field()
	} else {
		e.Tls = nil
	}
	s.dropEmpty(spec)
	return gone
}

// dropEmpty takes away a traffic policy in which nothing is left.
func (s spot) dropEmpty(spec *networkingapi.DestinationRule) {
	if p := s.policy(spec); p.GetTls() == nil && len(p.GetPortLevelSettings()) == 0 && !saysMore(p) {
		s.setPolicy(spec, nil)
	}
}

// balancer is the load balancer that the spot sets, nil for none.
func (s spot) balancer(spec *networkingapi.DestinationRule) *networkingapi.LoadBalancerSettings {
	if s.entry == none {
		return s.policy(spec).GetLoadBalancer()
	}
	return s.policy(spec).GetPortLevelSettings()[s.entry].GetLoadBalancer()
}

// dropBalancer takes it away.
func (s spot) dropBalancer(spec *networkingapi.DestinationRule) {
	if s.entry == none {
		s.policy(spec).LoadBalancer = nil
	} else {
		s.policy(spec).PortLevelSettings[s.entry].LoadBalancer = nil
	}
	s.dropEmpty(spec)
}

// saysMore reports settings of a policy besides tls and entries of ports.
func saysMore(p *networkingapi.TrafficPolicy) bool {
	return p.GetConnectionPool() != nil || p.GetLoadBalancer() != nil || p.GetOutlierDetection() != nil ||
		p.GetTunnel() != nil || p.GetProxyProtocol() != nil || p.GetRetryBudget() != nil
}

// addEntry gives a port an entry of its own, which repeats the policy's settings
// since it replaces them (3.3.1). ok is false where the port has one.
func (s spot) addEntry(spec *networkingapi.DestinationRule, port int32, tls *networkingapi.ClientTLSSettings) (ok bool) {
	p := s.policy(spec)
	if entryOf(p, port) != none {
		return false
	}
	if p == nil {
		p = &networkingapi.TrafficPolicy{}
		s.setPolicy(spec, p)
	}
	p.PortLevelSettings = append(p.PortLevelSettings, &networkingapi.TrafficPolicy_PortTrafficPolicy{
		Port: &networkingapi.PortSelector{Number: uint32(port)}, Tls: tls,
		ConnectionPool: p.ConnectionPool, LoadBalancer: p.LoadBalancer, OutlierDetection: p.OutlierDetection,
	})
	return true
}

// entryOf is the index of a port's entry, none without one.
func entryOf(p *networkingapi.TrafficPolicy, port int32) int {
	return slices.IndexFunc(p.GetPortLevelSettings(), func(e *networkingapi.TrafficPolicy_PortTrafficPolicy) bool {
		return e.GetPort() != nil && int32(e.GetPort().GetNumber()) == port
	})
}

// WithoutTLS is the rule's spec without the tls that stands at a field, and without the
// entry or policy in which nothing is left; nil where no tls stands there.
func (r *DestinationRule) WithoutTLS(at Field) *networkingapi.DestinationRule {
	for subset := none; subset < len(r.spec.GetSubsets()); subset++ {
		policy := (spot{subset, none}).policy(r.spec)
		for entry := none; entry < len(policy.GetPortLevelSettings()); entry++ {
			if s := (spot{subset, entry}); policy != nil && s.field().Child("tls") == at {
				spec := r.spec.DeepCopy()
				s.clear(spec)
				return spec
			}
		}
	}
	return nil
}
