// Package topics holds what `mtlsctl explain` says about Istio's mTLS: one file
// each for a mode or an idea. The texts follow the rule book of Istio 1.31 and
// name what popular texts get wrong. It decides nothing.
package topics

import (
	"slices"
	"strings"
)

// Topic is one page. Text is plain: no markup, wrapped by whoever shows it.
type Topic struct {
	// Name is what the user types, Title one line.
	Name, Title string
	Sections    []Section
	// See names other topics and codes.
	See []string
}

// Section is a heading with paragraphs, then points, then an example; each may be
// empty.
type Section struct {
	Heading    string
	Paragraphs []string
	Points     []Point
	// Example is YAML or a command, shown as it is.
	Example string
}

// Point is one line of a list; Term may be empty.
type Point struct{ Term, Text string }

// All are the topics in the order in which a newcomer reads them.
func All() []Topic {
	return []Topic{strict, permissive, disable, unset, none, ownTLS, unknown, precedence, portLevel, autoMTLS, ambient, hbone, waypoint, verdicts, glossary()}
}

// Find returns the topic of a name in any case; ok is false when there is none.
func Find(name string) (t Topic, ok bool) {
	all := All()
	i := slices.IndexFunc(all, func(t Topic) bool { return strings.EqualFold(t.Name, name) })
	if i < 0 {
		return Topic{}, false
	}
	return all[i], true
}
