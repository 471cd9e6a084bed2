package main_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd"
)

var update = flag.Bool("update", false, "rewrite the README and the pages of docs, and still compare")

var (
	consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)```")
	flagTable    = regexp.MustCompile(`(?s)<!-- flags ?([a-z-]*) -->\n(.*?)<!-- end -->`)
	catalogue    = regexp.MustCompile(`(?s)<!-- checks -->\n(.*?)<!-- end -->`)
	schemaList   = regexp.MustCompile(`(?s)<!-- schemas -->\n(.*?)<!-- end -->`)
	picture      = regexp.MustCompile("(?s)```mermaid\n.*?```")
	continued    = regexp.MustCompile(`\n {12,}(\S)`)
	helpFlag     = regexp.MustCompile(`(?m)^ +(-\w, )? *(--[a-zA-Z-]+)(?: ([A-Z][A-Z,.]*)\S*)? {2,}(\S.*)$`)
)

// frontPage is what a newcomer reads first.
const frontPage = "README.md"

// pages are the README and the pages of docs.
func pages(t *testing.T) []string {
	t.Helper()
	list := []string{frontPage}
	err := filepath.WalkDir("docs", func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			list = append(list, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPages runs the commands of the README and of docs and compares what they print, their
// tables of flags with the commands' own, the table of checks with the catalogue, the list of
// schemas with the folder, and the picture of the decision tree with the tree.
func TestPages(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, name := range pages(t) {
		text := page(t, name)
		all.WriteString(text)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := written(t, name, text)
			if *update && want != text {
				if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(text, want); diff != "" {
				t.Errorf("%s differs from what the commands print (-page +printed); make golden rewrites it\n%s", name, diff)
			}
		})
	}
	for _, part := range []struct {
		is    *regexp.Regexp
		least int
	}{{consoleBlock, 20}, {flagTable, 9}, {catalogue, 1}, {schemaList, 1}, {picture, 1}} {
		if found := len(part.is.FindAllString(all.String(), -1)); found < part.least {
			t.Errorf("%d parts of the pages match %s, want at least %d", found, part.is, part.least)
		}
	}
}

// written is a page with what it shows of the program as the program has it now.
func written(t *testing.T, name, text string) string {
	t.Helper()
	if name != libraryName { // whose commands another test runs
		text = consoleBlock.ReplaceAllStringFunc(text, func(block string) string {
			return "```console\n" + transcript(t, name, consoleBlock.FindStringSubmatch(block)[1]) + "```"
		})
	}
	text = flagTable.ReplaceAllStringFunc(text, func(block string) string {
		head, _, _ := strings.Cut(block, "\n")
		return head + "\n" + flags(t, flagTable.FindStringSubmatch(block)[1]) + "<!-- end -->"
	})
	text = catalogue.ReplaceAllLiteralString(text, "<!-- checks -->\n"+checkTable()+"<!-- end -->")
	text = schemaList.ReplaceAllLiteralString(text, "<!-- schemas -->\n"+schemas(t)+"<!-- end -->")
	return picture.ReplaceAllLiteralString(text, "```mermaid\n"+advise.Mermaid()+"```")
}

// schemas lists the schemas of machine output.
func schemas(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("render/schema/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	var b strings.Builder
	for _, file := range files {
		fmt.Fprintf(&b, "- [%s](../%s)\n", strings.TrimSuffix(filepath.Base(file), ".json"), filepath.ToSlash(file))
	}
	return b.String()
}

// transcript runs the commands of a block of a page.
func transcript(t *testing.T, name, block string) string {
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
		} else {
			t.Errorf("%s shows a command that nobody runs: %s", name, command)
		}
	}
	return b.String()
}

func arguments(command string) ([]string, bool) {
	rest, ours := strings.CutPrefix(command, "mtlsctl ")
	return strings.Fields(rest), ours
}

// run returns what a person sees on a terminal: both streams, as they come. The
// clock ticks ten milliseconds a look.
func run(t *testing.T, args []string) []byte {
	t.Helper()
	var b bytes.Buffer
	now := time.Unix(0, 0)
	code := cmd.Main(args, cmd.Streams{
		Out: &b, Err: &b, In: new(bytes.Buffer), Env: func(string) string { return "" }, Verbose: true,
		Now: func() time.Time { now = now.Add(10 * time.Millisecond); return now },
	})
	if code > 1 { // 1 is what analyze ends with where it finds something
		t.Errorf("mtlsctl %v: exit code %d", args, code)
	}
	return b.Bytes()
}

// quiet are streams that nobody reads but for the errors.
func quiet() (cmd.Streams, *bytes.Buffer) {
	errs := new(bytes.Buffer)
	return cmd.Streams{Out: new(bytes.Buffer), Err: errs, In: new(bytes.Buffer), Env: func(string) string { return "" }, Now: time.Now}, errs
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
	help := continued.ReplaceAllString(string(run(t, []string{command, "--help"})), " $1")
	found := helpFlag.FindAllStringSubmatch(help, -1)
	slices.SortFunc(found, func(a, b []string) int { return strings.Compare(a[2], b[2]) })
	if len(found) < 10 {
		t.Fatalf("only %d flags in the help of %s", len(found), command)
	}
	return found
}
