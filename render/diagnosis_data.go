package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// NewDiagnosis is the wire form of the diagnoses of some lines.
func NewDiagnosis(scope wire.Scope, missing []wire.MissingItem, log *diagnose.Log, answers []diagnose.Answer) *wire.Diagnosis {
	out := &wire.Diagnosis{
		APIVersion: wire.APIVersion, Kind: "Diagnosis", Scope: filled(scope), Missing: append([]wire.MissingItem{}, missing...), Complete: len(missing) == 0,
		Items: make([]wire.DiagnosisItem, 0, len(answers)), Totals: wire.DiagnosisTotals{Items: len(answers), Lines: log.Lines, Others: log.Others, Beyond: log.Beyond, Unknown: log.Unknown},
	}
	for i := range answers {
		a := &answers[i]
		if a.Settled() {
			out.Totals.Settled++
		}
		out.Items = append(out.Items, newDiagnosisItem(a))
	}
	return out
}

func newDiagnosisItem(a *diagnose.Answer) wire.DiagnosisItem {
	item := wire.DiagnosisItem{
		Symptom: a.Symptom.Name, Title: a.Symptom.Title, Means: a.Symptom.Means, Not: a.Symptom.Not, MTLS: a.MTLS().String(), Lost: a.Lost, Log: a.Line.Log, Line: a.Text, Count: a.Count,
		Calls: []wire.DiagnosisCall{}, Causes: make([]wire.DiagnosisCause, 0, len(a.Causes)), See: append([]string{}, a.Symptom.See...),
	}
	if verdict, why, known := a.Result(); known {
		item.Verdict, item.Because = verdict.String(), why
	}
	seen := a.Seen()
	item.Seen = wire.DiagnosisSeen{MTLS: seen.MTLS.Count, Plaintext: seen.Plaintext.Count, Unknown: seen.Unknown.Count}
	for _, c := range a.Calls {
		item.Calls = append(item.Calls, wire.DiagnosisCall(c))
	}
	for i := range a.Causes {
		item.Causes = append(item.Causes, newDiagnosisCause(&a.Causes[i]))
	}
	return item
}

func newDiagnosisCause(c *diagnose.Cause) wire.DiagnosisCause {
	out := wire.DiagnosisCause{Name: c.Suspect.Name, State: c.State.String(), Text: c.Text, Facts: []wire.DiagnosisFact{}, Clients: []wire.Ref{}, Fixes: []wire.DiagnosisFix{}}
	if c.State == diagnose.Possible {
		out.Check = c.Suspect.Check
	}
	for _, f := range c.Facts {
		out.Facts = append(out.Facts, wire.DiagnosisFact{Topic: f.Topic, Text: f.Text, Rule: f.Rule, Object: refOf(f.By), Field: string(f.Field), Position: positionOf(f.Position)})
	}
	for _, w := range c.Clients() {
		out.Clients = append(out.Clients, refOf(w.Ref))
	}
	for _, f := range c.Fixes {
		fix := wire.DiagnosisFix{Text: f.Text, Tried: f.Tried, After: f.After.String(), Edits: []wire.EditItem{}}
		for _, e := range f.Edits {
			fix.Edits = append(fix.Edits, wire.EditItem{Object: refOf(e.Object), Verb: e.Verb.String(), Field: string(e.Field), Value: e.Value})
		}
		out.Fixes = append(out.Fixes, fix)
	}
	return out
}
