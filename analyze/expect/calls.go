package expect

import (
	"fmt"
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Calls says whether all calls end with one of the verdicts. Without any call nothing is
// known, and it does not hold.
func (e *Expectation) Calls(calls iter.Seq[*outbound.Connection]) Result {
	r := Result{Expectation: e, Held: true}
	failed, asked := 0, 0
	for c := range calls {
		asked++
		if slices.Contains(e.Verdicts, c.Outcome.Verdict) {
			continue
		}
		if failed++; failed == 1 {
			r.Held, r.By, r.Culprit = false, c.Sends.By, c.Sends.Position()
			r.Says = callSays(c)
			if r.By.IsZero() {
				r.By, r.Culprit = c.Serves.By, c.Serves.Position()
			}
		}
	}
	switch {
	case asked == 0:
		return e.Missing("no such call: the host is not visible to the clients, or has no endpoint")
	case failed > 1:
		r.Says += fmt.Sprintf("; and %d more of %d", failed-1, asked)
	}
	return r
}

// callSays is how a call ends, and why: what is sent, by which object, into what.
func callSays(c *outbound.Connection) string {
	text := fmt.Sprintf("%s:%d is %s", c.Host.Name, c.Port.Number, c.Outcome.Verdict)
	if !c.Outcome.Why.IsZero() {
		text += ": " + words.Because(c.Outcome.Why)
	}
	if !c.Sends.By.IsZero() {
		text += " (sent by " + c.Sends.By.String() + ")"
	}
	return text
}
