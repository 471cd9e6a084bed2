package project_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/project"
)

// TestRefused: what a configuration cannot mean is refused with its line.
func TestRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ignroe: []":                                    "x.yaml:1: unknown key ignroe of the configuration: it has apiVersion, exceptions, failOn, ignore, kind, only, profile, severity, skip",
		"only: []\nonly: []":                            `x.yaml: not valid YAML: .*"only" already defined.*|x.yaml:2: only is defined twice`,
		"- a":                                           "x.yaml:1: the configuration is not a map with keys such as apiVersion",
		"failOn: soon":                                  `x.yaml:1: failOn "soon": want error, warning, info or never`,
		"profile: zero":                                 `x.yaml:1: unknown profile "zero": one of default, strict, migration`,
		"skip: [MTLS0101, MTLS9999]":                    `x.yaml:1: no check has the code "MTLS9999".*`,
		"severity: {MTLS0101: off}":                     `x.yaml:1: unknown severity "off": one of info, warning, error; skip turns a check off`,
		"severity: {MTLS0199: info}":                    `x.yaml:1: no check has the code "MTLS0199": did you mean .*`,
		"ignore:\n  - {code: MTLS0101}":                 "x.yaml:2: the ignore rule has no reason",
		"ignore:\n  - {reason: all of it}":              "x.yaml:2: the ignore rule would hide everything: set a code, kind, namespace, name or labels",
		"ignore:\n  - {name: '[', reason: b}":           `x.yaml:2: "\[" is not a pattern`,
		"ignore:\n  - {kind: Piano, reason: b}":         `x.yaml:2: kind "Piano" is not a kind that mtlsctl reads`,
		"ignore:\n  - {labels: 'a in', reason: b}":      "x.yaml:2: labels are a map, or words such as app=shop,tier!=db",
		"ignore:\n  - {name: a, reason: b, expires: x}": `x.yaml:2: expires "x": want a day, such as 2027-01-31`,
		"ignore:\n  - {name: [a], reason: b}":           "x.yaml:2: name of the ignore rule is not a word",
		"ignore: {a: b}":                                "x.yaml:1: want a list",
		"exceptions:\n  - {namespace: a}":               "x.yaml:2: the exception has no name",
		"exceptions:\n  - {namespace: a, name: b, mode: STRICT, owner: c, reason: d}":                    `x.yaml:2: mode "STRICT": the mode of an exception is PERMISSIVE or DISABLE`,
		"exceptions:\n  - {namespace: a, name: b, mode: DISABLE, owner: c, reason: d, ports: [a]}":       "x.yaml:2: ports of the exception are a list of numbers",
		"exceptions:\n  - {namespace: a, name: b, mode: DISABLE, owner: c, reason: d, expires: 31.1.27}": `x.yaml:2: expires "31.1.27": want a day, such as 2027-01-31`,
		"a: b: c":           "x.yaml: not valid YAML: mapping values are not allowed in this context",
		"only: []\n---\na:": "x.yaml:2: a second document: the configuration is one document",
	} {
		_, err := project.Parse("x.yaml", []byte(text))
		if err == nil || !regexp.MustCompile("^("+want+")$").MatchString(err.Error()) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// FuzzConfig: whatever .mtlsctl.yaml holds, it is read or refused in one line that names
// the file, and a rule or an exception that is read has all that one needs.
func FuzzConfig(f *testing.F) {
	f.Add([]byte("exceptions:\n  - {namespace: a, name: b, mode: DISABLE, owner: c, reason: d, ports: [80], expires: 2027-01-31}\n"))
	f.Add([]byte("# nothing\n"))
	f.Add([]byte("exceptions: &a\n  - *a\n"))
	f.Add([]byte("ignore:\n  - {code: MTLS0101, labels: {a: b}, reason: c}\nseverity: {MTLS0101: error}\nonly: [MTLS0101]\nfailOn: info\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := project.Parse("x.yaml", text)
		if err != nil {
			if message := err.Error(); !strings.HasPrefix(message, "x.yaml:") || strings.Contains(message, "project.") {
				t.Errorf("%q: the error names no place, or a name of Go's: %s", text, message)
			}
			return
		}
		for _, e := range c.Exceptions {
			if e.Namespace == "" || e.Name == "" || e.Owner == "" || e.Reason == "" || e.At.Line == 0 {
				t.Errorf("%q: read the exception %+v", text, e)
			}
		}
		for _, i := range c.Ignores {
			if i.Reason == "" || i.String() == "" || i.At.Line == 0 {
				t.Errorf("%q: read the rule %+v", text, i)
			}
		}
	})
}
