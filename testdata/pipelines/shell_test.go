package pipelines

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// scripts are the examples of docs for a shell: how each ends in a folder with errors
// and in one without, and what it says there.
var scripts = map[string]struct {
	bad, good       int
	saysBad, saysOK string
}{
	"shell":     {bad: 1, saysBad: "not like this", saysOK: "nothing found"},
	"codes":     {bad: 1, saysBad: "findings: see above", saysOK: "nothing that would fail"},
	"baseline":  {saysBad: "5 by the baseline", saysOK: "nothing found"},
	"helm":      {bad: 1, saysBad: "MTLS0201", saysOK: "nothing found"},
	"charts":    {bad: 1, saysBad: "MTLS0201", saysOK: "nothing found"},
	"kustomize": {bad: 1, saysBad: "MTLS0201", saysOK: "nothing found"},
}

// TestScripts runs them in two shells that end with the first command that fails.
func TestScripts(t *testing.T) {
	t.Parallel()
	self, err := mtlsctl()
	if err != nil {
		t.Fatal(err)
	}
	environment := plain("HOME="+t.TempDir(), searched(self, helm(t), kustomize(t)))
	for name, s := range scripts {
		for _, shell := range []string{"sh", "bash"} {
			t.Run(name+"/"+shell, func(t *testing.T) {
				t.Parallel()
				needs(t, shell)
				text, dir := "set -eu\n"+example(t, name), deployed(t)
				if got := execute(t, dir, environment, shell, "-c", text); got.code != s.bad || !strings.Contains(got.stdout+got.stderr, s.saysBad) {
					t.Errorf("docs, pipeline %s: deploy/ has errors, and %s ends with %d\n%s%s", name, shell, got.code, got.stdout, got.stderr)
				}
				clean(t, dir)
				if got := execute(t, dir, environment, shell, "-c", text); got.code != s.good || !strings.Contains(got.stdout+got.stderr, s.saysOK) {
					t.Errorf("docs, pipeline %s: deploy/ is clean, and %s ends with %d\n%s%s", name, shell, got.code, got.stdout, got.stderr)
				}
			})
		}
	}
}

// TestChange runs the example of a pull request on one that brings errors, and on one that
// takes them away.
func TestChange(t *testing.T) {
	t.Parallel()
	needs(t, "bash", "git")
	self, err := mtlsctl()
	if err != nil {
		t.Fatal(err)
	}
	environment := plain("HOME="+t.TempDir(), searched(self))
	for name, c := range map[string]struct {
		brings bool
		code   int
		says   string
	}{"errors come": {true, 1, "MTLS0201"}, "errors go": {false, 0, "repaired"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := repository(t, nil)
			if c.brings {
				clean(t, dir)
				commit(t, dir)
			}
			git(t, dir, "update-ref", "refs/remotes/origin/main", "HEAD")
			if c.brings {
				git(t, dir, "checkout", "-q", "HEAD~1", "--", "deploy")
			} else {
				clean(t, dir)
			}
			if got := execute(t, dir, environment, "bash", "-c", "set -eu\n"+example(t, "change")); got.code != c.code || !strings.Contains(got.stdout, c.says) {
				t.Errorf("docs, pipeline change: %s, and it ends with %d\n%s%s", name, got.code, got.stdout, got.stderr)
			}
		})
	}
}

// TestIncomplete: the example that tells exit codes apart says so of an input that is not
// whole, and a renderer that fails is no empty success.
func TestIncomplete(t *testing.T) {
	t.Parallel()
	self, err := mtlsctl()
	if err != nil {
		t.Fatal(err)
	}
	dir := deployed(t)
	clean(t, dir)
	write(t, filepath.Join(dir, "deploy", "half.yaml"), "{")
	write(t, filepath.Join(dir, "chart", "templates", "half.yaml"), "{{")
	for name, says := range map[string]string{"codes": "incomplete: ", "helm": "nothing was read"} {
		got := execute(t, dir, plain(searched(self, helm(t))), "sh", "-c", "set -eu\n"+example(t, name))
		if got.code != 3 || !strings.Contains(got.stderr, says) {
			t.Errorf("docs, pipeline %s: the input is not whole, and it ends with %d\n%s%s", name, got.code, got.stdout, got.stderr)
		}
	}
}

// TestNumbers: kustomize still does not read keys that are numbers, as docs/input.md has it,
// and what fails is no empty success.
func TestNumbers(t *testing.T) {
	t.Parallel()
	self, err := mtlsctl()
	if err != nil {
		t.Fatal(err)
	}
	dir := deployed(t)
	write(t, filepath.Join(dir, "base", "policies.yaml"), read(t, root+"/testdata/mesh/shop/policies.yaml"))
	for line := range strings.Lines(example(t, "kustomize")) {
		if got := execute(t, dir, plain(searched(self, kustomize(t))), "sh", "-c", line); got.code != 3 || !strings.Contains(got.stderr, "unsupported type") && !strings.Contains(got.stderr, "keys that are numbers") {
			t.Errorf("docs/input.md has that numbers as keys cannot be read, and %s ends with %d\n%s", line, got.code, got.stderr)
		}
	}
}

// deployed is a folder with the shop as deploy/, as a chart and as a kustomization.
func deployed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, to := range []string{"deploy", "chart/templates", "base"} {
		if err := os.CopyFS(filepath.Join(dir, to), os.DirFS(root+"/testdata/mesh/shop")); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "chart", "Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n")
	write(t, filepath.Join(dir, "values-prod.yaml"), "replicas: 2\n")
	write(t, filepath.Join(dir, "base", "kustomization.yaml"), "resources: [shop.yaml, policies.yaml, rules.yaml]\n")
	write(t, filepath.Join(dir, "overlays", "prod", "kustomization.yaml"), "resources: [../../base]\n")
	policies := filepath.Join(dir, "base", "policies.yaml") // kustomize does not read keys that are numbers, as docs/input.md has it
	write(t, policies, strings.Replace(read(t, policies), "    80: {", `    "80": {`, 1))
	return dir
}

// clean leaves the workloads of a shop and one policy, about which there is nothing to say.
func clean(t *testing.T, dir string) {
	t.Helper()
	for _, in := range []string{"deploy", "chart/templates", "base"} {
		tidy(t, filepath.Join(dir, in))
	}
}

func tidy(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		return
	}
	write(t, filepath.Join(dir, "policies.yaml"), `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`)
	write(t, filepath.Join(dir, "rules.yaml"), "")
}
