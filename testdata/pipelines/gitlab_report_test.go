package pipelines

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// issue is an entry of GitLab's code quality report: what its documentation demands.
type issue struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

var qualitySeverities = map[string]string{"info": "info", "minor": "info", "major": "warning", "critical": "error", "blocker": "error"}

// parseGitLab reads a report, and compares it with the types that others have written
// down for the format, and with what GitLab's documentation demands besides: one line of
// text, fingerprints of which no two are the same, and paths that begin at the top of the
// repository, without ./.
func parseGitLab(t *testing.T, text string) []finding {
	t.Helper()
	typed(t, text)
	var issues []issue
	d := json.NewDecoder(bytes.NewBufferString(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&issues); err != nil {
		t.Fatalf("-o gitlab: %v", err)
	}
	var all []finding
	seen := map[string]bool{}
	for _, i := range issues {
		if seen[i.Fingerprint] || i.Fingerprint == "" {
			t.Errorf("-o gitlab: fingerprint %q occurs twice", i.Fingerprint)
		}
		seen[i.Fingerprint] = true
		p := i.Location.Path
		if i.Description == "" || strings.Contains(i.Description, "\n") || filepath.IsAbs(p) || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") || i.Location.Lines.Begin < 1 {
			t.Errorf("-o gitlab: GitLab would not show %+v", i)
		}
		_, rest, _ := strings.Cut(i.Description, ": ")
		message, fix, _ := strings.Cut(rest, ". Fix: ")
		all = append(all, finding{Severity: qualitySeverities[i.Severity], Code: i.CheckName, File: p, Line: i.Location.Lines.Begin, Message: message, Fix: fix, Fingerprint: strings.TrimRight(i.Fingerprint, "-")})
	}
	return all
}

// typed lets the compiler of TypeScript compare a report with the types of Code Climate's
// issues, of which GitLab reads these members.
func typed(t *testing.T, text string) {
	t.Helper()
	modules, dir := npm(t, "codeclimate-types", "typescript"), t.TempDir()
	write(t, filepath.Join(dir, "tsconfig.json"), `{
  "compilerOptions": {"noEmit": true, "strict": true, "module": "nodenext", "types": [], "paths": {"*": ["`+modules+`/*"]}},
  "files": ["report.ts"]
}`)
	write(t, filepath.Join(dir, "report.ts"), `import type { Issue, Location } from "codeclimate-types";
type Read = Required<Pick<Issue, "description" | "check_name" | "fingerprint" | "severity">> &
  { location: { path: Location["path"]; lines: Pick<Extract<Location, { lines: unknown }>["lines"], "begin"> } };
export const report: Read[] = `+text+";\n")
	got := execute(t, dir, plain(), "node", filepath.Join(modules, "typescript", "bin", "tsc"), "--project", ".")
	if got.code != 0 {
		t.Errorf("-o gitlab is not what codeclimate-types describes:\n%s%s", got.stdout, got.stderr)
	}
}
