package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// listed is how many endpoints a point names.
const listed = 3

// some names the first endpoints and counts the others.
func some(who []string) string {
	text := strings.Join(who[:min(len(who), listed)], ", ")
	if len(who) > listed {
		text += fmt.Sprintf(" and %d more", len(who)-listed)
	}
	return text
}

func endpointName(e *Endpoint) string {
	if e == nil {
		return "no endpoint"
	}
	if e.Workload == nil {
		return fmt.Sprintf("%s:%d", e, e.Port)
	}
	return fmt.Sprintf("%s.%s port %d", e, e.Workload.Ref.Namespace, e.Port)
}

// alike notes what holds of each endpoint, once for those of which the same holds.
func (c *Call) alike(of func(*Connection) (Reason, Place)) {
	type point struct {
		why Reason
		at  Place
	}
	var order []point
	names := map[Reason][]string{}
	for i := range c.trace.Connections {
		con := &c.trace.Connections[i]
		why, at := of(con)
		if names[why] == nil {
			order = append(order, point{why, at})
		}
		names[why] = append(names[why], endpointName(con.Server))
	}
	for _, p := range order {
		c.trace.note(p.at, Because(CauseTraceOf, Details{Name: some(names[p.why]), Base: p.why}))
	}
}

// traceEndpoints notes what is sent to each endpoint.
func (c *Call) traceEndpoints() {
	c.trace.step("sends")
	c.traceNetworks()
	list := c.trace.Connections
	s, settled := &list[0].Sends, c.Whole != nil || c.Gate != nil
	switch {
	case list[0].Server == nil:
		c.traceNobody(s)
	case settled && sameForAll(list) && s.TLS == SendsNothing:
		c.trace.note(nowhere, Because(CauseTraceNothingSent, Details{Base: s.Why}))
	case settled && sameForAll(list) && s.TLS == SendsUnknown:
		c.trace.note(nowhere, s.Reason())
	case settled && sameForAll(list):
		c.trace.note(nowhere, Because(CauseTraceToEvery, Details{TLS: s.TLS, Name: s.Through, Base: s.Why}))
	case settled:
		c.alike(func(con *Connection) (Reason, Place) {
			return Because(CauseTraceSends, Details{TLS: con.Sends.TLS, Base: con.Sends.Reason()}), nowhere
		})
	default:
		c.alike(c.sent)
	}
}

// sameForAll reports connections to whose endpoints the same is sent by the same way.
func sameForAll(list []Connection) bool {
	return !slices.ContainsFunc(list, func(con Connection) bool {
		s := &con.Sends
		return s.TLS != list[0].Sends.TLS || s.Through != list[0].Sends.Through || s.Why.Cause == CauseLeftOut || s.Why.Cause == CauseBeyondUnknown
	})
}

// traceNobody notes what is sent to a port without endpoints.
func (c *Call) traceNobody(s *Sending) {
	why, is := Reason{Cause: CauseTraceNoEndpoint}, Details{TLS: s.TLS, Base: s.Why}
	switch {
	case s.TLS == SendsNothing:
		why = Because(CauseTraceNothingSent, is)
	case c.Host.Passthrough && !c.Host.Kubernetes:
		why = Because(CauseTraceToChosen, is)
	case c.Whole != nil || c.Gate != nil:
		why = Because(CauseTraceIfEndpoint, is)
	}
	c.trace.note(nowhere, why)
}

// sent is what is sent to one endpoint, by what a client's control plane knows of it: that
// it understands mTLS, and what the policies say.
func (c *Call) sent(con *Connection) (Reason, Place) {
	capable := con.Server.capability()
	is := Details{TLS: con.Sends.TLS, Name: con.Sends.Through, Base: capable.why}
	if con.Server.Known && con.Server.Label == "istio" {
		is.Base = Because(CausePolicyOf, Details{Base: capable.why}).ofMode(c.Mesh.endpointMode(con.Server, c.Class.Revision))
	}
	if con.Sends.Why.Cause.EachEndpoint() {
		return Because(CauseTraceSent, is), capable.at
	}
	is.Beside = con.Sends.Reason()
	return Because(CauseTraceSentBut, is), Place{con.Sends.Origin, con.Sends.Field}
}

// traceNetworks notes where the endpoints of other networks are, and what is in between
// (3.4.7); nothing in a mesh of one network.
func (c *Call) traceNetworks() {
	names := map[string][]string{}
	for i := range c.trace.Connections {
		if con := &c.trace.Connections[i]; con.Server != nil && con.Sends.Through != "" {
			names[con.Sends.Through] = append(names[con.Sends.Through], endpointName(con.Server))
		}
	}
	for _, network := range slices.Sorted(maps.Keys(names)) {
		g := c.plane().networks.gateways[network]
		is := Details{Name: some(names[network]), Text: network, By: g.by, Base: Reason{Cause: CauseOfNoNetwork}}
		if c.Class.network != "" {
			is.Base = Because(CauseOfNetwork, Details{Name: c.Class.network})
		}
		why := Because(CauseTraceNetwork, is)
		if g.assumed {
			why = why.as(AspectAssumed)
		}
		c.trace.note(Place{g.origin, ""}, why)
	}
}

// traceServer notes which mode each endpoint serves, what lost, and what the port is taken
// for.
func (c *Call) traceServer() {
	first := &c.trace.Connections[0]
	if first.Server == nil || first.Sends.TLS == SendsNothing && first.Sends.Why.Cause != CauseLeftOut {
		return
	}
	c.trace.step("server")
	c.alike(func(con *Connection) (Reason, Place) {
		d := &con.Serves
		cause := CauseTraceServes
		switch {
		case d.Mode == Disable && d.Scope == ScopeListener:
			cause = CauseTraceServesPlain // DISABLE is a word of PeerAuthentication
		case d.Mode == Unknown && d.IfMeshed != Unset:
			cause = CauseTraceServesIfMeshed
		}
		return Because(cause, Details{Base: d.Why, IfMeshed: d.IfMeshed}).ofMode(d.Mode), Place{d.Origin, d.Field}
	})
	c.traceIgnored()
	c.traceProtocol()
}

// traceIgnored names the policies that a reader may take for the deciding one: those
// that lost a tie, or are for another revision.
func (c *Call) traceIgnored() {
	seen := map[Ref]bool{}
	for i := range c.trace.Connections {
		for _, s := range c.trace.Connections[i].Serves.Shadowed {
			switch s.Why.Cause {
			case CauseIgnoredPreceded, CauseIgnoredUndiscovered, CauseIgnoredRevision, CauseIgnoredInRoot, CauseIgnoredEmptySelector:
				if !seen[s.By] {
					c.trace.note(Place{s.Origin, s.Field}, Because(CauseTraceIgnored, Details{By: s.By, Base: s.Why}).ofMode(s.Mode))
				}
				seen[s.By] = true
			}
		}
	}
}

// traceProtocol notes what the port is taken for, where the answer hangs on it (2.12).
func (c *Call) traceProtocol() {
	matters := func(con Connection) bool {
		return con.Sends.TLS != SendsUnknown && (con.Serves.Mode == Disable || con.Serves.Mode == Permissive || con.Serves.Mode == None || con.Serves.Mode == TLS)
	}
	if c.Port.why.IsZero() || !slices.ContainsFunc(c.trace.Connections, matters) {
		return
	}
	taken := Details{Text: string(c.Port.Protocol), Base: c.Port.why}
	c.trace.note(Place{c.Host.Origin, c.Port.at}, Because(CauseTraceProtocol, taken).numbered(c.Port.Number))
	for i := range c.trace.Connections {
		con := &c.trace.Connections[i]
		if con.Server.Workload == nil {
			continue
		}
		if _, p := con.Server.Workload.Serves(con.Server.Port); p != "" && p != c.Port.Protocol {
			c.trace.note(nowhere, Because(CauseTraceOtherProtocol, Details{Name: endpointName(con.Server), Text: string(p)}))
			return
		}
	}
}

// traceResult notes what it comes to, what a user sees, and what helps.
func (c *Call) traceResult() {
	c.trace.step("result")
	var order []Outcome
	names := map[Outcome][]string{}
	for i := range c.trace.Connections {
		con := &c.trace.Connections[i]
		if names[con.Outcome] == nil {
			order = append(order, con.Outcome)
		}
		names[con.Outcome] = append(names[con.Outcome], endpointName(con.Server))
	}
	for _, o := range order {
		is, cause := Details{Text: o.Verdict.String(), Base: o.Why}, CauseTraceResult
		if len(order) > 1 {
			is.Name, cause = some(names[o]), CauseTraceResultOf
		}
		c.trace.note(nowhere, Because(cause, is))
		if !o.Symptom.IsZero() {
			c.trace.note(nowhere, Because(CauseTraceSymptom, Details{Symptom: o.Symptom}))
		}
	}
}
