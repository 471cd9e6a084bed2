package manifest

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// engine is what has to fill in a document before it is a Kubernetes object. The zero
// engine is one of those with braces: Helm's and Go's {{ }}, Jinja's {% %}.
type engine string

const (
	braces   engine = ""
	ytt      engine = "ytt"
	chainsaw engine = "chainsaw"
)

// nouns name a document of the engine, and several.
var nouns = map[engine][2]string{
	braces:   {"document is a template", "documents are templates"},
	ytt:      {"document is a ytt template", "documents are ytt templates"},
	chainsaw: {"document belongs to a Chainsaw test", "documents belong to Chainsaw tests"},
}

// hintOf says how the documents of an engine become objects.
func (e engine) hint(dir string) string {
	switch {
	case e == ytt:
		return "ytt -f DIR | mtlsctl analyze -f - reads the output of ytt"
	case e == chainsaw:
		return "Chainsaw fills them in when the test runs: exclude the directory of the tests"
	case dir != "":
		return "--helm " + shell.Word(dir) + ",VALUES renders it with a file of values"
	}
	return "render them first and read the output with -f -"
}

// yttLine is a comment that ytt reads: #@ and code, or #@module/annotation.
var yttLine = regexp.MustCompile(`#@(?:[ \t]|[a-z]+/[a-z])`)

// fills is the engine that has to fill in a text that is YAML all the same. found is false
// for a document that is what it says.
func fills(d Document, n *yaml.Node, h Head) (e engine, found bool) {
	switch {
	case bytes.Contains(d.Data, []byte("#@")) && yttLine.Match(d.Data):
		return ytt, true
	case strings.HasPrefix(h.APIVersion, "chainsaw.kyverno.io/"):
		return chainsaw, true
	}
	if n == nil {
		return braces, false
	}
	named := Scalar(n, "metadata", "name") + Scalar(n, "metadata", "namespace")
	switch {
	case strings.HasPrefix(Scalar(n, "metadata", "name"), "(") || strings.HasPrefix(Scalar(n, "metadata", "namespace"), "("):
		return chainsaw, true // a name of Kubernetes never begins so: an expression of the test
	case strings.Contains(named, "{{"):
		return braces, true
	}
	return braces, false
}

// mayHoldObjects tells a template that may make Kubernetes objects from other text with
// braces in it, such as a workflow or a playbook.
func mayHoldObjects(d Document) bool {
	chart := strings.Contains(filepath.ToSlash(d.file), "templates/")
	return chart || kindLine.Match(d.Data) || apiVersionLine.Match(d.Data)
}

// A line begins wherever YAML says so, and a key may have a tag or an anchor.
var (
	kindLine       = keyLine("kind")
	apiVersionLine = keyLine("apiVersion")
)

func keyLine(key string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)(?:^|[\r\x{85}\x{2028}\x{2029}])[ \t-]*(?:[!&]\S*[ \t]+)*["']?` + key + `["']?[ \t]*:`)
}

// SettleNameless are the objects without a name that are problems: a fragment beside a
// Chainsaw test is what the test compares with, and nobody applies it.
func SettleNameless(nameless []resolve.Problem, marks []Mark) (problems []resolve.Problem, all []Mark) {
	tests := map[string]bool{}
	for _, m := range marks {
		if m.class == markTemplate && engine(m.word) == chainsaw {
			tests[filepath.Dir(m.at.File)] = true
		}
	}
	for _, p := range nameless {
		if tests[filepath.Dir(p.Position.File)] {
			marks = append(marks, Mark{markTemplate, p.Position, string(chainsaw)})
			continue
		}
		problems = append(problems, p)
	}
	return problems, marks
}
