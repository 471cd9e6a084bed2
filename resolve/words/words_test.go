package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
)

// causes are the constants of type Cause that package resolve declares.
func causes(t *testing.T) map[resolve.Cause]string {
	t.Helper()
	files, _ := filepath.Glob("../cause*.go")
	found := map[resolve.Cause]string{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Cause") {
				return true
			}
			word, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if other := found[resolve.Cause(word)]; other != "" {
				t.Errorf("%s and %s are one word, %q", other, spec.Names[0].Name, word)
			}
			found[resolve.Cause(word)] = spec.Names[0].Name
			return true
		})
	}
	return found
}

var (
	wordForm = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	ruleForm = regexp.MustCompile(`^(=?([1-9][0-9]?[A-D]?(\.[1-9][0-9]?)*[a-e]?)?|&)$`)
)

// TestEveryCauseIsTold: a cause without a sentence would be printed as nothing, and a
// sentence without a cause is never printed.
func TestEveryCauseIsTold(t *testing.T) {
	t.Parallel()
	declared := causes(t)
	if len(declared) < 200 {
		t.Fatalf("only %d causes found: the test reads the wrong files", len(declared))
	}
	for c, name := range declared {
		if !Known(c) {
			t.Errorf("resolve.%s has no sentence", name)
			continue
		}
		if !wordForm.MatchString(string(c)) || !ruleForm.MatchString(table[c].rule) {
			t.Errorf("resolve.%s: word %q, rule %q", name, c, table[c].rule)
		}
		if number := strings.Trim(table[c].rule, ofBase+ofBeside); number != "" {
			if _, ok := rulebook.Find(number); !ok {
				t.Errorf("resolve.%s rests on rule %s, which resolve/rulebook does not have", name, number)
			}
		}
		if text := table[c].sentence; text == "" && c != resolve.CauseApplies || strings.Count(text, "<") != strings.Count(text, ">") || strings.HasSuffix(text, ".") {
			t.Errorf("resolve.%s is told as %q", name, text)
		}
		for _, text := range []string{Because(resolve.Reason{Cause: c}), Brief(resolve.Reason{Cause: c})} { // no value is unknown
			if strings.ContainsAny(text, "{}<>") {
				t.Errorf("resolve.%s is told as %q", name, text)
			}
		}
	}
	for c := range table {
		if declared[c] == "" {
			t.Errorf("%q is told, and nothing has that cause", c)
		}
	}
}

// TestKeyStays: fingerprints of older versions are of these sentences, so that a baseline goes on
// to hold.
func TestKeyStays(t *testing.T) {
	t.Parallel()
	excluded := resolve.Reason{Cause: resolve.CausePortExcluded}.Numbered(8080)
	if got := Key(excluded); got != "annotation excludeOutboundPorts keeps port 8080 from the proxy" || got == Because(excluded) {
		t.Errorf("the key is %q", got)
	}
	for c := range formerly {
		if r := (resolve.Reason{Cause: c}); !Known(c) || formerly[c] == table[c].sentence {
			t.Errorf("%q is told as it was: %q", c, Because(r))
		}
	}
}
