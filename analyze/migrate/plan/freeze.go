package plan

import (
	"maps"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// purposeLabel says of a rule what a plan made it for.
const purposeLabel = "mtlsctl.io/purpose"

// freezing is a host, and its ports to which clients go on to send plaintext for a while.
type freezing struct {
	host    *outbound.Host
	ports   map[uint32]int // by the round that asked for it
	servers []Target
}

// freezeFor notes the host of a call that would race: its clients are told to send
// plaintext until its servers take both. It reports whether that is worth a try.
func (p *planner) freezeFor(v *Violation) bool {
	h, port := v.Call.Host, uint32(v.Call.Port.Number)
	if p.hot[h.Name] > 0 || !p.mayWrite(h.Namespace) {
		return false
	}
	f := p.frozen[h.Name]
	if f == nil {
		f = &freezing{host: h, ports: map[uint32]int{}}
		p.frozen[h.Name] = f
	}
	if f.ports[port] == 0 {
		f.ports[port] = p.round
	}
	f.servers = append(f.servers, v.Servers...)
	return f.ports[port] == p.round
}

// unfreeze gives up on hosts whose rule did harm.
func (p *planner) unfreeze(v *Violation) bool {
	names := slices.Sorted(maps.Keys(p.frozen))
	switch {
	case p.hot[v.Host] == p.round:
		return true // another call of the attempt said it already
	case p.frozen[v.Host] != nil:
		names = []string{v.Host}
	}
	for _, name := range names {
		p.hot[name] = p.round
		delete(p.frozen, name)
	}
	return len(names) > 0
}

// frozenRules are the rules that say what clients send already.
func (p *planner) frozenRules(s *state) []Change {
	var out []Change
	for _, name := range slices.Sorted(maps.Keys(p.frozen)) {
		f := p.frozen[name]
		if !slices.ContainsFunc(f.servers, p.open) {
			continue
		}
		rule := &networkingv1.DestinationRule{ObjectMeta: metav1.ObjectMeta{Namespace: f.host.Namespace, Name: f.host.Ref.Name + "-freeze", Labels: map[string]string{purposeLabel: "freeze"}}}
		rule.Spec.Host, rule.Spec.TrafficPolicy = f.host.Name, &networkingapi.TrafficPolicy{}
		for _, port := range slices.Sorted(maps.Keys(f.ports)) {
			rule.Spec.TrafficPolicy.PortLevelSettings = append(rule.Spec.TrafficPolicy.PortLevelSettings, &networkingapi.TrafficPolicy_PortTrafficPolicy{
				Port: &networkingapi.PortSelector{Number: port}, Tls: &networkingapi.ClientTLSSettings{Mode: networkingapi.ClientTLSSettings_DISABLE},
			})
		}
		o := resolve.Object{Kind: resolve.KindDestinationRule, Value: rule}
		if c := s.set(o, sameSpec, "clients continue to send plaintext", "proxies do not get a change at the same moment (istio#48290): change the servers first"); c != nil {
			out = append(out, *c)
		}
	}
	return out
}

// thaw takes the rules away whose servers take both by now.
func thaw(s *state) []Change {
	var out []Change
	for _, r := range s.mesh.DestinationRules() {
		o, there := s.mesh.Input(r.Ref)
		if !there || !ours(o) || o.Value.GetLabels()[purposeLabel] != "freeze" || s.disabled(o) {
			continue
		}
		out = append(out, Change{How: Delete, Was: o, What: "delete it", Why: "the servers already accept mTLS and plaintext: clients may send mTLS"})
	}
	return out
}

// disabled reports a rule that freezes the clients of a port that is DISABLE still.
func (s *state) disabled(o resolve.Object) bool {
	spec := &o.Value.(*networkingv1.DestinationRule).Spec
	for _, h := range s.mesh.Hosts() {
		if h.Name != spec.Host {
			continue
		}
		for i := range h.Ports {
			if !slices.ContainsFunc(spec.GetTrafficPolicy().GetPortLevelSettings(), func(p *networkingapi.TrafficPolicy_PortTrafficPolicy) bool {
				return p.GetPort().GetNumber() == uint32(h.Ports[i].Number)
			}) {
				continue
			}
			if slices.ContainsFunc(h.Ports[i].Endpoints, func(e outbound.Endpoint) bool {
				return e.Workload != nil && decisionOf(e.Workload, e.Port).Mode == resolve.Disable
			}) {
				return true
			}
		}
	}
	return false
}
