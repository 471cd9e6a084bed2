package remedy

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Explain adds what helps to a trace, once where it helps several endpoints.
func Explain(t *outbound.Trace) {
	if t == nil {
		return
	}
	step := outbound.TraceStep{Topic: "fix"}
	noted := map[string]bool{}
	for i := range t.Connections {
		con := &t.Connections[i]
		text := Fix(con)
		if con.Outcome.Verdict != resolve.VerdictBroken || noted[text] {
			continue
		}
		noted[text] = true
		point := outbound.TracePoint{Why: resolve.Because(resolve.CauseTraceFix, resolve.Details{Text: text})}
		if r := Of(con); len(r) > 0 && r[0].Changes[0].Ref == con.Sends.By {
			point.Origin, point.Field = con.Sends.Origin, resolve.ModeOf(con.Sends.Field) // the first thing to do is there
		}
		step.Points = append(step.Points, point)
	}
	if len(step.Points) > 0 {
		t.Steps = append(t.Steps, step)
	}
}
