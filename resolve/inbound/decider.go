package inbound

import (
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// decider decides the ports of one workload: what stands in front of the port
// first, then the policies.
type decider struct {
	workload *Workload
	pod      *resolve.Pod
	in       *Contest
	sidecar  *resolve.Typed[*networkingv1.Sidecar]
	servers  []gatewayServer
	// entries are the ServiceEntries that select the workload, oldest first.
	entries []entryTarget
	// leads are the ports of Services whose EndpointSlices alone lead to the workload.
	leads []lead
	// patches are those of EnvoyFilters that may change the port's TLS.
	patches []TLSPatch
	// unseenPatches is set where EnvoyFilters could not be read.
	unseenPatches *resolve.Gap
	// ingressTLS and mergeIngress are istiod switches (2.9, 2.10).
	ingressTLS, mergeIngress bool
}

// forAny is the decision of every port that nothing names.
func (d *decider) forAny() resolve.Decision {
	if d.workload.Membership.Dataplane == resolve.DataplaneGateway {
		return d.none(resolve.Reason{Cause: resolve.CauseNoServer})
	}
	served := d.served(d.in.forWorkload(0), nil)
	c := &d.workload.Capture
	switch {
	case !d.proxied():
		return served
	case c.PodInterface && !c.NoInterception:
		return d.uncaptured(served, resolve.Reason{Cause: resolve.CausePodInterface}, d.pod.Annotation(resolve.ExcludeInterfacesAnnotation).Field)
	case c.ByInjector:
		return d.uncaptured(served, resolve.Reason{Cause: resolve.CauseInjectorIncludes}, "")
	case c.Limited && len(c.Include) == 0:
		return d.uncaptured(served, resolve.Reason{Cause: resolve.CauseNothingIncluded}, d.pod.Annotation(resolve.IncludeInboundPortsAnnotation).Field)
	case c.Limited:
		return d.uncaptured(served, resolve.Reason{Cause: resolve.CauseNotIncluded}, d.pod.Annotation(resolve.IncludeInboundPortsAnnotation).Field)
	case c.NoInterception:
		return d.uncaptured(served, resolve.Reason{Cause: resolve.CauseNotIntercepted}, d.interceptedBy())
	}
	return served
}

// forPort is the decision of one port.
func (d *decider) forPort(p *Port) resolve.Decision {
	if d.workload.Membership.Dataplane == resolve.DataplaneGateway {
		return d.byServer(p)
	}
	if p.Protocol == resolve.ProtocolUDP {
		return d.none(resolve.Reason{Cause: resolve.CauseUDP})
	}
	served := d.served(d.in.forPort(p.Number), p)
	if !d.proxied() {
		return served
	}
	nothing := d.workload.Capture.NoInterception // no redirection that annotations could limit
	if why, field, bypassed := d.workload.Capture.Bypass(d.pod, p.Number); bypassed && !nothing {
		return d.uncaptured(d.ingressTLSDecision(served, p), why, field)
	}
	if nothing && !d.hasIngress(p.Number) && !d.merged(p) {
		return d.uncaptured(served, resolve.Reason{Cause: resolve.CauseNotInterceptedPort}, d.interceptedBy())
	}
	if d.workload.Membership.Dataplane != resolve.DataplaneUnknown {
		return d.ingressTLSDecision(served, p)
	}
	meshed := served
	meshed.Mode = served.IfMeshed
	if d.ingressTLSDecision(meshed, p).Mode == resolve.TLS {
		served.IfMeshed = resolve.TLS
	}
	return served
}

// proxied reports whether an Envoy in front of the ports is certain or possible.
func (d *decider) proxied() bool {
	switch d.workload.Membership.Dataplane {
	case resolve.DataplaneSidecar, resolve.DataplaneVM, resolve.DataplaneUnknown:
		return true
	}
	return false
}

// served turns the policies' decision into what this dataplane makes of it.
func (d *decider) served(policy resolve.Decision, port *Port) resolve.Decision {
	m := &d.workload.Membership
	switch m.Dataplane {
	case resolve.DataplaneNone:
		return d.unmeshed(policy, resolve.None)
	case resolve.DataplaneUnknown:
		return d.unmeshed(policy, resolve.Unknown)
	case resolve.DataplaneWaypoint:
		return d.waypoint(port)
	case resolve.DataplaneAmbient:
		n := int32(0)
		if port != nil {
			n = port.Number
		}
		return d.ambient(policy, n)
	case resolve.DataplaneProxyless:
		return d.proxyless(policy, port)
	}
	return policy
}

// unmeshed is the decision where no proxy is there, or nobody knows.
func (d *decider) unmeshed(policy resolve.Decision, mode resolve.Mode) resolve.Decision {
	m := &d.workload.Membership
	if policy.Mode != resolve.Unknown {
		policy.IfMeshed = policy.Mode
	}
	policy.Mode = mode
	if mode == resolve.None {
		policy.Scope, policy.By, policy.Field, policy.Origin = resolve.ScopeDataplane, resolve.Ref{}, m.Field, m.Origin
		policy.Why = resolve.Because(resolve.CauseNoSidecar, resolve.Details{Base: m.Why})
		policy.Shadowed = nil
	}
	return policy
}

// waypoint applies rule 2.16: tunnels only, and those are always mTLS.
func (d *decider) waypoint(port *Port) resolve.Decision {
	if port != nil && port.Number == resolve.HBONEPort {
		return resolve.Decision{Mode: resolve.Strict, Scope: resolve.ScopeDataplane, Why: resolve.Reason{Cause: resolve.CauseWaypointTunnel}}
	}
	return d.none(resolve.Reason{Cause: resolve.CauseWaypointPort})
}

// none is a port that the proxy does not stand in front of.
func (d *decider) none(why resolve.Reason) resolve.Decision {
	return resolve.Decision{Mode: resolve.None, Scope: resolve.ScopeDataplane, Why: why}
}

// uncaptured is a port that traffic reaches past the sidecar (2.11, 1.12).
func (d *decider) uncaptured(served resolve.Decision, why resolve.Reason, field resolve.Field) resolve.Decision {
	out := resolve.Decision{Mode: resolve.None, IfMeshed: served.Mode, Scope: resolve.ScopeDataplane, Why: why}
	if served.Mode == resolve.Unknown {
		out.IfMeshed = served.IfMeshed
	}
	if field != "" {
		out.By, out.Field, out.Origin = d.workload.Ref, field, d.pod.Origin
	}
	if !served.By.IsZero() {
		out.Shadowed = append(out.Shadowed, resolve.Shadow{By: served.By, Field: served.Field, Mode: out.IfMeshed, Origin: served.Origin, Why: resolve.Because(resolve.CauseNoEffect, resolve.Details{Base: why})})
	}
	out.Shadowed = append(out.Shadowed, served.Shadowed...)
	return out
}

// ambient applies what ztunnel enforces: it can only deny what has no identity (2A.1, 2C.2).
func (d *decider) ambient(policy resolve.Decision, port int32) resolve.Decision {
	if policy.Mode == resolve.Unknown {
		return policy
	}
	switch enforced := d.in.enforced(port); {
	case enforced == resolve.Strict && policy.Mode != resolve.Strict:
		policy = d.in.withoutException()
	case enforced != resolve.Strict && policy.Mode == resolve.Strict:
		policy.Mode, policy.Why = resolve.Permissive, resolve.Because(resolve.CauseAmbientPolicyLost, resolve.Details{By: d.in.Winners[resolve.ScopeWorkload].Ref, Base: policy.Why})
	case policy.Mode == resolve.Disable:
		policy.Mode, policy.Why = resolve.Permissive, resolve.Because(resolve.CauseAmbientNotOff, resolve.Details{Base: policy.Why})
	}
	return policy
}

// proxyless applies rule 2.17: a gRPC server speaks mTLS or plaintext, not both.
func (d *decider) proxyless(policy resolve.Decision, port *Port) resolve.Decision {
	if port == nil || len(port.Services) == 0 {
		return d.none(resolve.Reason{Cause: resolve.CauseProxylessNoService})
	}
	if policy.Mode != resolve.Permissive {
		return policy
	}
	if d.workload.Labels[resolve.TLSModeLabel] == "istio" {
		policy.Mode, policy.Why = resolve.Strict, resolve.Because(resolve.CauseProxylessMutual, resolve.Details{Base: policy.Why})
	} else {
		policy.Mode, policy.Why = resolve.Disable, resolve.Because(resolve.CauseProxylessPlaintext, resolve.Details{Base: policy.Why})
	}
	return policy
}

// interceptedBy is where interception mode NONE is written, "" for the mesh configuration.
func (d *decider) interceptedBy() resolve.Field {
	if by := d.workload.Capture.InterceptedBy; by != "" {
		return d.pod.Annotation(by).Field
	}
	return ""
}
