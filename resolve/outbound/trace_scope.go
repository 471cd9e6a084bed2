package outbound

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// traceClient notes what stands in front of the client (3.1).
func (c *Call) traceClient() {
	if c.trace == nil {
		return
	}
	w := c.trace.Client
	at, is := resolve.Place{Origin: w.Membership.Origin, Field: w.Membership.Field}, resolve.Details{Name: w.Short(), Dataplane: c.Class.Dataplane, Base: w.Membership.Why}
	if !c.Class.Proxied() {
		c.trace.note(at, resolve.Because(resolve.CauseTraceNoProxy, is))
		return
	}
	c.trace.note(at, resolve.Because(resolve.CauseTraceClient, is))
	if c.Class.Dataplane == resolve.DataplaneAmbient {
		c.trace.note(nowhere, resolve.Reason{Cause: resolve.CauseTraceAmbient})
	}
}

// traceBypass notes what bypass annotations make of the call; nothing where there are none.
func (c *Call) traceBypass(why resolve.Reason, past, sure bool) {
	if c.trace == nil || c.Class.bypass == (bypass{}) {
		return
	}
	at := resolve.Place{Origin: c.trace.Client.Origin, Field: resolve.Path("spec", "template", "metadata", "annotations")}
	switch {
	case !sure:
		c.trace.note(at, why)
	case past:
		c.trace.note(at, resolve.Because(resolve.CauseTraceLeaves, resolve.Details{Base: why}))
	default:
		c.trace.note(at, resolve.Reason{Cause: resolve.CauseTraceToProxy}.Numbered(c.Port.Number))
	}
}

// traceKnown notes whether the client's proxy has a cluster for the host.
func (c *Call) traceKnown(k knowledge) {
	if c.trace == nil {
		return
	}
	why, at := c.Side.why(k, c.Class, c.Host), nowhere
	if c.Class.sidecar != nil {
		at = resolve.Place{Origin: c.Class.sidecar.Origin, Field: "spec.egress"}
		if k.known && len(c.Class.sidecar.As.Spec.GetEgress()) == 0 {
			why = resolve.Because(resolve.CauseNoEgress, resolve.Details{By: c.Class.Sidecar})
		}
	}
	if !c.Host.visibleTo(c.Class) {
		at = resolve.Place{Origin: c.Host.Origin, Field: ""}
	}
	if k.known {
		c.trace.note(at, resolve.Because(resolve.CauseTraceKnows, resolve.Details{Base: why}))
		return
	}
	c.trace.note(at, resolve.Because(resolve.CauseTraceKnowsNot, resolve.Details{Base: why}))
	if c.Class.scope.registryOnly {
		c.trace.note(c.policyPlace(), resolve.Reason{Cause: resolve.CauseTraceRefused})
		return
	}
	c.trace.note(c.policyPlace(), resolve.Reason{Cause: resolve.CauseTracePassed})
}

// policyPlace is where a Sidecar resource sets outboundTrafficPolicy.
func (c *Call) policyPlace() resolve.Place {
	if s := c.Class.sidecar; s != nil && s.As.Spec.GetOutboundTrafficPolicy() != nil {
		return resolve.Place{Origin: s.Origin, Field: "spec.outboundTrafficPolicy"}
	}
	return nowhere
}

// traceRoute notes a VirtualService that sends all calls elsewhere; the rest of the trace
// is about the host as it is.
func (c *Call) traceRoute() {
	if c.trace == nil || c.Subset != "" {
		return
	}
	r := c.Side.routedWhole(c.Class, c.Host, c.Port)
	if r == nil {
		c.traceSplit()
		return
	}
	c.trace.Routed = r
	c.trace.step("route")
	c.trace.note(resolve.Place{Origin: r.Origin, Field: r.Field}, resolve.Because(resolve.CauseTraceRouted, resolve.Details{By: r.By, Text: r.Target(c.Host, c.Port)}))
	if len(r.Connections) == 0 {
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceNoCluster, resolve.Details{Name: r.Subset}))
	}
	c.traceOnward(r)
}

// traceSplit notes routes that lead calls to several places, or some of them away.
func (c *Call) traceSplit() {
	s := c.Side.splitOf(c.Class, c.Host, c.Port)
	if s == nil {
		return
	}
	c.trace.Split = s
	c.trace.step("route")
	if s.Whole && len(s.Ends) > 0 {
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceRerouted, resolve.Details{By: s.By}))
	}
	for i := range s.Ends {
		o := s.Ends[i].Outcome()
		is := resolve.Details{Name: s.Ends[i].Target, Base: o.Why}
		if o.Verdict != resolve.VerdictPlaintext { // whose reasons begin with it
			is.Text = o.Verdict.String() + ": "
		}
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceEnd, is))
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
