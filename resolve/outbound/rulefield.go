package outbound

import (
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// NoEntry is the index of a spot that is in no subset, or no port's.
const NoEntry = -1

// Spot is one place of a DestinationRule that can set TLS: its traffic policy or a
// subset's, or the entry of a port in one of them.
type Spot struct{ Subset, Entry int }

// TopSpot is the rule's own traffic policy.
var TopSpot = Spot{NoEntry, NoEntry}

// PolicyField is the traffic policy that the spot is in.
func (s Spot) PolicyField() resolve.Field {
	if s.Subset == NoEntry {
		return "spec.trafficPolicy"
	}
	return resolve.Path("spec", "subsets").Index(s.Subset).Child("trafficPolicy")
}

// Field is where the spot stands in the rule.
func (s Spot) Field() resolve.Field {
	if s.Entry == NoEntry {
		return s.PolicyField()
	}
	return s.PolicyField().Child("portLevelSettings").Index(s.Entry)
}

// Policy is the traffic policy that the spot is in, nil when there is none.
func (s Spot) Policy(spec *networkingapi.DestinationRule) *networkingapi.TrafficPolicy {
	if s.Subset == NoEntry {
		return spec.GetTrafficPolicy()
	}
	return spec.GetSubsets()[s.Subset].GetTrafficPolicy()
}

func (s Spot) setPolicy(spec *networkingapi.DestinationRule, p *networkingapi.TrafficPolicy) {
	if s.Subset == NoEntry {
		spec.TrafficPolicy = p
		return
	}
	spec.GetSubsets()[s.Subset].TrafficPolicy = p
}

// Set writes tls, and makes the traffic policy where there is none.
func (s Spot) Set(spec *networkingapi.DestinationRule, tls *networkingapi.ClientTLSSettings) {
	p := s.Policy(spec)
	if p == nil {
		p = &networkingapi.TrafficPolicy{}
		s.setPolicy(spec, p)
	}
	if s.Entry == NoEntry {
		p.Tls = tls
		return
	}
	p.PortLevelSettings[s.Entry].Tls = tls
}

// Clear takes tls away, and with it the entry or policy that says nothing else:
// Istio's validation refuses empty ones. It returns the field that is gone.
func (s Spot) Clear(spec *networkingapi.DestinationRule) (gone resolve.Field) {
	p, gone := s.Policy(spec), s.Field().Child("tls")
	if s.Entry == NoEntry {
		p.Tls = nil
	} else {
		p.PortLevelSettings[s.Entry].Tls = nil
	}
	return s.dropEmpty(spec, gone)
}

// dropEmpty takes away an entry and a traffic policy in which nothing is left. It returns
// the entry then, or else the field that is gone.
func (s Spot) dropEmpty(spec *networkingapi.DestinationRule, gone resolve.Field) resolve.Field {
	p := s.Policy(spec)
	if s.Entry != NoEntry {
		if e := p.PortLevelSettings[s.Entry]; e.GetTls() == nil && e.GetConnectionPool() == nil && e.GetLoadBalancer() == nil && e.GetOutlierDetection() == nil {
			p.PortLevelSettings = slices.Delete(p.PortLevelSettings, s.Entry, s.Entry+1)
			gone = s.Field()
		}
	}
	if p.GetTls() == nil && len(p.GetPortLevelSettings()) == 0 && !SaysMore(p) {
		s.setPolicy(spec, nil)
	}
	return gone
}

// Balancer is the load balancer that the spot sets, nil for none.
func (s Spot) Balancer(spec *networkingapi.DestinationRule) *networkingapi.LoadBalancerSettings {
	if s.Entry == NoEntry {
		return s.Policy(spec).GetLoadBalancer()
	}
	return s.Policy(spec).GetPortLevelSettings()[s.Entry].GetLoadBalancer()
}

// DropBalancer takes it away, as Clear does with tls.
func (s Spot) DropBalancer(spec *networkingapi.DestinationRule) (gone resolve.Field) {
	if s.Entry == NoEntry {
		s.Policy(spec).LoadBalancer = nil
	} else {
		s.Policy(spec).PortLevelSettings[s.Entry].LoadBalancer = nil
	}
	return s.dropEmpty(spec, s.Field().Child("loadBalancer"))
}

// SaysMore reports settings of a policy besides tls and entries of ports.
func SaysMore(p *networkingapi.TrafficPolicy) bool {
	return p.GetConnectionPool() != nil || p.GetLoadBalancer() != nil || p.GetOutlierDetection() != nil ||
		p.GetTunnel() != nil || p.GetProxyProtocol() != nil || p.GetRetryBudget() != nil
}

// AddEntry gives a port an entry of its own, which repeats the policy's settings
// since it replaces them (3.3.1). ok is false where the port has one.
func (s Spot) AddEntry(spec *networkingapi.DestinationRule, port int32, tls *networkingapi.ClientTLSSettings) (ok bool) {
	p := s.Policy(spec)
	if EntryOf(p, port) != NoEntry {
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

// EntryOf is the index of a port's entry, none without one.
func EntryOf(p *networkingapi.TrafficPolicy, port int32) int {
	return slices.IndexFunc(p.GetPortLevelSettings(), func(e *networkingapi.TrafficPolicy_PortTrafficPolicy) bool {
		return e.GetPort() != nil && int32(e.GetPort().GetNumber()) == port
	})
}

// WithoutTLS is the rule's spec without the tls that stands at a field, and without the
// entry or policy in which nothing is left; nil where no tls stands there.
func (r *DestinationRule) WithoutTLS(at resolve.Field) *networkingapi.DestinationRule {
	for subset := NoEntry; subset < len(r.spec.GetSubsets()); subset++ {
		policy := (Spot{subset, NoEntry}).Policy(r.spec)
		for entry := NoEntry; entry < len(policy.GetPortLevelSettings()); entry++ {
			if s := (Spot{subset, entry}); policy != nil && s.Field().Child("tls") == at {
				spec := r.spec.DeepCopy()
				s.Clear(spec)
				return spec
			}
		}
	}
	return nil
}
