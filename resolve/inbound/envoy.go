package inbound

import "github.com/mtlsctl/mtlsctl/resolve"

// envoy is a sidecar, or the proxy of a machine: it serves what the policies say on the ports
// that are captured. It may be there or not where sure is false.
type envoy struct{ sure bool }

func (s envoy) serves(d *decider, p *Port) resolve.Decision {
	served := d.policy(p)
	if !s.sure {
		served = d.unmeshed(served, resolve.Unknown)
	}
	if p == nil {
		return s.rest(d, served)
	}
	return s.captured(d, served, p)
}

func (envoy) listed() bool { return true }

func (envoy) shaped() bool { return true }

func (envoy) own(port, status int32) bool { return proxyOwn(port, status) }

// rest is the decision of every port that nothing names.
func (envoy) rest(d *decider, served resolve.Decision) resolve.Decision {
	c := &d.workload.Capture
	switch {
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

// captured is the decision of one port: whether traffic comes to the proxy at all, and what a
// listener of a Sidecar resource makes of it.
func (s envoy) captured(d *decider, served resolve.Decision, p *Port) resolve.Decision {
	nothing := d.workload.Capture.NoInterception // no redirection that annotations could limit
	if why, field, bypassed := d.workload.Capture.Bypass(d.pod, p.Number); bypassed && !nothing {
		return d.uncaptured(d.ingressTLSDecision(served, p), why, field)
	}
	if nothing && !d.hasIngress(p.Number) && !d.merged(p) {
		return d.uncaptured(served, resolve.Reason{Cause: resolve.CauseNotInterceptedPort}, d.interceptedBy())
	}
	if s.sure {
		return d.ingressTLSDecision(served, p)
	}
	meshed := served
	meshed.Mode = served.IfMeshed
	if d.ingressTLSDecision(meshed, p).Mode == resolve.TLS {
		served.IfMeshed = resolve.TLS
	}
	return served
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

// interceptedBy is where interception mode NONE is written, "" for the mesh configuration.
func (d *decider) interceptedBy() resolve.Field {
	if by := d.workload.Capture.InterceptedBy; by != "" {
		return d.pod.Annotation(by).Field
	}
	return ""
}
