package cmd_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

// TestChecksSpeakOfCommandsThatExist: what a finding, or its page, tells people to type can
// be typed.
func TestChecksSpeakOfCommandsThatExist(t *testing.T) {
	t.Parallel()
	commands := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z-]+) +\S`).FindAllStringSubmatch(printed(t, "help"), -1) {
		commands[m[1]] = true
	}
	texts := map[string]string{}
	for _, c := range project.Catalogue() {
		texts[c.Code] = c.Why + " " + c.Fix
	}
	fixtures, err := filepath.Glob("../testdata/checks/*.yaml")
	if err != nil || len(fixtures) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, f := range fixtures {
		var report struct {
			Items []struct{ Code, Message, Fix string } `json:"items"`
		}
		if err := json.Unmarshal([]byte(printed(t, "analyze", "-f", f, "--fail-on", "never", "-o", "json")), &report); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for _, i := range report.Items {
			texts[i.Code] += " " + i.Message + " " + i.Fix
		}
	}
	for code, text := range texts {
		for _, m := range regexp.MustCompile(`mtlsctl ([a-z][a-z-]*)`).FindAllStringSubmatch(text, -1) {
			if !commands[m[1]] {
				t.Errorf("%s speaks of mtlsctl %s, which is no command", code, m[1])
			}
		}
	}
}

// printed is what a command writes to its standard output.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, err bytes.Buffer
	now := time.Unix(0, 0)
	if code := cmd.Main(args, console.Streams{Out: &out, Err: &err, In: strings.NewReader(""), Env: func(string) string { return "" }, Now: func() time.Time { return now }}); code > 1 && code != 3 {
		t.Fatalf("mtlsctl %v: exit code %d: %s", args, code, err.String())
	}
	return out.String()
}
