package pipelines

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rhysd/actionlint"
)

// What needs the network is given to act from these folders. actions/checkout needs
// nothing: act copies the work tree. Go is there already, so that of actions/setup-go only
// the folder that go install writes to remains; instead of uploading, the file is kept,
// the inputs of both being those that docs gives.
const (
	setupGo = `name: setup-go
inputs: {go-version: {required: true}, cache: {required: true}}
runs:
  using: composite
  steps:
    - run: echo "$(go env GOPATH)/bin" >> "$GITHUB_PATH"
      shell: bash
`
	uploadSARIF = `name: upload-sarif
inputs: {sarif_file: {required: true}, category: {required: true}}
runs:
  using: composite
  steps:
    - run: cp "${{ inputs.sarif_file }}" "$UPLOADED"
      shell: bash
`
)

// TestGitHub checks the workflow of docs with actionlint and runs it with act.
func TestGitHub(t *testing.T) {
	t.Parallel()
	needs(t, "bash")
	text := example(t, "github")
	lint(t, text)
	dir, actions, gopath := repository(t, map[string]string{".github/workflows/mtls.yaml": text}), t.TempDir(), t.TempDir()
	write(t, filepath.Join(actions, "setup", "action.yml"), setupGo)
	write(t, filepath.Join(actions, "codeql", "upload-sarif", "action.yml"), uploadSARIF)
	uploaded := filepath.Join(actions, "uploaded.sarif")
	args := []string{
		"--local-repository", uses(t, text, "actions/setup-go") + "=" + filepath.Join(actions, "setup"),
		"--local-repository", strings.Replace(uses(t, text, "github/codeql-action/upload-sarif"), "/upload-sarif", "", 1) + "=" + filepath.Join(actions, "codeql"),
		"--env", "UPLOADED=" + uploaded,
	}
	for _, v := range goProxy(t, gopath) {
		args = append(args, "--env", v)
	}
	log, got := workflow(t, dir, "pull_request", args...)
	if got.code == 0 || !slices.ContainsFunc(log, func(l logged) bool { return l.JobResult == "failure" }) {
		t.Fatalf("docs, pipeline github: deploy/ has errors, and the workflow ends with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	for _, l := range log {
		if ours := strings.HasPrefix(l.Step, "mtlsctl "); l.StepResult != "" && (l.StepResult == "failure") != ours {
			t.Errorf("docs, pipeline github: step %s: %s\n%s", l.Step, l.StepResult, got.stdout)
		}
	}
	want := parseReport(t, analyze(t, dir, "-f", "deploy/", "-o", "json").stdout).findings()
	if diff := cmp.Diff(sorted(without(want, namespace)), sorted(parseSARIF(t, read(t, uploaded)))); diff != "" {
		t.Errorf("docs, pipeline github: what is uploaded differs from -o json (-json +uploaded)\n%s", diff)
	}
	if diff := cmp.Diff(sorted(without(want, namespaceAndMark)), sorted(annotations(log))); diff != "" {
		t.Errorf("docs, pipeline github: annotations differ from -o json (-json +annotated)\n%s", diff)
	}
	summary := slices.IndexFunc(log, func(l logged) bool { return l.Command == "summary" })
	if summary < 0 || len(parseMarkdown(t, log[summary].Content)) != len(want) {
		t.Errorf("docs, pipeline github: the step's summary does not have the %d findings", len(want))
	}
}

// lint lets actionlint judge a workflow, with what it knows of the inputs of actions.
func lint(t *testing.T, text string) {
	t.Helper()
	l, err := actionlint.NewLinter(t.Output(), &actionlint.LinterOptions{Shellcheck: "", Pyflakes: ""})
	if err != nil {
		t.Fatal(err)
	}
	found, err := l.Lint(".github/workflows/mtls.yaml", []byte(text), nil)
	if err != nil || len(found) > 0 {
		t.Errorf("docs, pipeline github: actionlint finds %v, %v", found, err)
	}
}

// uses is an action with the version that a workflow names.
func uses(t *testing.T, text, action string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "uses: "+action+"@")
	if !ok {
		t.Fatalf("docs, pipeline github does not use %s", action)
	}
	return action + "@" + strings.Fields(rest)[0]
}
