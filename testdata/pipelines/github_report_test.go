package pipelines

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// logged is a line of act's log: a command that it recognised has its name.
type logged struct {
	Command, Arg, Content, Msg, Step, StepResult, JobResult string
	KVPairs                                                 map[string]string
}

// workflow lets act run what .github/workflows of a repository hold, on this machine, and
// returns its log.
func workflow(t *testing.T, dir, event string, args ...string) ([]logged, output) {
	t.Helper()
	got := execute(t, dir, plain("HOME="+t.TempDir()), act(t), append([]string{
		event, "--json", "-P", "ubuntu-latest=-self-hosted", "--no-cache-server", "--action-cache-path", t.TempDir(),
	}, args...)...)
	var log []logged
	for line := range strings.Lines(got.stdout) {
		var l logged
		if json.Unmarshal([]byte(line), &l) == nil {
			log = append(log, l)
		}
	}
	return log, got
}

// annotations are the findings among commands that a runner recognised.
func annotations(log []logged) []finding {
	var all []finding
	for _, l := range log {
		severity, ok := map[string]string{"error": "error", "warning": "warning", "notice": "info"}[l.Command]
		if !ok {
			continue
		}
		f := finding{Severity: severity, Code: strings.Fields(l.KVPairs["title"] + " -")[0], File: l.KVPairs["file"]}
		f.Line, _ = strconv.Atoi(l.KVPairs["line"])
		f.Message, f.Fix, _ = strings.Cut(l.Arg, "\nfix: ")
		all = append(all, f)
	}
	return all
}

// parseGitHub lets a runner read workflow commands.
func parseGitHub(t *testing.T, text string) []finding {
	t.Helper()
	dir := repository(t, map[string]string{
		"said": text,
		".github/workflows/say.yaml": `on: push
jobs:
  say:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: cat said
`,
	})
	log, got := workflow(t, dir, "push")
	if got.code != 0 {
		t.Fatalf("act ends with %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	return annotations(log)
}
