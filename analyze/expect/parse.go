package expect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/analyze/yamlnode"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// The head of a test.
const (
	APIVersion = "mtlsctl.io/v1alpha1"
	Kind       = "MeshTest"
)

// Test is one document of kind MeshTest.
type Test struct {
	// Name is metadata.name, "" without one.
	Name string
	At   resolve.Position
	// Files and Kustomize are what it is about, relative to its own file; none of either
	// is the directory that it is in.
	Files, Kustomize []string
	// The rest is what the flags of the same names say.
	Namespace, RootNamespace, MeshConfig   string
	AssumeInjected, AssumeNaked, Revisions []string
	Expectations                           []Expectation
}

// Parse reads the tests of a file; other documents are passed over. Errors begin with
// file and line.
func Parse(file string, text []byte) ([]*Test, error) {
	if !bytes.Contains(text, []byte(Kind)) {
		return nil, nil
	}
	var out []*Test
	d := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var n yaml.Node
		err := d.Decode(&n)
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil && len(out) == 0 && !bytes.Contains(text, []byte("kind: "+Kind)):
			return nil, nil // no YAML of ours
		case err != nil:
			return nil, fmt.Errorf("%s: not valid YAML: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
		case len(n.Content) == 0 || !isTest(n.Content[0]):
			continue
		}
		t, err := newTest(file, n.Content[0])
		if err != nil {
			return nil, fmt.Errorf("%s:%w", file, err)
		}
		out = append(out, t)
	}
}

func isTest(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "kind" {
			return n.Content[i+1].Value == Kind
		}
	}
	return false
}

var testKeys = []string{
	"expect", "apiVersion", "kind", "metadata", "files", "kustomize", "namespace", "rootNamespace", "meshConfig",
	"assumeInjected", "assumeNotInjected", "assumeNaked", "revisions",
}

func newTest(file string, n *yaml.Node) (*Test, error) {
	t := &Test{At: resolve.Position{File: file, Line: n.Line}}
	w, err := yamlnode.Texts(n, "the test", testKeys, map[string]func(*yaml.Node) error{
		"expect":            func(n *yaml.Node) error { return yamlnode.Each(n, t.addExpectation) },
		"metadata":          func(n *yaml.Node) error { return t.readMetadata(n) },
		"files":             listed(&t.Files),
		"kustomize":         listed(&t.Kustomize),
		"assumeInjected":    listed(&t.AssumeInjected),
		"assumeNotInjected": listed(&t.AssumeNaked),
		"assumeNaked":       listed(&t.AssumeNaked), // the old name
		"revisions":         listed(&t.Revisions),
	})
	if err != nil {
		return nil, err
	}
	t.Namespace, t.RootNamespace, t.MeshConfig = w["namespace"], w["rootNamespace"], w["meshConfig"]
	switch {
	case w["apiVersion"] != APIVersion:
		return nil, fmt.Errorf("%d: apiVersion %q of the test: want %s", n.Line, w["apiVersion"], APIVersion)
	case len(t.Expectations) == 0:
		return nil, fmt.Errorf("%d: the test has no expectations", n.Line)
	}
	return t, nil
}

func (t *Test) readMetadata(n *yaml.Node) error {
	var m struct {
		Name string `yaml:"name"`
	}
	if err := n.Decode(&m); err != nil {
		return fmt.Errorf("%d: metadata has a name", n.Line)
	}
	t.Name = m.Name
	return nil
}

// words reads a list of words.
func listed(into *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		return yamlnode.Each(n, func(item *yaml.Node) error {
			if item.Kind != yaml.ScalarNode || item.Value == "" {
				return fmt.Errorf("%d: want a list of words", item.Line)
			}
			*into = append(*into, item.Value)
			return nil
		})
	}
}
