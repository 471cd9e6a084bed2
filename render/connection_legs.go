package render

import (
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// legsOf are the legs of a call that a waypoint forwards, nil for any other.
func legsOf(c *outbound.Connection) []wire.Leg {
	var out []wire.Leg
	for i := range c.Legs {
		l := &c.Legs[i]
		leg := wire.Leg{
			From: refOrNull(l.From), To: refOrNull(l.To), Sends: l.Sends.TLS.String(), Accepts: l.Serves.Mode.String(), Verdict: l.Outcome.Verdict.String(),
			Because: words.Because(l.Sends.Reason()), VerdictBecause: words.Because(l.Outcome.Why), Symptom: words.Symptom(l.Outcome.Symptom),
		}
		if l.Sends.Inside != resolve.SendsUnknown {
			leg.Inside = l.Sends.Inside.String()
		}
		out = append(out, leg)
	}
	return out
}
