package analyze_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestJoined: a finding of several environments is one, what differs in anything that is read is two.
func TestJoined(t *testing.T) {
	t.Parallel()
	finding := func(code, name, message string) analyze.Finding {
		return analyze.Finding{Code: code, Object: resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: "shop", Name: name}, Message: message}
	}
	gone := func(prints ...string) (list []analyze.Gone) {
		for _, p := range prints {
			list = append(list, analyze.Gone{Fingerprint: p})
		}
		return list
	}
	joined := analyze.Joined([]analyze.InEnvironment{
		{Name: "dev", Report: &analyze.Report{
			Findings: []analyze.Finding{finding("MTLS0101", "both", "a"), finding("MTLS0101", "differs", "a"), finding("MTLS0901", "stale", "a"), finding("MTLS0901", "stale in dev", "a")},
			Ran:      []string{"MTLS0101"}, Idle: []analyze.Skipped{{Code: "MTLS0102"}, {Code: "MTLS0103"}}, Gone: gone("in both", "in dev"),
			Missing: []analyze.Missing{{Kind: resolve.KindNamespace, Names: []string{"shop"}}},
		}},
		{Name: "prod", Report: &analyze.Report{
			Findings: []analyze.Finding{finding("MTLS0101", "both", "a"), finding("MTLS0101", "differs", "b"), finding("MTLS0901", "stale", "a")},
			Ran:      []string{"MTLS0102"}, Idle: []analyze.Skipped{{Code: "MTLS0103"}}, Gone: gone("in both"),
			Missing: []analyze.Missing{{Kind: resolve.KindNamespace, Names: []string{"shop"}}, {Kind: resolve.KindService, Names: []string{"pay"}}},
		}},
	})
	var b strings.Builder
	for _, f := range joined.Findings {
		fmt.Fprintln(&b, f.Code, f.Object.Name, f.Message, f.Environments)
	}
	fmt.Fprintln(&b, joined.Ran, joined.Idle, joined.Gone[0].Fingerprint, len(joined.Gone), joined.Missing)
	want := `MTLS0101 both a [dev prod]
MTLS0101 differs a [dev]
MTLS0101 differs b [prod]
MTLS0901 stale a [dev prod]
[MTLS0101 MTLS0102] [{MTLS0103  }] in both 1 [{Namespace [shop]} {Service [pay]}]
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	if groups := joined.Groups(); len(groups) != 4 {
		t.Errorf("%d groups", len(groups))
	}
}
