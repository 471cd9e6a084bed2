package outbound

import (
	"cmp"
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// met is the decision of the Gateway server that a call meets: of those that share a port, TLS meets
// the one with a host that covers its SNI, and anything else one without TLS (2.15). Where no
// server covers the SNI, the connection ends.
func (c *Call) met(s *resolve.Sending, e *Endpoint, d resolve.Decision) resolve.Decision {
	if e.Workload == nil || d.Mode != resolve.TLS && d.Why.Cause != resolve.CauseServersMixed {
		return d
	}
	name, sent := c.sni(s.TLS)
	var plain, ends *inbound.Server
	best := ""
	for i := range e.Workload.Servers {
		o := &e.Workload.Servers[i]
		switch {
		case o.Listens != e.Port:
		case o.Takes == inbound.TakesTLS, o.Takes == inbound.TakesMesh: // whose routes tell by SNI
			return d
		case !o.Ended:
			plain = cmp.Or(plain, o)
		default:
			if host, covers := o.Covers(name); covers && (best == "" || moreSpecific(host, best)) {
				best, ends = host, o
			}
		}
	}
	switch {
	case s.TLS == resolve.SendsPlaintext && plain != nil, sent && ends == nil && plain != nil:
		return resolve.Decision{Mode: resolve.Disable, Scope: resolve.ScopeListener, By: plain.By, Field: plain.Field, Origin: plain.Origin, Shadowed: d.Shadowed,
			Why: resolve.Because(resolve.CauseServerPlaintext, resolve.Details{By: plain.By})}
	case sent && ends != nil:
		d.Mode, d.OfMesh, d.By, d.Field, d.Origin = resolve.TLS, ends.OfMesh, ends.By, ends.Field.Child("tls"), ends.Origin
		d.Why = resolve.Because(resolve.CauseServerTLS, resolve.Details{By: ends.By, Text: ends.TLS})
	case sent:
		d.Why = resolve.Because(resolve.CauseServerOtherSNI, resolve.Details{By: d.By, Name: name}).Numbered(e.Port)
	}
	return d
}

// sni is the name that the client's proxy asks for in its TLS (3.3.9); sent is false where the
// request, or the application, decides.
func (c *Call) sni(sends resolve.ClientTLS) (name string, sent bool) {
	name = c.Setting.TLS.GetSni()
	switch sends {
	case resolve.SendsIstioMutual:
		return cmp.Or(name, fmt.Sprintf("outbound_.%d_.%s_.%s", c.Port.Number, c.Subset, c.Host.Name)), true
	case resolve.SendsSimple, resolve.SendsMutual:
		return name, name != ""
	}
	return "", false
}
