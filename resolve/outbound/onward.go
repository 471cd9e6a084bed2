package outbound

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Onward is where a gateway sends calls that VirtualServices lead to it.
type Onward struct {
	// Gateway is the workload, and Port the one on which it takes the calls.
	Gateway *inbound.Workload
	Port    int32
	// Ways are the places to which its routes for the host lead; none where it has no route.
	Ways []GatewayWay
	// Connections are what becomes of the calls at those that the gateway knows.
	Connections []Connection
}

// onward follows calls to a host on through the gateways to which they are routed.
func (side *Side) onward(h *Host, r *Routed) (out []Onward) {
	for i := range r.Connections {
		e := r.Connections[i].Server
		if e == nil || e.Workload == nil || len(e.Workload.Servers) == 0 || slices.ContainsFunc(out, func(o Onward) bool { return o.Gateway == e.Workload && o.Port == e.Port }) {
			continue
		}
		class := side.ClassOf(e.Workload)
		if class == nil {
			continue
		}
		o := Onward{Gateway: e.Workload, Port: e.Port, Ways: side.waysFor(h.Name, e.Port, side.GatewayWays(class, e.Workload))}
		for _, w := range o.Ways {
			if w.Host != nil {
				o.Connections = append(o.Connections, side.routedCalls(class, &Routed{Host: w.Host, Port: w.Port, Subset: w.Subset}, w.Server.Takes == inbound.TakesHTTP || w.Server.Takes == inbound.TakesHTTPS)...)
			}
		}
		out = append(out, o)
	}
	return out
}

// waysFor are those of a port that calls of a host go: the most specific name that covers it, of each
// server.
func (side *Side) waysFor(host string, port int32, ways []GatewayWay) []GatewayWay {
	best := map[*inbound.Server]string{}
	for _, w := range ways {
		if w.Server.Listens == port && resolve.SubsetOf(host, w.Name) && (best[w.Server] == "" || moreSpecific(w.Name, best[w.Server])) {
			best[w.Server] = w.Name
		}
	}
	return slices.DeleteFunc(slices.Clone(ways), func(w GatewayWay) bool { return best[w.Server] != w.Name })
}

// Target names where the way leads: "pay.shop.svc.cluster.local:80/v1".
func (w *Way) Target() string {
	text := fmt.Sprintf("%s:%d", w.Destination.Host, w.Destination.Port)
	if w.Subset != "" {
		text += "/" + w.Subset
	}
	return text
}

// worst is the connection that ends worst, nil for none.
func worst(list []Connection) *Connection {
	if len(list) == 0 {
		return nil
	}
	at := slices.MinFunc(list, func(a, b Connection) int {
		return cmp.Compare(a.Outcome.Verdict.Urgency(), b.Outcome.Verdict.Urgency())
	})
	return &at
}

// traceOnward notes what gateways do with calls that are routed to them.
func (c *Call) traceOnward(r *Routed) {
	r.Onward = c.Side.onward(c.Host, r)
	if len(r.Onward) == 0 {
		return
	}
	c.trace.step("onward")
	for _, o := range r.Onward {
		if len(o.Ways) == 0 {
			c.trace.note(nowhere, resolve.Because(resolve.CauseTraceNoRoute, resolve.Details{By: o.Gateway.Ref, Name: c.Host.Name}).Numbered(o.Port))
		}
		for i := range o.Ways {
			c.traceWay(&o, &o.Ways[i])
		}
	}
}

// traceWay notes one way onward, and the worst that becomes of calls on it.
func (c *Call) traceWay(o *Onward, w *GatewayWay) {
	at := resolve.Place{Origin: w.By.Origin, Field: w.Field}
	is := resolve.Details{By: o.Gateway.Ref, Other: w.By.Ref, Name: w.Target()}
	con := worst(slices.DeleteFunc(slices.Clone(o.Connections), func(one Connection) bool {
		return one.Host != w.Host || one.Port != w.Port || one.Subset != w.Subset
	}))
	if con == nil {
		c.trace.note(at, resolve.Because(resolve.CauseTraceOnwardUnknown, is))
		return
	}
	is.TLS = con.Sends.TLS
	c.trace.note(at, resolve.Because(resolve.CauseTraceOnward, is))
	c.trace.note(nowhere, resolve.Because(resolve.CauseTraceResult, resolve.Details{Text: con.Outcome.Verdict.String(), Base: con.Outcome.Why}))
	if !con.Outcome.Symptom.IsZero() {
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceSymptom, resolve.Details{Symptom: con.Outcome.Symptom}))
	}
}
