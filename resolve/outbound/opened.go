package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// opened reports a call that a proxy makes of a request or a connection that it has in plaintext: by a
// route of HTTP, or at a gateway's server that is not for TLS to pass through. What goes on then is
// never the TLS of the application that called, however the port is declared.
func (c *Call) opened() bool {
	if c.byRequest {
		return true
	}
	return c.Class.traits().gateway && c.Side.opens(c.Class)[place{c.Host.Name, c.Port.Number}] == onlyOpened
}

// place is a port of a host.
type place struct {
	host string
	port int32
}

// openness is what gateways send to a place: what they opened, or what they pass on, or both.
type openness uint8

const (
	onlyOpened openness = 1 << iota
	passedOn
)

type opensOf struct{ class *ClientClass }

// opens are the places to which gateways of a class send calls.
func (side *Side) opens(class *ClientClass) map[place]openness {
	return side.Derived(opensOf{class}, func(side *Side) any {
		out := map[place]openness{}
		for _, w := range class.Workloads {
			for _, way := range side.GatewayWays(class, w) {
				as := onlyOpened
				if way.Server.Takes == inbound.TakesTLS || way.Server.Takes == inbound.TakesTCP && !way.Server.Ended {
					as = passedOn
				}
				out[place{way.Destination.Host, way.Destination.Port}] |= as
			}
		}
		return out
	}).(map[place]openness)
}

// intoTLS is what becomes of plaintext that a proxy sends to a port whose server speaks TLS.
func (c *Call) intoTLS(o resolve.Outcome, sends resolve.ClientTLS, protocol resolve.Protocol) resolve.Outcome {
	if o.Verdict != resolve.VerdictPassthroughTLS || sends != resolve.SendsPlaintext || !protocol.SaysTLS() || !c.opened() {
		return o
	}
	why := resolve.Because(resolve.CauseOpenedIntoTLS, resolve.Details{Text: string(protocol)})
	return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: why, Symptom: resolve.Symptom{Kind: resolve.SymptomPlainIntoTLS}}
}
