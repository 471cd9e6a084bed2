package resolve

import (
	"fmt"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// decider decides the ports of one workload: what stands in front of the port
// first, then the policies.
type decider struct {
	workload *Workload
	pod      *pod
	in       *inheritance
	sidecar  *of[*networkingv1.Sidecar]
	servers  []gatewayServer
	// entries are the ServiceEntries that select the workload, oldest first.
	entries []entryTarget
	// leads are the ports of Services whose EndpointSlices alone lead to the workload.
	leads []lead
	// patches are those of EnvoyFilters that may change the port's TLS.
	patches []tlsPatch
	// unseenPatches is set where EnvoyFilters could not be read.
	unseenPatches *Gap
	// ingressTLS and mergeIngress are istiod switches (2.9, 2.10).
	ingressTLS, mergeIngress bool
}

// forAny is the decision of every port that nothing names.
func (d *decider) forAny() Decision {
	if d.workload.Membership.Dataplane == DataplaneGateway {
		return d.none(nobodyListens, "2.15")
	}
	served := d.served(d.in.forWorkload(0), nil)
	c := &d.workload.Capture
	switch {
	case !d.proxied():
		return served
	case c.PodInterface && !c.NoInterception:
		return d.uncaptured(served, podInterfaceExcluded, d.pod.annotation(excludeInterfacesAnno).field)
	case c.byInjector:
		return d.uncaptured(served, "not captured: not among the injector's global.proxy.includeInboundPorts", "")
	case c.Limited && len(c.Include) == 0:
		return d.uncaptured(served, "not captured: "+includeInboundAnno+" is empty", d.pod.annotation(includeInboundAnno).field)
	case c.Limited:
		return d.uncaptured(served, "not captured: not among the ports of "+includeInboundAnno, d.pod.annotation(includeInboundAnno).field)
	case c.NoInterception:
		return d.uncaptured(served, "interception mode NONE: only Sidecar ingress listeners are served", d.interceptedBy())
	}
	return served
}

// forPort is the decision of one port.
func (d *decider) forPort(p *Port) Decision {
	if d.workload.Membership.Dataplane == DataplaneGateway {
		return d.byServer(p)
	}
	if p.Protocol == ProtocolUDP {
		return d.none("UDP is not covered: no proxy handles it", "2.12")
	}
	served := d.served(d.in.forPort(p.Number), p)
	if !d.proxied() {
		return served
	}
	nothing := d.workload.Capture.NoInterception // no redirection that annotations could limit
	if because, field, bypassed := d.workload.Capture.bypass(d.pod, p.Number); bypassed && !nothing {
		return d.uncaptured(d.ingressTLSDecision(served, p), because, field)
	}
	if nothing && !d.hasIngress(p.Number) && !d.merged(p) {
		return d.uncaptured(served, "interception mode NONE and no Sidecar ingress listener", d.interceptedBy())
	}
	if d.workload.Membership.Dataplane != DataplaneUnknown {
		return d.ingressTLSDecision(served, p)
	}
	meshed := served
	meshed.Mode = served.IfMeshed
	if d.ingressTLSDecision(meshed, p).Mode == TLS {
		served.IfMeshed = TLS
	}
	return served
}

// proxied reports whether an Envoy in front of the ports is certain or possible.
func (d *decider) proxied() bool {
	switch d.workload.Membership.Dataplane {
	case DataplaneSidecar, DataplaneVM, DataplaneUnknown:
		return true
	}
	return false
}

// served turns the policies' decision into what this dataplane makes of it.
func (d *decider) served(policy Decision, port *Port) Decision {
	m := &d.workload.Membership
	switch m.Dataplane {
	case DataplaneNone:
		return d.unmeshed(policy, None)
	case DataplaneUnknown:
		return d.unmeshed(policy, Unknown)
	case DataplaneWaypoint:
		return d.waypoint(port)
	case DataplaneAmbient:
		return d.ambient(policy)
	case DataplaneProxyless:
		return d.proxyless(policy, port)
	}
	return policy
}

// unmeshed is the decision where no proxy is there, or nobody knows.
func (d *decider) unmeshed(policy Decision, mode Mode) Decision {
	m := &d.workload.Membership
	if policy.Mode != Unknown {
		policy.IfMeshed = policy.Mode
	}
	policy.Mode = mode
	if mode == None {
		policy.Scope, policy.By, policy.Field, policy.Origin = ScopeDataplane, Ref{}, m.Field, m.Origin
		policy.Because, policy.Rule = "no sidecar: "+m.Reason, m.Rule
		policy.Shadowed = nil
	}
	return policy
}

// hbonePort is where waypoints and ztunnel take mTLS tunnels.
const hbonePort = 15008

// waypoint applies rule 2.16: tunnels only, and those are always mTLS.
func (d *decider) waypoint(port *Port) Decision {
	if port != nil && port.Number == hbonePort {
		return Decision{Mode: Strict, Scope: ScopeDataplane, Rule: "2.16", Because: "a waypoint takes HBONE only, which is always mTLS; PeerAuthentication is not consulted"}
	}
	return d.none("a waypoint listens for HBONE on 15008 only", "2.16")
}

// none is a port that the proxy does not stand in front of.
func (d *decider) none(because, rule string) Decision {
	return Decision{Mode: None, Scope: ScopeDataplane, Because: because, Rule: rule}
}

// uncaptured is a port that traffic reaches past the sidecar (2.11, 1.12).
func (d *decider) uncaptured(served Decision, because string, field Field) Decision {
	out := Decision{Mode: None, IfMeshed: served.Mode, Scope: ScopeDataplane, Because: because, Rule: "2.11"}
	if served.Mode == Unknown {
		out.IfMeshed = served.IfMeshed
	}
	if field != "" {
		out.By, out.Field, out.Origin = d.workload.Ref, field, d.pod.origin
	}
	if !served.By.IsZero() {
		out.Shadowed = append(out.Shadowed, Shadow{By: served.By, Field: served.Field, Mode: out.IfMeshed, Origin: served.Origin,
			Because: "has no effect: " + because, Rule: "2.11"})
	}
	out.Shadowed = append(out.Shadowed, served.Shadowed...)
	return out
}

// ambient applies what ztunnel can do: only deny what has no identity (2A.1).
func (d *decider) ambient(policy Decision) Decision {
	if policy.Scope == ScopePort && policy.Mode == Disable && d.in.winners[ScopeWorkload].Mode == Unset && d.in.workloadMode() == Strict && d.in.onlyDisablePorts() {
		whole := d.in.forWorkload(0)
		whole.Rule, whole.Because = "2A.5", whole.Because+"; ambient makes no exception for a DISABLE port of a policy without a mode"
		return whole
	}
	if policy.Mode == Strict && d.in.losesStrict() {
		policy.Mode, policy.IfMeshed, policy.Rule = Unknown, Unset, "2A.6"
		policy.Because += "; but " + d.in.winners[ScopeWorkload].Ref.String() + " takes its place in ambient and is not made, since the namespace's policy sets no mode: nothing demands mTLS"
	}
	if policy.Mode == Disable {
		policy.Mode, policy.Rule = Permissive, "2A.1"
		policy.Because += ", DISABLE: ambient cannot turn mTLS off, plaintext is accepted as well"
	}
	return policy
}

// losesStrict reports the case of rule 2A.6: istiod refers the workload to a policy of its
// own in place of STRICT, for the sake of a PERMISSIVE port, and does not make that policy
// where the namespace has one without a mode.
func (in *inheritance) losesStrict() bool {
	workload, namespace, mesh := in.winners[ScopeWorkload], in.winners[ScopeNamespace], in.winners[ScopeMesh]
	if workload == nil || workload.Mode != Unset || namespace == nil || namespace.Mode != Unset || mesh == nil || mesh.Mode != Strict {
		return false
	}
	return slices.ContainsFunc(workload.Ports, func(e PortMode) bool { return e.Mode == Permissive })
}

// onlyDisablePorts reports the case of rule 2A.5.
func (in *inheritance) onlyDisablePorts() bool {
	for _, e := range in.winners[ScopeWorkload].Ports {
		if e.Mode != Disable && e.Mode != Unset {
			return false
		}
	}
	return true
}

// proxyless applies rule 2.17: a gRPC server speaks mTLS or plaintext, not both.
func (d *decider) proxyless(policy Decision, port *Port) Decision {
	if port == nil || len(port.Services) == 0 {
		return d.none("proxyless gRPC: istiod sends no listener for a port without a Service", "2.17")
	}
	if policy.Mode != Permissive {
		return policy
	}
	policy.Rule = "2.17"
	if d.workload.Labels[tlsModeLabel] == "istio" {
		policy.Mode = Strict
		policy.Because += fmt.Sprintf(", PERMISSIVE: proxyless gRPC with label %s=istio takes mTLS only", tlsModeLabel)
	} else {
		policy.Mode = Disable
		policy.Because += fmt.Sprintf(", PERMISSIVE: proxyless gRPC without label %s=istio takes plaintext only", tlsModeLabel)
	}
	return policy
}
