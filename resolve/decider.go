package resolve

import (
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
		return d.none(Reason{Cause: CauseNoServer})
	}
	served := d.served(d.in.forWorkload(0), nil)
	c := &d.workload.Capture
	switch {
	case !d.proxied():
		return served
	case c.PodInterface && !c.NoInterception:
		return d.uncaptured(served, Reason{Cause: CausePodInterface}, d.pod.annotation(ExcludeInterfacesAnnotation).field)
	case c.byInjector:
		return d.uncaptured(served, Reason{Cause: CauseInjectorIncludes}, "")
	case c.Limited && len(c.Include) == 0:
		return d.uncaptured(served, Reason{Cause: CauseNothingIncluded}, d.pod.annotation(IncludeInboundPortsAnnotation).field)
	case c.Limited:
		return d.uncaptured(served, Reason{Cause: CauseNotIncluded}, d.pod.annotation(IncludeInboundPortsAnnotation).field)
	case c.NoInterception:
		return d.uncaptured(served, Reason{Cause: CauseNotIntercepted}, d.interceptedBy())
	}
	return served
}

// forPort is the decision of one port.
func (d *decider) forPort(p *Port) Decision {
	if d.workload.Membership.Dataplane == DataplaneGateway {
		return d.byServer(p)
	}
	if p.Protocol == ProtocolUDP {
		return d.none(Reason{Cause: CauseUDP})
	}
	served := d.served(d.in.forPort(p.Number), p)
	if !d.proxied() {
		return served
	}
	nothing := d.workload.Capture.NoInterception // no redirection that annotations could limit
	if why, field, bypassed := d.workload.Capture.bypass(d.pod, p.Number); bypassed && !nothing {
		return d.uncaptured(d.ingressTLSDecision(served, p), why, field)
	}
	if nothing && !d.hasIngress(p.Number) && !d.merged(p) {
		return d.uncaptured(served, Reason{Cause: CauseNotInterceptedPort}, d.interceptedBy())
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
		policy.Why = because(CauseNoSidecar, Details{Base: m.Why})
		policy.Shadowed = nil
	}
	return policy
}

// waypoint applies rule 2.16: tunnels only, and those are always mTLS.
func (d *decider) waypoint(port *Port) Decision {
	if port != nil && port.Number == HBONEPort {
		return Decision{Mode: Strict, Scope: ScopeDataplane, Why: Reason{Cause: CauseWaypointTunnel}}
	}
	return d.none(Reason{Cause: CauseWaypointPort})
}

// none is a port that the proxy does not stand in front of.
func (d *decider) none(why Reason) Decision {
	return Decision{Mode: None, Scope: ScopeDataplane, Why: why}
}

// uncaptured is a port that traffic reaches past the sidecar (2.11, 1.12).
func (d *decider) uncaptured(served Decision, why Reason, field Field) Decision {
	out := Decision{Mode: None, IfMeshed: served.Mode, Scope: ScopeDataplane, Why: why}
	if served.Mode == Unknown {
		out.IfMeshed = served.IfMeshed
	}
	if field != "" {
		out.By, out.Field, out.Origin = d.workload.Ref, field, d.pod.origin
	}
	if !served.By.IsZero() {
		out.Shadowed = append(out.Shadowed, Shadow{By: served.By, Field: served.Field, Mode: out.IfMeshed, Origin: served.Origin, Why: because(CauseNoEffect, Details{Base: why})})
	}
	out.Shadowed = append(out.Shadowed, served.Shadowed...)
	return out
}

// ambient applies what ztunnel can do: only deny what has no identity (2A.1).
func (d *decider) ambient(policy Decision) Decision {
	if policy.Scope == ScopePort && policy.Mode == Disable && d.in.winners[ScopeWorkload].Mode == Unset && d.in.workloadMode() == Strict && d.in.onlyDisablePorts() {
		whole := d.in.forWorkload(0)
		whole.Why = because(CauseAmbientNoException, Details{Base: whole.Why})
		return whole
	}
	if policy.Mode == Strict && d.in.losesStrict() {
		policy.Mode, policy.IfMeshed = Unknown, Unset
		policy.Why = because(CauseAmbientPolicyLost, Details{By: d.in.winners[ScopeWorkload].Ref, Base: policy.Why})
	}
	if policy.Mode == Disable {
		policy.Mode, policy.Why = Permissive, because(CauseAmbientNotOff, Details{Base: policy.Why})
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
		return d.none(Reason{Cause: CauseProxylessNoService})
	}
	if policy.Mode != Permissive {
		return policy
	}
	if d.workload.Labels[TLSModeLabel] == "istio" {
		policy.Mode, policy.Why = Strict, because(CauseProxylessMutual, Details{Base: policy.Why})
	} else {
		policy.Mode, policy.Why = Disable, because(CauseProxylessPlaintext, Details{Base: policy.Why})
	}
	return policy
}
