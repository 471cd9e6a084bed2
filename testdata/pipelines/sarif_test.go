package pipelines

import (
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// sarifLevels are the severities behind levels.
var sarifLevels = map[string]string{"error": "error", "warning": "warning", "note": "info"}

// parseSARIF reads a report, which has to keep to the official schema and to what GitHub
// demands besides: a rule behind every result, a line, a path inside the repository,
// a fingerprint.
func parseSARIF(t *testing.T, text string) []finding {
	t.Helper()
	r, err := sarif.FromString(text)
	if err != nil {
		t.Fatalf("-o sarif: %v", err)
	}
	if err := r.Validate(); err != nil {
		t.Errorf("-o sarif breaks the schema of SARIF 2.1.0: %v", err)
	}
	if len(r.Runs) != 1 {
		t.Fatalf("-o sarif has %d runs", len(r.Runs))
	}
	var all []finding
	rules := r.Runs[0].Tool.Driver.Rules
	for _, result := range r.Runs[0].Results {
		f := sarifFinding(t, result)
		if i := result.RuleIndex; i < 0 || i >= len(rules) || rules[i].ID == nil || *rules[i].ID != f.Code {
			t.Errorf("-o sarif: ruleIndex %d of a result of %s names another rule", i, f.Code)
		}
		all = append(all, f)
	}
	for _, rule := range rules {
		if rule.ShortDescription == nil || rule.FullDescription == nil || rule.Help == nil || rule.DefaultConfiguration == nil {
			t.Errorf("-o sarif: rule %s lacks a description, help or its level", *rule.ID)
		}
	}
	return all
}

func sarifFinding(t *testing.T, r *sarif.Result) finding {
	t.Helper()
	f := finding{Code: *r.RuleID, Severity: sarifLevels[r.Level], Fingerprint: r.PartialFingerprints["mtlsctl/v1"]}
	f.Message, f.Fix, _ = strings.Cut(*r.Message.Text, ". Fix: ")
	if len(r.Locations) != 1 || r.Locations[0].PhysicalLocation == nil {
		t.Fatalf("-o sarif: a result of %s has no place", f.Code)
	}
	place := r.Locations[0].PhysicalLocation
	f.File, f.Line = *place.ArtifactLocation.URI, *place.Region.StartLine
	if f.Fingerprint == "" || f.Line < 1 || strings.HasPrefix(f.File, "/") || strings.HasPrefix(f.File, "./") {
		t.Errorf("-o sarif: a result of %s: fingerprint %q, line %d, uri %q", f.Code, f.Fingerprint, f.Line, f.File)
	}
	return f
}
