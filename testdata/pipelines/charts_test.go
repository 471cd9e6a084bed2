package pipelines

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// chartsHere are the charts of the repository, with the sets of values that each is rendered with.
var chartsHere = map[string][][]string{"shop": {nil, {"values-prod.yaml"}}}

// excused are why helm renders nothing where package helm names what is wrong and renders the rest.
var excused = []string{"YAML parse error on", "missing in charts/ directory", "library charts are not installable"}

// TestCharts renders the charts of testdata/charts, and all that Helm's own module has for its tests,
// with helm and with package helm: the objects are the same. Secrets, which nothing reads, have random
// values in some of them.
func TestCharts(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "rendered")
	if _, err := goTool(root, "build", "-o", program, "./testdata/rendered"); err != nil {
		t.Fatal(err)
	}
	judge := helm(t)
	compare := func(t *testing.T, chart string, values []string) {
		t.Helper()
		ours := []string{chart, "live", "prod"}
		theirs := []string{"template", "live", chart, "-n", "prod", "--include-crds", "--skip-tests", "--kube-version", "v1.36.0", "--api-versions", "security.istio.io/v1"}
		for _, v := range values {
			ours, theirs = append(ours, filepath.Join(chart, v)), append(theirs, "-f", filepath.Join(chart, v))
		}
		environment := plain("HOME=" + t.TempDir())
		got, want := execute(t, t.TempDir(), environment, program, ours...), execute(t, t.TempDir(), environment, judge, theirs...)
		switch {
		case got.code != 0 && want.code != 0:
		case want.code != 0 && slices.ContainsFunc(excused, func(e string) bool { return strings.Contains(want.stderr, e) }):
		case got.code != 0 || want.code != 0:
			t.Errorf("%s: it ends with %d, helm with %d\n%s%s", chart, got.code, want.code, got.stderr, want.stderr)
		default:
			one, other := objectsOf(t, got.stdout), objectsOf(t, want.stdout)
			for _, o := range one {
				if !slices.Contains(other, o) {
					t.Errorf("%s: helm does not have %s", chart, o)
				}
			}
			for _, o := range other {
				if !slices.Contains(one, o) {
					t.Errorf("%s: only helm has %s", chart, o)
				}
			}
			if len(one) != len(other) {
				t.Errorf("%s: %d objects, helm has %d", chart, len(one), len(other))
			}
		}
		if strings.Contains(got.stderr, "has no lines") {
			t.Errorf("%s: %s", chart, got.stderr)
		}
	}
	for name, sets := range chartsHere {
		for _, values := range sets {
			compare(t, root+"/testdata/charts/"+name, values)
		}
	}
	module, err := goTool(".", "list", "-m", "-f", "{{.Dir}}", "helm.sh/helm/v4")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	err = filepath.WalkDir(strings.TrimSpace(module), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "Chart.yaml" || d.IsDir() || strings.Contains(filepath.ToSlash(path), "/internal/chart/v3/") {
			return err
		}
		tried++
		compare(t, filepath.Dir(path), nil)
		return nil
	})
	if err != nil || tried < 50 {
		t.Errorf("%d charts of Helm's module were tried: %v", tried, err)
	}
}

// objectsOf are the objects of a text, each as JSON, but for Secrets.
func objectsOf(t *testing.T, text string) []string {
	t.Helper()
	var list []string
	for document := range strings.SplitSeq(text, "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(strings.TrimPrefix(document, "---\n")), &object); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if len(object) == 0 || object["kind"] == "Secret" {
			continue
		}
		data, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(data))
	}
	return list
}

// TestKustomizedCharts: a kustomization with helmCharts gives the answers of what kustomize makes of it
// with helm.
func TestKustomizedCharts(t *testing.T) {
	t.Parallel()
	self, err := mtlsctl()
	if err != nil {
		t.Fatal(err)
	}
	dir, environment := t.TempDir(), plain("HOME="+t.TempDir(), searched(self, helm(t), kustomize(t)))
	if err := os.CopyFS(dir, os.DirFS(root+"/testdata/charts")); err != nil {
		t.Fatal(err)
	}
	text := execute(t, dir, environment, kustomize(t), "build", "--enable-helm", "--load-restrictor", "LoadRestrictionsNone", "kustomized")
	if text.code != 0 {
		t.Fatalf("kustomize: %s", text.stderr)
	}
	write(t, filepath.Join(dir, "built.yaml"), text.stdout)
	for _, command := range [][]string{{"describe"}, {"connections"}, {"analyze", "--fail-on", "never", "--allow-incomplete", "-o", `jsonpath={range .items[*]}{.code} {.message}{"\n"}{end}`}} {
		ours := execute(t, dir, environment, self, append(command, "-k", "kustomized")...)
		theirs := execute(t, dir, environment, self, append(command, "-f", "built.yaml")...)
		if ours.code != theirs.code || ours.stdout != theirs.stdout || !strings.Contains(ours.stdout, "live") {
			t.Errorf("%v ends with %d, of what kustomize builds with %d\n%s\n%s\n%s", command, ours.code, theirs.code, ours.stdout, theirs.stdout, ours.stderr)
		}
	}
}
