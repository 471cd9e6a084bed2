package render

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Cases implements Checked: a finding is a case, and so is each check that found nothing.
func (v Findings) Cases() format.Cases {
	c := format.Cases{Title: "mtlsctl analyze", Rules: v.rules(), Summary: v.found(), Incomplete: missingText(v.Report.Missing)}
	threshold, err := analyze.ParseSeverity(v.Report.FailOn)
	found := map[string]bool{}
	for i := range v.Report.Items {
		f := &v.Report.Items[i]
		found[f.Code] = true
		severity, _ := analyze.ParseSeverity(f.Severity)
		one := findingCase(f)
		one.Fails = err == nil && severity >= threshold && !f.Known
		c.Found = append(c.Found, one)
	}
	for i := range v.Report.Hidden {
		h := &v.Report.Hidden[i]
		one := findingCase(&h.FindingItem)
		one.HiddenBy, one.Reason = hiders[h.By], h.Reason
		found[h.Code] = true
		c.Hidden = append(c.Hidden, one)
	}
	if lines := v.hiddenLines(true); len(lines) > 0 {
		c.HiddenNote = lines[0]
	}
	for _, code := range v.Report.Ran {
		if !found[code] {
			c.Good = append(c.Good, format.Case{Code: code, Name: v.title(code)})
		}
	}
	for _, s := range v.Report.Skipped {
		c.Skipped = append(c.Skipped, format.Case{Code: s.Code, Name: v.title(s.Code), Message: s.Because})
	}
	return c
}

// findingCase is a finding as a case; whether the run fails of it is for the caller.
func findingCase(f *wire.FindingItem) format.Case {
	one := format.Case{
		Code: f.Code, Level: f.Severity, Group: namespaceOf(f), Name: aboutFinding(f),
		Message: f.Message, Fix: f.Fix, Detail: repair(f.Repair), Confidence: f.Confidence, Known: f.Known,
		Object: objectOf(f.Object), Field: f.Field, Cluster: f.Cluster, Position: placedAt(f.Position), Fingerprint: f.Fingerprint,
	}
	for i := range f.Same {
		s := &f.Same[i]
		one.Same = append(one.Same, format.Place{
			Object: objectOf(s.Object), Field: s.Field, Message: s.Message, Confidence: s.Confidence,
			Position: placedAt(s.Position), Fingerprint: s.Fingerprint,
		})
	}
	for _, k := range f.Controls {
		one.Controls = append(one.Controls, k.Framework+" "+k.ID)
	}
	return one
}

// rules document the checks that looked, or could not.
func (v Findings) rules() []*analyze.Check {
	codes := map[string]bool{}
	for _, code := range v.Report.Ran {
		codes[code] = true
	}
	for _, s := range v.Report.Skipped {
		codes[s.Code] = true
	}
	var out []*analyze.Check
	for _, c := range v.Checks {
		if codes[c.Code] {
			out = append(out, c)
		}
	}
	return out
}

// title is what a check looks for.
func (v Findings) title(code string) string {
	for _, c := range v.Checks {
		if c.Code == code {
			return c.Title
		}
	}
	return code
}
