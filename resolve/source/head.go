package source

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// head is what a document says that it is.
type head struct{ apiVersion, kind string }

// headOf is what an object says. What is no string says nothing, as for kubectl.
func headOf(n *yaml.Node) head { return head{word(n, "apiVersion"), word(n, "kind")} }

// word is the text of a key that is a string, "" when it is not set or none.
func word(n *yaml.Node, path ...string) string {
	n = child(n, path...)
	if n == nil || n.Kind != yaml.ScalarNode || notAString(n) != "" {
		return ""
	}
	return n.Value
}

// misspelt reports an apiVersion that is none.
func (h head) misspelt() bool { return strings.Count(h.apiVersion, "/") > 1 }

// group is the API group, "" for the core group.
func (h head) group() string {
	group, _, found := strings.Cut(h.apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

// in is what an item of a list is: one that says nothing of it is what the list says.
func (h head) in(list head) head {
	if h == (head{}) {
		return list
	}
	return h
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
