package cmd

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

var manual = flag.String("man", "", "write the man pages into the folder `DIR`")

// commands are the program's, with those below them, without a terminal.
func commands(t *testing.T) []*cobra.Command {
	t.Helper()
	root := newRoot(console.Streams{Out: new(bytes.Buffer), Err: new(bytes.Buffer), In: new(bytes.Buffer), Env: func(string) string { return "" }, Now: time.Now})
	root.InitDefaultCompletionCmd()
	root.InitDefaultVersionFlag()
	var list []*cobra.Command
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		list = append(list, c)
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				add(sub)
			}
		}
	}
	add(root)
	if len(list) < 20 {
		t.Fatalf("only %d commands", len(list))
	}
	return list
}

// TestHelpFits: every line of a help fits 80 columns, but for examples, which are pasted, and
// every flag is in one group.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	for _, c := range commands(t) {
		about, rest, _ := strings.Cut(c.UsageString(), "\nExamples:\n")
		if c.HasExample() {
			_, rest, _ = strings.Cut(rest, c.Example)
		}
		for line := range strings.Lines(console.Paragraphs(c.Long, 80) + about + rest) {
			if line = strings.TrimSuffix(line, "\n"); len(line) > 80 {
				t.Errorf("help of %s: a line of %d columns: %s", c.CommandPath(), len(line), line)
			}
		}
		seen, grouped := map[string]int{}, 0
		for _, g := range console.FlagGroups(c) {
			g.Flags.VisitAll(func(f *pflag.Flag) { seen[f.Name]++; grouped++ })
		}
		for _, set := range []*pflag.FlagSet{c.LocalFlags(), c.InheritedFlags()} {
			set.VisitAll(func(f *pflag.Flag) {
				if seen[f.Name] != 1 && !f.Hidden {
					t.Errorf("help of %s lists --%s %d times", c.CommandPath(), f.Name, seen[f.Name])
				}
			})
		}
		if grouped == 0 {
			t.Errorf("help of %s lists no flags", c.CommandPath())
		}
	}
}

// TestReference compares docs/reference with the commands.
func TestReference(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "docs", "reference")
	want := map[string]string{}
	for _, c := range commands(t) {
		want[pageOf(c)] = reference(c)
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range want {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := map[string]string{}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(file)] = string(text)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("docs/reference differs from the commands (-page +command); make golden rewrites it\n%s", diff)
	}
}

// pageOf is the file of a command's page.
func pageOf(c *cobra.Command) string {
	if !c.HasParent() {
		return "index.md"
	}
	return strings.ReplaceAll(strings.TrimPrefix(c.CommandPath(), "mtlsctl "), " ", "-") + ".md"
}

// reference is the page of a command.
func reference(c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s## Usage\n\n```text\n%s\n```\n", c.CommandPath(), about(c), c.UseLine())
	if c.HasAvailableSubCommands() {
		b.WriteString("\n## Commands\n\n| command | what it does |\n|---|---|\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "| [%s](%s) | %s |\n", sub.Name(), pageOf(sub), inert(sub.Short))
			}
		}
	}
	if c.HasExample() {
		var lines []string
		for line := range strings.Lines(c.Example) {
			lines = append(lines, strings.TrimPrefix(line, "  "))
		}
		fmt.Fprintf(&b, "\n## Examples\n\n```sh\n%s\n```\n", strings.Join(lines, ""))
	}
	for _, g := range console.FlagGroups(c) {
		fmt.Fprintf(&b, "\n## %s\n\n| flag | default | what it does |\n|---|---|---|\n", g.Title)
		g.Flags.VisitAll(func(f *pflag.Flag) { b.WriteString(flagRow(f)) })
	}
	return b.String()
}

// about is the text of a help as Markdown.
func about(c *cobra.Command) string {
	if c.Long == "" {
		return c.Short + ".\n\n"
	}
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(c.Long), "\n\n") {
		switch system, heading := strings.CutPrefix(paragraph, "#### "); {
		case heading:
			b.WriteString("**" + system + "**\n\n")
		case console.Indented(paragraph):
			b.WriteString("```text\n" + strings.TrimPrefix(paragraph, "\t") + "\n```\n\n")
		default:
			b.WriteString(inert(console.Paragraphs(paragraph, 120)) + "\n")
		}
	}
	return b.String()
}

func flagRow(f *pflag.Flag) string {
	value, usage := pflag.UnquoteUsage(f)
	name := strings.TrimSpace("--" + f.Name + " " + value)
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	shown := ""
	if !slices.Contains([]string{"", "[]", "false", "0"}, f.DefValue) {
		shown = "`" + f.DefValue + "`"
	}
	return fmt.Sprintf("| `%s` | %s | %s |\n", name, shown, strings.ReplaceAll(inert(usage), "|", `\|`))
}

// inert is text in which Markdown sees no markup.
func inert(text string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`).Replace(text)
}

// TestManual writes a man page for each command, of the date in SOURCE_DATE_EPOCH: they are
// the same in every build.
func TestManual(t *testing.T) {
	t.Parallel()
	folder := *manual
	if folder == "" {
		folder = t.TempDir()
	}
	list := commands(t)
	list[0].DisableAutoGenTag = true
	for _, c := range list {
		paragraphs := strings.Split(c.Long, "\n\n")
		for i, p := range paragraphs {
			if console.Indented(p) {
				paragraphs[i] = "\t" + strings.ReplaceAll(p, "\n", "\n\t") // what Markdown leaves as it is
			}
		}
		c.Long = strings.Join(paragraphs, "\n\n")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := doc.GenManTree(list[0], &doc.GenManHeader{Section: "1", Source: "mtlsctl", Manual: "mtlsctl"}, folder); err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		text, err := os.ReadFile(filepath.Join(folder, strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"))
		if err != nil || !bytes.HasPrefix(text, []byte(".nh\n.TH")) || !bytes.Contains(text, []byte(".SH SYNOPSIS")) {
			t.Errorf("the man page of %s: %v\n%.200s", c.CommandPath(), err, text)
		}
	}
}
