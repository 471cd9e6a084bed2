package resolve

import "fmt"

// traceClient notes what stands in front of the client (3.1).
func (c *Call) traceClient() {
	if c.trace == nil {
		return
	}
	w := c.trace.Client
	at, is := Place{w.Membership.Origin, w.Membership.Field}, Details{Name: w.Short(), Dataplane: c.Class.Dataplane, Base: w.Membership.Why}
	if c.Class.Dataplane == DataplaneNone {
		c.trace.note(at, Because(CauseTraceNoProxy, is))
		return
	}
	c.trace.note(at, Because(CauseTraceClient, is))
	if c.Class.Dataplane == DataplaneAmbient {
		c.trace.note(nowhere, Reason{Cause: CauseTraceAmbient})
	}
}

// traceBypass notes what outbound annotations make of the call; nothing where there are none.
func (c *Call) traceBypass(why Reason, past, sure bool) {
	if c.trace == nil || c.Class.bypass == (outbound{}) {
		return
	}
	at := Place{c.trace.Client.Origin, Path("spec", "template", "metadata", "annotations")}
	switch {
	case !sure:
		c.trace.note(at, why)
	case past:
		c.trace.note(at, Because(CauseTraceLeaves, Details{Base: why}))
	default:
		c.trace.note(at, Reason{Cause: CauseTraceToProxy}.numbered(c.Port.Number))
	}
}

// traceKnown notes whether the client's proxy has a cluster for the host.
func (c *Call) traceKnown(k knowledge) {
	if c.trace == nil {
		return
	}
	why, at := c.Mesh.why(k, c.Class, c.Host), nowhere
	if c.Class.sidecar != nil {
		at = Place{c.Class.sidecar.Origin, "spec.egress"}
		if k.known && len(c.Class.sidecar.As.Spec.GetEgress()) == 0 {
			why = Because(CauseNoEgress, Details{By: c.Class.Sidecar})
		}
	}
	if !c.Host.VisibleTo(c.Class.Namespace) {
		at = Place{c.Host.Origin, ""}
	}
	if k.known {
		c.trace.note(at, Because(CauseTraceKnows, Details{Base: why}))
		return
	}
	c.trace.note(at, Because(CauseTraceKnowsNot, Details{Base: why}))
	if c.Class.scope.registryOnly {
		c.trace.note(c.policyPlace(), Reason{Cause: CauseTraceRefused})
		return
	}
	c.trace.note(c.policyPlace(), Reason{Cause: CauseTracePassed})
}

// policyPlace is where a Sidecar resource sets outboundTrafficPolicy.
func (c *Call) policyPlace() Place {
	if s := c.Class.sidecar; s != nil && s.As.Spec.GetOutboundTrafficPolicy() != nil {
		return Place{s.Origin, "spec.outboundTrafficPolicy"}
	}
	return nowhere
}

// traceRoute notes a VirtualService that sends all calls elsewhere; the rest of the trace
// is about the host as it is.
func (c *Call) traceRoute() {
	if c.trace == nil || c.Subset != "" {
		return
	}
	r := c.Mesh.routedWhole(c.Class, c.Host, c.Port)
	if r == nil {
		return
	}
	c.trace.Routed = r
	c.trace.step("route")
	c.trace.note(Place{r.Origin, r.Field}, Because(CauseTraceRouted, Details{By: r.By, Text: r.Target(c.Host, c.Port)}))
	if len(r.Connections) == 0 {
		c.trace.note(nowhere, Because(CauseTraceNoCluster, Details{Name: r.Subset}))
	}
}

// Target names where the calls go, shortly where it is a subset of the host itself.
func (r *Routed) Target(h *Host, port *HostPort) string {
	text := fmt.Sprintf("%s:%d", r.Host.Name, r.Port.Number)
	switch {
	case r.Host == h && r.Port == port:
		return "subset " + r.Subset
	case r.Subset != "":
		return text + "/" + r.Subset
	}
	return text
}
