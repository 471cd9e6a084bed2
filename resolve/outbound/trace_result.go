package outbound

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
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
func (c *Call) alike(of func(*Connection) (resolve.Reason, resolve.Place)) {
	type point struct {
		why resolve.Reason
		at  resolve.Place
	}
	var order []point
	names := map[resolve.Reason][]string{}
	for i := range c.trace.Connections {
		con := &c.trace.Connections[i]
		why, at := of(con)
		if names[why] == nil {
			order = append(order, point{why, at})
		}
		names[why] = append(names[why], endpointName(con.Server))
	}
	for _, p := range order {
		c.trace.note(p.at, resolve.Because(resolve.CauseTraceOf, resolve.Details{Name: some(names[p.why]), Base: p.why}))
	}
}

// traceEndpoints notes what is sent to each endpoint.
func (c *Call) traceEndpoints() {
	c.trace.step("sends")
	c.traceNetworks()
	list := c.trace.Connections
	s, settled := &list[0].Sends, c.EveryEndpoint != nil || c.Gate != nil
	switch {
	case list[0].Server == nil:
		c.traceNobody(s)
	case settled && sameForAll(list) && s.TLS == resolve.SendsNothing:
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceNothingSent, resolve.Details{Base: s.Why}))
	case settled && sameForAll(list) && s.TLS == resolve.SendsUnknown:
		c.trace.note(nowhere, s.Reason())
	case !settled && (c.Past || c.waypoint != nil):
		c.alike(sentWholly)
	case settled && sameForAll(list):
		c.trace.note(nowhere, resolve.Because(resolve.CauseTraceToEvery, resolve.Details{TLS: s.TLS, Name: s.Through, Base: s.Why}))
	case settled:
		c.alike(sentWholly)
	default:
		c.alike(c.sent)
	}
}

// sentWholly is what is sent to an endpoint, and its reason.
func sentWholly(con *Connection) (resolve.Reason, resolve.Place) {
	return resolve.Because(resolve.CauseTraceSends, resolve.Details{TLS: con.Sends.TLS, Base: con.Sends.Reason()}), nowhere
}

// traceWaypoint notes what a waypoint sends on to each endpoint, and by which rule.
func (c *Call) traceWaypoint() {
	list := c.trace.Connections
	i := slices.IndexFunc(list, func(con Connection) bool { return len(con.Legs) > 0 })
	if i < 0 {
		return
	}
	c.trace.step("waypoint")
	first := &list[i].Legs[0]
	c.trace.note(nowhere, resolve.Because(resolve.CauseTraceWaypoint, resolve.Details{By: first.To, Base: first.Outcome.Why}))
	c.alike(func(con *Connection) (resolve.Reason, resolve.Place) {
		if len(con.Legs) == 0 {
			return resolve.Because(resolve.CauseTraceSends, resolve.Details{TLS: con.Sends.TLS, Base: con.Sends.Reason()}), nowhere
		}
		s := con.Arrives()
		return resolve.Because(resolve.CauseTraceSends, resolve.Details{TLS: s.TLS, Base: s.Reason()}), resolve.Place{Origin: s.Origin, Field: s.Field}
	})
}

// sameForAll reports connections to whose endpoints the same is sent by the same way.
func sameForAll(list []Connection) bool {
	return !slices.ContainsFunc(list, func(con Connection) bool {
		s := &con.Sends
		return s.TLS != list[0].Sends.TLS || s.Through != list[0].Sends.Through || s.Why.Cause == resolve.CauseLeftOut || s.Why.Cause == resolve.CauseBeyondUnknown
	})
}

// traceNobody notes what is sent to a port without endpoints.
func (c *Call) traceNobody(s *resolve.Sending) {
	why, is := resolve.Reason{Cause: resolve.CauseTraceNoEndpoint}, resolve.Details{TLS: s.TLS, Base: s.Why}
	switch {
	case s.TLS == resolve.SendsNothing:
		why = resolve.Because(resolve.CauseTraceNothingSent, is)
	case c.Host.Passthrough && !c.Host.Kubernetes:
		why = resolve.Because(resolve.CauseTraceToChosen, is)
	case c.EveryEndpoint != nil || c.Gate != nil:
		why = resolve.Because(resolve.CauseTraceIfEndpoint, is)
	}
	c.trace.note(nowhere, why)
}

// sent is what is sent to one endpoint, by what a client's control plane knows of it: that
// it understands mTLS, and what the policies say.
func (c *Call) sent(con *Connection) (resolve.Reason, resolve.Place) {
	capable := con.Server.capability()
	is := resolve.Details{TLS: con.Sends.TLS, Name: con.Sends.Through, Base: capable.why}
	if con.Server.Known && con.Server.Label == "istio" {
		is.Base = resolve.Because(resolve.CausePolicyOf, resolve.Details{Base: capable.why}).OfMode(c.endpointMode(con.Server))
	}
	if con.Sends.Why.Cause.EachEndpoint() {
		return resolve.Because(resolve.CauseTraceSent, is), capable.at
	}
	is.Beside = con.Sends.Reason()
	return resolve.Because(resolve.CauseTraceSentBut, is), resolve.Place{Origin: con.Sends.Origin, Field: con.Sends.Field}
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
		g := c.plane().Networks.Gateways[network]
		is := resolve.Details{Name: some(names[network]), Text: network, By: g.By, Base: resolve.Reason{Cause: resolve.CauseOfNoNetwork}}
		if c.Class.network != "" {
			is.Base = resolve.Because(resolve.CauseOfNetwork, resolve.Details{Name: c.Class.network})
		}
		why := resolve.Because(resolve.CauseTraceNetwork, is)
		if g.Assumed {
			why = why.As(resolve.AspectAssumed)
		}
		c.trace.note(resolve.Place{Origin: g.Origin, Field: ""}, why)
	}
}

// traceServer notes which mode each endpoint serves, what lost, and what the port is taken
// for.
func (c *Call) traceServer() {
	first := &c.trace.Connections[0]
	if first.Server == nil || first.Sends.TLS == resolve.SendsNothing && first.Sends.Why.Cause != resolve.CauseLeftOut {
		return
	}
	c.trace.step("server")
	c.alike(func(con *Connection) (resolve.Reason, resolve.Place) {
		d := &con.Serves
		cause := resolve.CauseTraceServes
		switch {
		case d.Mode == resolve.Disable && d.Scope == resolve.ScopeListener:
			cause = resolve.CauseTraceServesPlain // DISABLE is a word of PeerAuthentication
		case d.Mode == resolve.Unknown && d.IfMeshed != resolve.Unset:
			cause = resolve.CauseTraceServesIfMeshed
		}
		return resolve.Because(cause, resolve.Details{Base: d.Why, IfMeshed: d.IfMeshed}).OfMode(d.Mode), resolve.Place{Origin: d.Origin, Field: d.Field}
	})
	c.traceIgnored()
	c.traceProtocol()
}

// traceIgnored names the policies that a reader may take for the deciding one: those
// that lost a tie, or are for another revision.
func (c *Call) traceIgnored() {
	seen := map[resolve.Ref]bool{}
	for i := range c.trace.Connections {
		for _, s := range c.trace.Connections[i].Serves.Shadowed {
			switch s.Why.Cause {
			case resolve.CauseIgnoredPreceded, resolve.CauseIgnoredUndiscovered, resolve.CauseIgnoredRevision, resolve.CauseIgnoredInRoot, resolve.CauseIgnoredEmptySelector:
				if !seen[s.By] {
					c.trace.note(resolve.Place{Origin: s.Origin, Field: s.Field}, resolve.Because(resolve.CauseTraceIgnored, resolve.Details{By: s.By, Base: s.Why}).OfMode(s.Mode))
				}
				seen[s.By] = true
			}
		}
	}
}

// traceProtocol notes what the port is taken for, where the answer hangs on it (2.12).
func (c *Call) traceProtocol() {
	matters := func(con Connection) bool {
		return con.Sends.TLS != resolve.SendsUnknown && (con.Serves.Mode == resolve.Disable || con.Serves.Mode == resolve.Permissive || con.Serves.Mode == resolve.None || con.Serves.Mode == resolve.TLS)
	}
	if c.Port.why.IsZero() || !slices.ContainsFunc(c.trace.Connections, matters) {
		return
	}
	taken := resolve.Details{Text: string(c.Port.Protocol), Base: c.Port.why}
	c.trace.note(resolve.Place{Origin: c.Host.Origin, Field: c.Port.at}, resolve.Because(resolve.CauseTraceProtocol, taken).Numbered(c.Port.Number))
	for i := range c.trace.Connections {
		con := &c.trace.Connections[i]
		if con.Server.Workload == nil {
			continue
		}
		if _, p := con.Server.Workload.Serves(con.Server.Port); p != "" && p != c.Port.Protocol {
			c.trace.note(nowhere, resolve.Because(resolve.CauseTraceOtherProtocol, resolve.Details{Name: endpointName(con.Server), Text: string(p)}))
			return
		}
	}
}

// traceResult notes what it comes to, what a user sees, and what helps.
func (c *Call) traceResult() {
	c.trace.step("result")
	var order []resolve.Outcome
	names := map[resolve.Outcome][]string{}
	for i := range c.trace.Connections {
		con := &c.trace.Connections[i]
		if names[con.Outcome] == nil {
			order = append(order, con.Outcome)
		}
		names[con.Outcome] = append(names[con.Outcome], endpointName(con.Server))
	}
	for _, o := range order {
		is, cause := resolve.Details{Text: o.Verdict.String(), Base: o.Why}, resolve.CauseTraceResult
		if len(order) > 1 {
			is.Name, cause = some(names[o]), resolve.CauseTraceResultOf
		}
		c.trace.note(nowhere, resolve.Because(cause, is))
		if !o.Symptom.IsZero() {
			c.trace.note(nowhere, resolve.Because(resolve.CauseTraceSymptom, resolve.Details{Symptom: o.Symptom}))
		}
	}
}
