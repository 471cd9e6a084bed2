package project_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// world has one finding, MTLS0101, and an open port.
const world = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop, labels: {team: pay}}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
---
`

// soon is a policy that selects nothing: MTLS0101.
const soon = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: soon, namespace: shop, labels: {team: pay}}
spec:
  selector: {matchLabels: {app: soon}}
  mtls: {mode: STRICT}
---
`

var today = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// applied is the report of a world under a configuration, and what else the run was given.
func applied(t *testing.T, text, settings string, change ...func(*project.Run)) *analyze.Report {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	c, err := project.Parse("dir/.mtlsctl.yaml", []byte(settings))
	if err != nil {
		t.Fatal(err)
	}
	r := project.Run{Config: c, Objects: &project.Objects{}, Checks: analyze.Default.Of(project.Catalogue()), All: true, Now: today}
	r.Objects.Add("", in.Objects)
	r.Mesh = mesh.Build(config.Options{}, in.Objects)
	r.Objects.AddWorkloads("", r.Mesh.Workloads())
	for _, f := range change {
		f(&r)
	}
	report := analyze.RunWith(r.Mesh, slices.DeleteFunc(slices.Clone(r.Checks), func(c *analyze.Check) bool { return c.Run == nil }), analyze.Options{Exceptions: c.Lasting(today)})
	r.Apply(report)
	return report
}

func parsed(t *testing.T, text string) *project.Config {
	t.Helper()
	c, err := project.Parse("dir/.mtlsctl.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAddedByAChange: annotations of a change hide nothing that those of its base do not, and
// what a change adds to the rules is told, wherever it adds it.
func TestAddedByAChange(t *testing.T) {
	t.Parallel()
	quiet := strings.Replace(soon, "labels: {team: pay}}", "annotations: {mtlsctl.io/ignore.MTLS0101: later}}", 1)
	base := func(text string) func(*project.Run) {
		return func(r *project.Run) {
			in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
			if err != nil {
				t.Fatal(err)
			}
			trusted := &project.Objects{}
			trusted.Add("", in.Objects)
			r.Objects.Trust(trusted)
		}
	}
	for name, c := range map[string]struct {
		got  *analyze.Report
		want string
	}{
		"an annotation of the change":  {applied(t, world+quiet, "", base(world+soon)), "MTLS0101 MTLS0907"},
		"an annotation that was there": {applied(t, world+quiet, "", base(world+quiet)), ""},
		"a rule that was there":        {applied(t, world+soon, hidden, func(r *project.Run) { r.Head = parsed(t, hidden) }), ""},
		"a rule that lasts longer":     {applied(t, world+soon, hidden+"    expires: 2026-12-01\n", func(r *project.Run) { r.Head = parsed(t, hidden) }), "MTLS0907"},
		"a check that is skipped":      {applied(t, world, "", func(r *project.Run) { r.Head = parsed(t, "skip: [MTLS0101]") }), "MTLS0907"},
		"a severity":                   {applied(t, world, "", func(r *project.Run) { r.Head = parsed(t, "severity: {MTLS0201: info}") }), "MTLS0907"},
		"an exception, and a level to fail": {applied(t, world, "", func(r *project.Run) {
			r.Head = parsed(t, "failOn: never\nexceptions: [{namespace: shop, name: pay, mode: PERMISSIVE, owner: a, reason: b}]")
		}), "MTLS0907 MTLS0907"},
	} {
		words := strings.Fields(told(c.got))
		slices.Sort(words)
		if got := strings.Join(words, " "); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

const hidden = "ignore:\n  - code: MTLS0101\n    reason: it comes later\n"

// told are the codes of findings that count, at their lines.
func told(r *analyze.Report) string {
	var words []string
	for _, f := range r.Findings {
		words = append(words, f.Code)
	}
	return strings.Join(words, " ")
}

// TestBeforeHasExactlyThisFinding: each check of what a project says finds its Before, and
// nothing in its After.
func TestBeforeHasExactlyThisFinding(t *testing.T) {
	t.Parallel()
	for _, c := range project.Checks() {
		run := func(example string) string {
			if c.Code == "MTLS0907" {
				return told(applied(t, world, "", func(r *project.Run) { r.Head = parsed(t, example) }))
			}
			if strings.HasPrefix(example, "apiVersion") {
				return told(applied(t, world+example, ""))
			}
			return told(applied(t, world+soon, example))
		}
		want := c.Code
		switch c.Code {
		case "MTLS0905", "MTLS0906", "MTLS0901":
			want = "MTLS0101 " + c.Code
		}
		got := strings.Fields(run(c.Before))
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: its example Before has %v, want %s", c.Code, got, want)
		}
		if got := run(c.After); got != "" {
			t.Errorf("%s: its example After still has %s", c.Code, got)
		}
	}
}

// TestCatalogue: codes are told once, documented, and in the tool's own range.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range project.Catalogue() {
		if seen[c.Code] {
			t.Errorf("%s is there twice", c.Code)
		}
		seen[c.Code] = true
	}
	for _, c := range project.Checks() {
		if !strings.HasPrefix(c.Code, "MTLS09") || c.Title == "" || c.Why == "" || c.Fix == "" || len(c.Docs) == 0 || c.Before == "" || c.After == "" {
			t.Errorf("%s is not documented in full", c.Code)
		}
	}
	if len(seen) != len(checks.All())+len(verify.Checks())+len(project.Checks()) {
		t.Error("the catalogue lacks checks")
	}
}
