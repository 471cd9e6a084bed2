package mesh

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// NotFoundError is a name that nothing has.
type NotFoundError struct {
	Name resolve.Name
	// Near are things whose name is spelled much like it, the nearest first.
	Near []resolve.Ref
	// There are the things of its kind, by their typed names; where the name has no kind or
	// there is none of it, those that a name alone usually means.
	There []resolve.Ref
	// OfKind is true where There are of the kind that was asked for.
	OfKind bool
	// Outside is set for the name of a host that may lie outside of what the mesh knows.
	Outside *Outside
}

// Error implements error.
func (e *NotFoundError) Error() string {
	what := "thing"
	if e.Name.Kind != "" {
		what = e.Name.Kind.Word()
	}
	if e.Name.Name == "" {
		return "no " + what
	}
	return fmt.Sprintf("no %s named %q", what, e.Name.Name)
}

// AmbiguousError is a name that several things have.
type AmbiguousError struct {
	Name resolve.Name
	Refs []resolve.Ref // at least two, each once
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%q names %d things", e.Name.Text, len(e.Refs))
}

// NoNamespaceError is a namespace in which nothing lives and which no object declares.
type NoNamespaceError struct {
	Name string
	// Near are namespaces that are spelled much like it, There all of the mesh.
	Near, There []string
}

// Error implements error.
func (e *NoNamespaceError) Error() string {
	return fmt.Sprintf("nothing in the input lives in namespace %q", e.Name)
}

func (m *Mesh) noNamespace(name string) *NoNamespaceError {
	e := &NoNamespaceError{Name: name}
	for _, n := range m.Namespaces() {
		e.There = append(e.There, n.Name)
	}
	e.Near = spelling.Nearest(name, e.There)
	return e
}

func (n *Names) notFound(name resolve.Name) *NotFoundError {
	e := &NotFoundError{Name: name, There: n.candidates(name.Kind)}
	e.OfKind = name.Kind != "" && len(e.There) > 0
	e.Near = nearRefs(name.Name, e.There)
	if len(e.There) == 0 {
		e.There = n.candidates("")
	}
	slices.SortStableFunc(e.There, func(a, b resolve.Ref) int { return strings.Compare(a.Typed(), b.Typed()) })
	return e
}

// candidates are the things of a kind, each once; without one, those that a name alone
// usually means.
func (n *Names) candidates(kind resolve.Kind) []resolve.Ref {
	var refs []resolve.Ref
	seen := map[resolve.Ref]bool{}
	for _, t := range n.things {
		if seen[t.Ref] || kind == "" && t.rank > 1 || kind != "" && !kind.SameWord(t.Ref.Kind) {
			continue
		}
		seen[t.Ref] = true
		refs = append(refs, t.Ref)
	}
	return refs
}

// nearRefs are the things whose name is spelled much like a word, the nearest first.
func nearRefs(word string, things []resolve.Ref) []resolve.Ref {
	byName := map[string][]resolve.Ref{}
	for _, r := range things {
		keys := []string{r.Name}
		if r.Namespace != "" {
			keys = append(keys, r.Name+"."+r.Namespace)
		}
		for _, key := range keys {
			byName[key] = append(byName[key], r)
		}
	}
	var near []resolve.Ref
	for _, key := range spelling.Nearest(word, slices.Sorted(maps.Keys(byName))) {
		for _, r := range byName[key] {
			if !slices.Contains(near, r) {
				near = append(near, r)
			}
		}
	}
	return near
}
