package analyze_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestGroups: findings of one cause are one group, no surer than the least sure, with all
// that they affect; what differs in code, severity or in whether it counts stays apart.
func TestGroups(t *testing.T) {
	t.Parallel()
	label := analyze.Cause{Object: resolve.Ref{Kind: resolve.KindNamespace, Name: "shop"}, Why: resolve.CauseNotLabelled}
	of := func(name string, f analyze.Finding) analyze.Finding {
		f.Object = resolve.Ref{Kind: resolve.KindAuthorizationPolicy, Namespace: "shop", Name: name}
		f.Affected = []analyze.Affected{{Noun: analyze.AffectedObject, Name: "Deployment shop/" + name}}
		return f
	}
	for name, c := range map[string]struct {
		found []analyze.Finding
		want  string
	}{
		"one cause":           {[]analyze.Finding{of("a", analyze.Finding{Cause: label}), of("b", analyze.Finding{Cause: label, Confidence: analyze.Likely})}, "likely a b"},
		"causes of their own": {[]analyze.Finding{of("a", analyze.Finding{}), of("b", analyze.Finding{})}, "certain a | certain b"},
		"two checks":          {[]analyze.Finding{of("a", analyze.Finding{Code: "A", Cause: label}), of("b", analyze.Finding{Code: "B", Cause: label})}, "certain a | certain b"},
		"two levels": {[]analyze.Finding{of("a", analyze.Finding{Cause: label, Severity: analyze.Error}), of("b", analyze.Finding{Cause: label}),
			of("c", analyze.Finding{Cause: label, Severity: analyze.Error})}, "certain a c | certain b"},
		"known and new": {[]analyze.Finding{of("a", analyze.Finding{Cause: label, Known: true}), of("b", analyze.Finding{Cause: label})}, "certain a | certain b"},
		"two clusters":  {[]analyze.Finding{of("a", analyze.Finding{Cause: label, Cluster: "east"}), of("b", analyze.Finding{Cause: label, Cluster: "west"})}, "certain a | certain b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &analyze.Report{Findings: c.found}
			var groups []string
			for _, g := range r.Groups() {
				text := g.Confidence.String() + " " + g.Object.Name
				for _, s := range g.Same {
					text += " " + s.Object.Name
				}
				groups = append(groups, text)
				if len(g.Affected) != len(g.Same)+1 {
					t.Errorf("%s affects %v", g.Object, g.Affected)
				}
			}
			if diff := cmp.Diff(c.want, strings.Join(groups, " | ")); diff != "" {
				t.Errorf("groups differ (-want +got)\n%s", diff)
			}
			if len(r.Findings) != len(c.found) || len(r.Findings[0].Affected) != 1 {
				t.Error("the findings themselves were changed")
			}
		})
	}
}
