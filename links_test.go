package main_test

import (
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

var (
	fence       = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
	markdown    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading     = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	shellBlock  = regexp.MustCompile("(?s)```sh\n(.*?)```")
	ourCommand  = regexp.MustCompile(`(?:^|[|;] *|if ! |<\()mtlsctl ((?:'[^']*'|[^|;>)'\n])*)`)
)

// TestFrontPage: the README is one screen, and everything else is in docs.
func TestFrontPage(t *testing.T) {
	t.Parallel()
	if lines := strings.Count(page(t, frontPage), "\n"); lines > 150 {
		t.Errorf("%s has %d lines: 150 is the most, the rest goes to docs", frontPage, lines)
	}
}

// TestLinks: each link from one file of the repository to another leads to a file, and to a
// heading of it.
func TestLinks(t *testing.T) {
	t.Parallel()
	links := 0
	for _, name := range append(pages(t), "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md") {
		for _, m := range markdown.FindAllStringSubmatch(fence.ReplaceAllString(page(t, name), ""), -1) {
			if u, err := url.Parse(m[1]); err != nil || u.Scheme != "" {
				continue
			}
			links++
			if problem := deadLink(t, name, m[1]); problem != "" {
				t.Errorf("%s links to %s: %s", name, m[1], problem)
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links were followed", links)
	}
}

// deadLink is what is wrong with a link from a file, "" for nothing.
func deadLink(t *testing.T, from, link string) string {
	t.Helper()
	to, anchor, _ := strings.Cut(link, "#")
	if to = path.Join(path.Dir(from), to); strings.HasPrefix(link, "#") {
		to = from
	}
	if _, err := os.Stat(to); err != nil {
		return "no such file"
	}
	if anchor != "" && !slices.Contains(anchors(t, to), anchor) {
		return "no such heading; there are " + strings.Join(anchors(t, to), ", ")
	}
	return ""
}

// anchors are the names of the headings of a file, as GitHub and the site make them.
func anchors(t *testing.T, name string) (list []string) {
	t.Helper()
	text := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(page(t, name), "")
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		list = append(list, strings.ReplaceAll(notInAnchor.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return list
}

// TestBrokenLinks: a link to no file, and to no heading, is found.
func TestBrokenLinks(t *testing.T) {
	t.Parallel()
	for _, link := range []string{"docs/nowhere.md", "docs/versions.md#nowhere", "#nowhere"} {
		if deadLink(t, frontPage, link) == "" {
			t.Errorf("%s is not found to be broken", link)
		}
	}
	for _, link := range []string{"docs/versions.md", "docs/versions.md#what-differs", "#install"} {
		if problem := deadLink(t, frontPage, link); problem != "" {
			t.Errorf("%s: %s", link, problem)
		}
	}
}

// TestIndex: the index of docs leads to every page, and so does the README but for the reference.
func TestIndex(t *testing.T) {
	t.Parallel()
	for _, name := range pages(t)[1:] {
		link := "](" + strings.TrimPrefix(name, "docs/") + ")"
		if name != "docs/index.md" && !strings.HasPrefix(name, "docs/reference/") && !strings.Contains(page(t, "docs/index.md"), link) {
			t.Errorf("docs/index.md does not link to %s", name)
		}
	}
}

// TestShellBlocks: every command of mtlsctl in a block for a shell has flags that there are.
// Blocks with output are run, these name clusters and files of the reader's.
func TestShellBlocks(t *testing.T) {
	t.Parallel()
	commands := 0
	for _, name := range pages(t) {
		for _, block := range shellBlock.FindAllStringSubmatch(page(t, name), -1) {
			for _, m := range ourCommand.FindAllStringSubmatch(strings.ReplaceAll(block[1], "\n", ";"), -1) {
				commands++
				s, errs := quiet()
				if code := cmd.Main(append(typed(m[1]), "--help"), s); code != 0 {
					t.Errorf("%s: mtlsctl %s: %s", name, m[1], errs)
				}
			}
		}
	}
	if commands < 40 {
		t.Errorf("only %d commands were tried", commands)
	}
}

var word = regexp.MustCompile(`'[^']*'|[^\s']+`)

// typed are the words of a command line, without its comment.
func typed(line string) (args []string) {
	line, _, _ = strings.Cut(line, " #")
	for _, w := range word.FindAllString(line, -1) {
		args = append(args, strings.Trim(w, "'"))
	}
	return args
}
