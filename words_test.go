package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// retired are phrases that an operator would not write, each with what is written instead. The
// texts that people read have none of them: strings, recorded output, the README and the docs.
var retired = []struct{ pattern, instead string }{
	{`serves? (a|the|which|another|what|its) mode|modes? (it|they) serves?|\bserves? (STRICT|PERMISSIVE|DISABLE|plaintext)\b|would serve`, "effective mode"},
	{`(takes?|sends?) what\b|takes? both|\btakes? (plaintext|mTLS|TLS|only|HBONE)\b`, "accepts mTLS and plaintext"},
	{`says|tells?|told|tell`, "shows, has, sets, lists"},
	{`argue[sd]?|argu(ing|ment of)|aloud`, "explains step by step"},
	{`in (the|its|their|somebody's|whose) way\b`, "blocks"},
	{`lets?( \w+)? in\b`, "allows"},
	{`by now|shall|meant|graver|naked|as it shall be`, "already; must; intended; more severe; without a sidecar"},
	{`nobody|somebody (knows|looked)|nothing says`, "unknown; no client"},
	{`known to call`, "known client, declared client"},
	{`led (through|into|past)|kept from|keeps? \S+ from (the|its) (proxy|sidecar)`, "captured; excluded from capture"},
	{`bears? on`, "related controls"},
	{`the house\b|the rooms`, "package"},
	{`a hit\b`, "a match"},
	{`spoke about|speaks? about|speaks? of|what lost|lost to`, "matches; overridden by"},
	{`walks?( \w+)* aloud|walks? the decision`, "prints each step of the decision"},
	{`looked at`, "checked, searched, used"},
	{`written differently|the search ends`, "cosmetic change; a match was already found"},
	{`(it|proxy|proxies|client|clients|sidecar) knows? the host`, "the host is visible to the client"},
	{`is taken for|are taken for`, "is treated as; protocol HTTP, from the port name"},
	{`counts? (ports|by (Service|container))`, "uses container ports, uses Service ports"},
	{`nothing, if`, "ignore if intended"},
	{`without an identity that is denied|comes? in at`, "no mTLS identity, so RBAC denies the call"},
	{`takes? (it|them|(the|its) \w+) (away|off)|taken away`, "remove"},
	{`gives? (\S+ ){1,3}(native )?sidecars?`, "inject a sidecar into"},
	{`heard of|was told`, "all proxies are in sync"},
	{`(not|no) whole|whole answer`, "incomplete"},
	{`stands? (before|in front|behind|between|beside|above|in front of)`, "handles; is in"},
	{`carr(y|ies|ied) (it |them |\w+ )?out`, "enforces"},
	{`pass(es|ed)? (the|its|their|a|by) ((proxy|sidecar|proxies) by\b|proxy\b by)`, "bypasses"},
	{`(passed through|passed on|sent|taken|leaves?|goes?|forwarded) as (it is|it stands|they are|they stand)`, "unchanged"},
	{`never fires|fires for`, "never matches"},
	{`outside of`, "outside"},
	{`goes before`, "overrides"},
	{`put underneath|left out of it`, "merged below"},
}

// legitimate are texts in which a retired phrase is right: the file, a part of the text, or "" for
// all of the file, and why.
var legitimate = []struct{ file, text, why string }{
	{"resolve/words/former.go", "", "what fingerprints of older versions are made of; never shown"},
	{"analyze/checks/mtls0506", "any other is taken for a character", "the cause's word for machines, as older versions wrote it"},
	{"docs/library.md", "Filter.Naked", "a name of Go"},
	{"resolve/source/traffic/", "# these report, and nobody else:", "a line of the CSV format, which older versions wrote"},
	{"render/schema/", "Says is", "the name of a field"},
}

// reads reports the retired phrases of a text that people read.
func reads(file, text string) (found []string) {
	for _, l := range legitimate {
		switch {
		case !strings.HasPrefix(file, l.file):
		case l.text == "":
			return nil
		default:
			text = strings.ReplaceAll(text, l.text, "")
		}
	}
	for i, pattern := range retiredPatterns {
		if phrase := pattern.FindString(text); phrase != "" {
			found = append(found, fmt.Sprintf("%q (write: %s)", phrase, retired[i].instead))
		}
	}
	return found
}

var (
	retiredPatterns = compiled()
	// names are keys and words for machines in recorded output: "says":, nobody-listens.
	names       = regexp.MustCompile(`^\s*"[a-z][A-Za-z]*",?$|"?\b[A-Za-z]+"?:(\s|$)|\b[a-z]+(-[a-z]+)+\b`)
	machineWord = regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)
)

func compiled() []*regexp.Regexp {
	var list []*regexp.Regexp
	for _, r := range retired {
		list = append(list, regexp.MustCompile(`(?i)\b(`+r.pattern+`)\b`))
	}
	return list
}

// TestWords: nothing that people read uses a phrase that is not ours any more.
func TestWords(t *testing.T) {
	t.Parallel()
	texts := 0
	report := func(file string, line int, text string) {
		texts++
		for _, f := range reads(file, text) {
			t.Errorf("%s:%d: %s", file, line, f)
		}
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if d.Name() == ".git" || path == "bin" || path == ".ci" || strings.HasPrefix(path, "testdata") && strings.Count(path, "/") > 0 && !recorded(path) {
				return filepath.SkipDir
			}
			return nil
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasPrefix(path, "testdata"):
			return literals(path, report)
		case path == "README.md" || path == "SECURITY.md" || strings.HasPrefix(path, "docs/"), recorded(filepath.Dir(path)) && !world(path):
			return lines(path, report)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if texts < 10000 {
		t.Errorf("only %d texts were read", texts)
	}
}

// recorded are the folders of output that tests compare with.
func recorded(folder string) bool {
	for _, name := range []string{"testdata/script", "testdata/render", "testdata/plan", "testdata/diff", "render/schema"} {
		if folder == name {
			return true
		}
	}
	return false
}

// literals reports the strings of a file of Go, but for imports and the tags of structures.
func literals(path string, report func(string, int, string)) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			if n.Tag != nil {
				n.Tag = nil
			}
		case *ast.BasicLit: // a name such as client-without-sidecar is for machines
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && !machineWord.MatchString(text) {
				report(path, set.Position(n.Pos()).Line, text)
			}
		}
		return true
	})
	return nil
}

// lines reports the lines of a text file; of a script those of recorded output.
func lines(path string, report func(string, int, string)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	script := strings.HasSuffix(path, ".txtar")
	output := !script
	for i, line := range bytes.Split(text, []byte("\n")) {
		if script && bytes.HasPrefix(line, []byte("-- ")) { // a part with an extension is input
			output = !bytes.Contains(line, []byte("."))
		} else if output {
			report(path, i+1, names.ReplaceAllString(string(line), ""))
		}
	}
	return nil
}

// TestWordsFindsWhatIsPlanted: each phrase is found in a string and in a page.
func TestWordsFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"shows which mode it serves", "it says so", "the call is argued", "stands in the way of STRICT", "lets it in", "by now", "as it shall be", "if it is meant", "nobody knows",
		"is known to call it", "led through the agent", "kept from the sidecar", "a naked client", "graver", "bears on PCI DSS", "the house, the rooms", "ends with a hit",
		"policies that spoke about it", "what lost to it", "takes both by now", "give web a sidecar", "take the annotation away", "every proxy has heard of it",
	} {
		if len(reads("planted", text)) == 0 {
			t.Errorf("%q is not found", text)
		}
	}
	file := filepath.Join(t.TempDir(), "planted.go")
	if err := os.WriteFile(file, []byte("package planted\n\nvar text = \"nobody looked who really calls it\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	found := 0
	if err := literals(file, func(file string, line int, text string) { found += len(reads(file, text)) * line }); err != nil || found == 0 {
		t.Errorf("a planted string is not found: %v", err)
	}
}

// world reports a file that a plan is made of: it is read, not printed.
func world(path string) bool {
	return strings.HasPrefix(path, "testdata/plan/") && strings.HasSuffix(path, ".yaml")
}
