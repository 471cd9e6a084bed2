package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Head is what a document says that it is.
type Head struct{ APIVersion, Kind string }

// headOf is what an object says. What is no string says nothing, as for kubectl.
func headOf(n *yaml.Node) Head { return Head{word(n, "apiVersion"), word(n, "kind")} }

// word is the text of a key that is a string, "" when it is not set or none.
func word(n *yaml.Node, path ...string) string {
	n = Child(n, path...)
	if n == nil || n.Kind != yaml.ScalarNode || notAString(n) != "" {
		return ""
	}
	return n.Value
}

// misspelt reports an apiVersion that is none.
func (h Head) misspelt() bool { return strings.Count(h.APIVersion, "/") > 1 }

// Group is the API group, "" for the core group.
func (h Head) Group() string {
	group, _, found := strings.Cut(h.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// in is what an item of a list is: one that says nothing of it is what the list says.
func (h Head) in(list Head) Head {
	if h == (Head{}) {
		return list
	}
	return h
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
