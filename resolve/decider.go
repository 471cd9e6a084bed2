package resolve

import networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

// decider decides the ports of one workload: what stands in front of the port
// first, then the policies.
type decider struct {
	workload *Workload
	pod      *pod
	in       *Contest
	sidecar  *Typed[*networkingv1.Sidecar]
	servers  []gatewayServer
	// entries are the ServiceEntries that select the workload, oldest first.
	entries []entryTarget
	// leads are the ports of Services whose EndpointSlices alone lead to the workload.
	leads []lead
	// patches are those of EnvoyFilters that may change the port's TLS.
	patches []TLSPatch
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
		return d.uncaptured(served, Reason{Cause: CausePodInterface}, d.pod.annotation(ExcludeInterfacesAnnotation).Field)
	case c.byInjector:
		return d.uncaptured(served, Reason{Cause: CauseInjectorIncludes}, "")
	case c.Limited && len(c.Include) == 0:
		return d.uncaptured(served, Reason{Cause: CauseNothingIncluded}, d.pod.annotation(IncludeInboundPortsAnnotation).Field)
	case c.Limited:
		return d.uncaptured(served, Reason{Cause: CauseNotIncluded}, d.pod.annotation(IncludeInboundPortsAnnotation).Field)
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
		n := int32(0)
		if port != nil {
			n = port.Number
		}
		return d.ambient(policy, n)
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
		policy.Why = Because(CauseNoSidecar, Details{Base: m.Why})
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
		out.Shadowed = append(out.Shadowed, Shadow{By: served.By, Field: served.Field, Mode: out.IfMeshed, Origin: served.Origin, Why: Because(CauseNoEffect, Details{Base: why})})
	}
	out.Shadowed = append(out.Shadowed, served.Shadowed...)
	return out
}

// ambient applies what ztunnel enforces: it can only deny what has no identity (2A.1, 2C.2).
func (d *decider) ambient(policy Decision, port int32) Decision {
	if policy.Mode == Unknown {
		return policy
	}
	switch enforced := d.in.enforced(port); {
	case enforced == Strict && policy.Mode != Strict:
		policy = d.in.withoutException()
	case enforced != Strict && policy.Mode == Strict:
		policy.Mode, policy.Why = Permissive, Because(CauseAmbientPolicyLost, Details{By: d.in.Winners[ScopeWorkload].Ref, Base: policy.Why})
	case policy.Mode == Disable:
		policy.Mode, policy.Why = Permissive, Because(CauseAmbientNotOff, Details{Base: policy.Why})
	}
	return policy
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
		policy.Mode, policy.Why = Strict, Because(CauseProxylessMutual, Details{Base: policy.Why})
	} else {
		policy.Mode, policy.Why = Disable, Because(CauseProxylessPlaintext, Details{Base: policy.Why})
	}
	return policy
}

// interceptedBy is where interception mode NONE is written, "" for the mesh configuration.
func (d *decider) interceptedBy() Field {
	if by := d.workload.Capture.interceptedBy; by != "" {
		return d.pod.annotation(by).Field
	}
	return ""
}
