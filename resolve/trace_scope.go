package resolve

import "fmt"

// traceClient notes what stands in front of the client (3.1).
func (c *call) traceClient() {
	if c.trace == nil {
		return
	}
	w := c.trace.Client
	at, is := Place{w.Membership.Origin, w.Membership.Field}, Details{Name: w.Short(), Dataplane: c.class.Dataplane, Base: w.Membership.Why}
	if c.class.Dataplane == DataplaneNone {
		c.trace.note(at, because(CauseTraceNoProxy, is))
		return
	}
	c.trace.note(at, because(CauseTraceClient, is))
	if c.class.Dataplane == DataplaneAmbient {
		c.trace.note(nowhere, Reason{Cause: CauseTraceAmbient})
	}
}

// traceBypass notes what outbound annotations make of the call; nothing where there are none.
func (c *call) traceBypass(why Reason, past, sure bool) {
	if c.trace == nil || c.class.bypass == (outbound{}) {
		return
	}
	at := Place{c.trace.Client.Origin, Path("spec", "template", "metadata", "annotations")}
	switch {
	case !sure:
		c.trace.note(at, why)
	case past:
		c.trace.note(at, because(CauseTraceLeaves, Details{Base: why}))
	default:
		c.trace.note(at, Reason{Cause: CauseTraceToProxy}.numbered(c.port.Number))
	}
}

// traceKnown notes whether the client's proxy has a cluster for the host.
func (c *call) traceKnown(k knowledge) {
	if c.trace == nil {
		return
	}
	why, at := c.mesh.why(k, c.class, c.host), nowhere
	if c.class.sidecar != nil {
		at = Place{c.class.sidecar.Origin, "spec.egress"}
		if k.known && len(c.class.sidecar.As.Spec.GetEgress()) == 0 {
			why = because(CauseNoEgress, Details{By: c.class.Sidecar})
		}
	}
	if !c.host.VisibleTo(c.class.Namespace) {
		at = Place{c.host.Origin, ""}
	}
	if k.known {
		c.trace.note(at, because(CauseTraceKnows, Details{Base: why}))
		return
	}
	c.trace.note(at, because(CauseTraceKnowsNot, Details{Base: why}))
	if c.class.scope.registryOnly {
		c.trace.note(c.policyPlace(), Reason{Cause: CauseTraceRefused})
		return
	}
	c.trace.note(c.policyPlace(), Reason{Cause: CauseTracePassed})
}

// policyPlace is where a Sidecar resource sets outboundTrafficPolicy.
func (c *call) policyPlace() Place {
	if s := c.class.sidecar; s != nil && s.As.Spec.GetOutboundTrafficPolicy() != nil {
		return Place{s.Origin, "spec.outboundTrafficPolicy"}
	}
	return nowhere
}

// traceRoute notes a VirtualService that sends all calls elsewhere; the rest of the trace
// is about the host as it is.
func (c *call) traceRoute() {
	if c.trace == nil || c.subset != "" {
		return
	}
	r := c.mesh.routedWhole(c.class, c.host, c.port)
	if r == nil {
		return
	}
	c.trace.Routed = r
	c.trace.step("route")
	c.trace.note(Place{r.Origin, r.Field}, because(CauseTraceRouted, Details{By: r.By, Text: r.Target(c.host, c.port)}))
	if len(r.Connections) == 0 {
		c.trace.note(nowhere, because(CauseTraceNoCluster, Details{Name: r.Subset}))
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
