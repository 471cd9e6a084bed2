package main_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd"
)

var update = flag.Bool("update", false, "rewrite the README, and still compare")

var (
	consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)```")
	flagTable    = regexp.MustCompile(`(?s)<!-- flags ?([a-z-]*) -->\n(.*?)<!-- end -->`)
	catalogue    = regexp.MustCompile(`(?s)<!-- checks -->\n(.*?)<!-- end -->`)
	picture      = regexp.MustCompile("(?s)```mermaid\n.*?```")
	helpFlag     = regexp.MustCompile(`(?m)^ +(-\w, )? *(--[a-zA-Z-]+)(?: ([A-Z][A-Z,.]*)\S*)? {2,}(\S.*)$`)
)

// TestReadme runs the README's commands and compares what they print, its tables of
// flags with the commands' own, its table of checks with the catalogue, and its picture of
// the decision tree with the tree.
func TestReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := consoleBlock.ReplaceAllStringFunc(string(text), func(block string) string {
		return "```console\n" + transcript(t, consoleBlock.FindStringSubmatch(block)[1]) + "```"
	})
	want = flagTable.ReplaceAllStringFunc(want, func(block string) string {
		head, _, _ := strings.Cut(block, "\n")
		return head + "\n" + flags(t, flagTable.FindStringSubmatch(block)[1]) + "<!-- end -->"
	})
	want = catalogue.ReplaceAllLiteralString(want, "<!-- checks -->\n"+checkTable()+"<!-- end -->")
	want = picture.ReplaceAllLiteralString(want, "```mermaid\n"+advise.Mermaid()+"```")
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		text = []byte(want)
	}
	if diff := cmp.Diff(string(text), want); diff != "" {
		t.Errorf("README.md differs from what the commands print (-README +printed); make golden rewrites it\n%s", diff)
	}
}

// transcript runs the commands of a block.
func transcript(t *testing.T, block string) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(block) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		if !ok {
			continue
		}
		b.WriteString("$ " + command + "\n")
		if args, ours := arguments(command); ours {
			b.Write(run(t, args))
		} else if command != "make test" {
			t.Errorf("README.md shows a command that nobody runs: %s", command)
		}
	}
	return b.String()
}

func arguments(command string) ([]string, bool) {
	for _, self := range []string{"mtlsctl ", "go run . "} {
		if rest, ok := strings.CutPrefix(command, self); ok {
			return strings.Fields(rest), true
		}
	}
	return nil, false
}

// run returns what a person sees on a terminal: both streams, as they come. The
// clock ticks ten milliseconds a look.
func run(t *testing.T, args []string) []byte {
	t.Helper()
	var b bytes.Buffer
	now := time.Unix(0, 0)
	code := cmd.Main(args, cmd.Streams{
		Out: &b, Err: &b, In: new(bytes.Buffer), Env: func(string) string { return "" },
		Now: func() time.Time { now = now.Add(10 * time.Millisecond); return now },
	})
	if code > 1 { // 1 is what analyze ends with where it finds something
		t.Errorf("mtlsctl %v: exit code %d", args, code)
	}
	return b.Bytes()
}

// checkTable writes the catalogue as a table.
func checkTable() string {
	var b strings.Builder
	b.WriteString("| code | severity | what it finds |\n|---|---|---|\n")
	for _, c := range project.Catalogue() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Code, c.Severity, strings.ReplaceAll(c.Title, "|", "\\|"))
	}
	return b.String()
}

// flags writes the flags of describe as a table, or those of another command that
// describe does not have.
func flags(t *testing.T, command string) string {
	t.Helper()
	known := map[string]bool{}
	if command != "" {
		for _, m := range helpFlags(t, "describe") {
			known[m[2]] = true
		}
	} else {
		command = "describe"
	}
	var b strings.Builder
	b.WriteString("| flag | what it does |\n|---|---|\n")
	for _, m := range helpFlags(t, command) {
		if !known[m[2]] {
			word := strings.TrimSpace(m[1] + m[2] + " " + m[3])
			b.WriteString("| `" + word + "` | " + strings.ReplaceAll(m[4], "|", "\\|") + " |\n")
		}
	}
	return b.String()
}

func helpFlags(t *testing.T, command string) [][]string {
	t.Helper()
	found := helpFlag.FindAllStringSubmatch(string(run(t, []string{command, "--help"})), -1)
	if len(found) < 10 {
		t.Fatalf("only %d flags in the help of %s", len(found), command)
	}
	return found
}
