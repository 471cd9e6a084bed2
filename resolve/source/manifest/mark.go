package manifest

import (
	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// class is why something was passed over and earns a note.
type class int

const (
	markTemplate class = iota
	markKustomization
	markPatch
	markDirective // a patch that says so itself
	markNoObject
	markWorkloadRef
	markLegacy
	markRemoved
	markArgo
	markFlux
)

// ArgoApplications and FluxObjects are the words under which objects are counted that deploy others.
const (
	ArgoApplications = "Argo CD application"
	FluxObjects      = "Flux object"
)

// word is what the class is counted under.
func (c class) word() string {
	return [...]string{"template", "Kustomization", "patch", "patch", "non-object", "Rollout with workloadRef", "legacy", "removed field", ArgoApplications, FluxObjects}[c]
}

// Mark is one place that a note will count.
type Mark struct {
	class class
	at    resolve.Position
	// word says more where the class has kinds: the legacy kind, the file's name, the engine.
	word string
}

// counts reports whether the mark stands for a whole document or object that is
// counted as skipped under the word of its class.
func (m Mark) counts() bool { return m.class != markLegacy && m.class != markRemoved }

func (d *decoder) mark(n *yaml.Node, c class, word string) {
	d.marks = append(d.marks, Mark{c, d.doc.at(n), word})
}
