package pipelines

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGitLab runs the job of docs with gitlab-ci-local, which first compares the
// file with GitLab's own schema. This machine's shell stands in for the image, with the
// folder on its PATH that go install writes to, as in the image.
func TestGitLab(t *testing.T) {
	t.Parallel()
	needs(t, "bash", "git", "rsync")
	modules, gopath := npm(t, "gitlab-ci-local"), t.TempDir()
	dir := repository(t, map[string]string{".gitlab-ci.yml": example(t, "gitlab")})
	environment := append(plain("HOME="+t.TempDir(), searched(filepath.Join(gopath, "bin", "mtlsctl"))), goProxy(t, gopath)...)
	got := execute(t, dir, environment, "node", filepath.Join(modules, "gitlab-ci-local", "src", "index.js"), "--force-shell-executor")
	if got.code != 1 || !strings.Contains(got.stdout+got.stderr, "json schema validated") {
		t.Fatalf("docs, pipeline gitlab: deploy/ has errors, and the pipeline ends with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	want := parseReport(t, analyze(t, dir, "-f", "deploy/", "-o", "json").stdout).findings()
	if diff := cmp.Diff(sorted(without(want, namespace)), sorted(parseGitLab(t, read(t, dir+"/gl-code-quality-report.json")))); diff != "" {
		t.Errorf("docs, pipeline gitlab: codequality differs from -o json (-json +gitlab)\n%s", diff)
	}
	if cases := parseJUnit(t, read(t, dir+"/junit.xml")); len(cases) != len(want) {
		t.Errorf("docs, pipeline gitlab: junit has %d findings, -o json %d", len(cases), len(want))
	}
}
