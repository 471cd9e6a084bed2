package outbound

import (
	"iter"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Lost yields the calls of a class to a host that end where routes lead them, see Connection.Lost.
func (side *Side) Lost(class *ClientClass, h *Host) iter.Seq[Connection] {
	return func(yield func(Connection) bool) {
		rule := side.RuleFor(class, h)
		for i := range h.Ports {
			ways, by := side.Ways(class, h, &h.Ports[i])
			if !side.lostCalls(class, h, &h.Ports[i], rule, ways, by, yield) {
				return
			}
		}
	}
}

// lostCalls yields the calls of a class to a port of a host, by its ways, that end where routes lead them: at
// something that the client's proxy does not know, or at a gateway without a route for the host.
func (side *Side) lostCalls(class *ClientClass, h *Host, port *HostPort, rule *MergedRule, ways []Way, by *VirtualService, yield func(Connection) bool) bool {
	if by == nil || !side.mayLose(class, h) || !side.knows(class, h, port.Number).known {
		return true
	}
	for i := range ways {
		w := &ways[i]
		if w.Mirror || w.is(h, port) {
			continue
		}
		if end := side.endOf(class, h, w, port); end.isLost() && !yield(side.lostCall(class, h, port, rule, w, &end)) {
			return false
		}
	}
	return true
}

func (side *Side) lostCall(class *ClientClass, h *Host, port *HostPort, rule *MergedRule, w *Way, end *End) Connection {
	why := resolve.Because(resolve.CauseLedAway, resolve.Details{By: w.By.Ref, Name: end.Target, Base: end.Lost.Why})
	con := Connection{
		Client: class, Host: h, Port: port, Lost: end.Target,
		Sends:   resolve.Sending{TLS: resolve.SendsNothing, By: w.By.Ref, Origin: w.By.Origin, Field: w.Field, Why: why},
		Serves:  resolve.Decision{Mode: resolve.None, Scope: resolve.ScopeDataplane, Why: end.Lost.Why},
		Outcome: resolve.Outcome{Verdict: end.Lost.Verdict, Why: why, Symptom: end.Lost.Symptom},
		Call:    side.Prepare(class, h, port, "", rule),
	}
	if class.Dataplane == resolve.DataplaneUnknown { // without a proxy nobody follows the route
		con.Sends.TLS, con.Sends.IfMeshed = resolve.SendsUnknown, resolve.SendsNothing
		con.Outcome = resolve.Outcome{Why: resolve.Reason{Cause: resolve.CauseClientUnknown}}
	}
	return con
}

// LostAtGateway is what becomes of calls that a gateway's route leads to something that the gateway
// does not know; the zero Outcome where they go on.
func (side *Side) LostAtGateway(class *ClientClass, w *GatewayWay) resolve.Outcome {
	switch {
	case w.Mirror:
		return resolve.Outcome{}
	case w.Host == nil:
		return side.lostAt(&w.Way)
	case w.Subset == "":
		return resolve.Outcome{}
	}
	if rule := side.RuleFor(class, w.Host); rule == nil || rule.Subset(w.Subset) == nil {
		return subsetless(&w.Way)
	}
	return resolve.Outcome{}
}
