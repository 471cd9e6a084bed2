package manifest

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
	"github.com/mtlsctl/mtlsctl/resolve/source/validation"
)

// Batch is a run of documents that one goroutine reads, and what they came to.
type Batch struct {
	// Namespace is given to namespaced objects that say none. Placed says that whoever applies
	// them does so too: it is not assumed.
	Namespace string
	Placed    bool

	Objects  []resolve.Object
	Problems []resolve.Problem
	// Nameless are the problems of objects without a name: see settleNameless.
	Nameless []resolve.Problem
	Marks    []Mark
	// Rejected are objects that a cluster would not take: they count where their file
	// turns out to be a snapshot.
	Rejected             []resolve.Object
	Skipped              map[string]int
	Documents, Defaulted int
	// Cluster is what a snapshot says of the cluster that it was taken of.
	Cluster *SnapshotOf
	// Head is the line of the document that makes the text a snapshot, 0 for another text.
	Head int
	// Kept are custom resources as the API server sent them.
	Kept []KeptItem
	// Base is what the objects are merged onto, held what others will be merged onto,
	// where holds says so.
	Base, Held map[resolve.Ref]Held
	Holds      bool
	// There reports workloads of which a part may be read, see Options.
	There func(resolve.Ref) bool
	Notes []Note
	maps  labelMaps
	judge validation.Judge
	// Applied says that the objects are in a cluster, see Options.
	Applied bool
	// decoder is that of the object that is being read.
	decoder decoder
	// Files and size are counted by the first batch of a text.
	Files int
	Size  int64
}

// Last is the object that was read last.
func (b *Batch) Last() resolve.Ref { return b.decoder.ref }

// readAlone parses one document by itself.
func (b *Batch) readAlone(d Document) {
	top, err := b.reading(d)
	by, unfilled := fills(d, nil, Head{})
	switch {
	case err != nil && unfilled:
		b.template(d, d.begins(), by)
	case err != nil && isTemplateText(d):
		b.template(d, d.begins(), braces)
	case err != nil:
		b.broken(d, err)
	default:
		b.top(d, top)
	}
}

// top reads a parsed document.
func (b *Batch) top(d Document, n *yaml.Node) {
	if isTemplate(d, n) {
		b.template(d, d.at(n), braces)
		return
	}
	var from Head
	if d.item != nil {
		from = d.item.from
	}
	b.node(d, n, nil, from)
}

// worthReading is the cheap look at a plain document, which has no escapes: a file of
// CRDs or Secrets ends here.
func worthReading(d Document, top *yaml.Node, h Head) bool {
	r, ok := h.reading()
	switch {
	case hasItems(top):
		return true
	case ok && r.kind == resolve.KindMeshConfig && h.Kind == "ConfigMap":
		return bytes.Contains(d.Data, []byte("mesh")) || bytes.Contains(d.Data, []byte(InjectorName)) || bytes.Contains(d.Data, []byte(nodeAgentName)) || len(reference.In("", string(d.Data))) > 0
	default:
		return ok || h.isList() || h.isTemplate()
	}
}

func (b *Batch) broken(d Document, err *syntaxError) {
	hint := "the other documents of the file are read; kubectl rejects this one too"
	if bytes.Contains(d.Data, []byte("\t")) && strings.Contains(err.message, "tab") {
		hint = "indent with spaces"
	}
	b.Problems = append(b.Problems, resolve.Problem{
		Position: resolve.Position{File: d.file, Line: d.origin(err.line)}, Message: "not valid YAML: " + err.message, Hint: hint,
	})
}

// node reads the object at way in the document, or the objects if it is a list.
// from is what a typed list says of its items.
func (b *Batch) node(d Document, n *yaml.Node, way path, from Head) {
	n = Follow(n)
	switch {
	case n == nil:
		b.skip("text")
		return
	case n.Kind != yaml.MappingNode && inList(d, way):
		b.notAList(d, n, Head{}, "an item of a list is not an object, and kubectl rejects the whole list")
		return
	case n.Kind == yaml.SequenceNode && listsObjects(n):
		b.skip("list")
		b.Problems = append(b.Problems, resolve.Problem{
			Position: d.at(n), Message: "a bare list of objects is not read: kubectl rejects it", Hint: "separate the objects with ---, or make them the items of a kind: List",
		})
		return
	case n.Kind != yaml.MappingNode:
		b.mark(markNoObject, d.at(n), filepath.Base(d.file))
		return
	}
	h := headOf(n).in(from)
	switch {
	case h.misspelt():
		b.nonObject(d, n, h, inList(d, way))
	case b.list(d, n, way, h):
	case isPatch(d, n):
		b.mark(markDirective, d.at(n), "")
	default:
		b.object(d, n, way, h)
	}
}

// inList reports an item of a list.
func inList(d Document, way path) bool { return len(way) > 0 || d.item != nil }

func (b *Batch) items(d Document, n *yaml.Node, way path, h Head) {
	d.tree = &tree{}
	of := h.OfItems()
	if len(way) > 1 || d.item != nil {
		of = Head{} // kubectl gives it only to the items of a list that is a document
	}
	if len(n.Content) == 0 {
		b.skip("empty " + h.Kind)
	}
	for i, c := range n.Content {
		b.node(d, c, append(way.clone(), itoa(i)), of)
	}
}

func (b *Batch) object(d Document, n *yaml.Node, way path, h Head) {
	r, ok := h.reading()
	by, unfilled := fills(d, n, h)
	switch {
	case unfilled && (ok || by != braces):
		b.template(d, d.at(n), by)
	case h.Kind == "" || h.APIVersion == "":
		b.nonObject(d, n, h, inList(d, way))
	case ok:
		if isLegacy(h.Group()) {
			b.mark(markLegacy, d.at(n), h.Group()+" "+h.Kind)
		}
		if err := Guarded(func() error { b.decode(d, n, way, h, r); return nil }); err != nil {
			b.Problems = append(b.Problems, slip(d.at(n), err))
		}
		b.statusOnly(d, n, h, r.kind)
	default:
		b.pass(h, d.at(n))
	}
}

// slip is a mistake of the reader's own: it costs one document and says whose
// fault it is.
func slip(at resolve.Position, err error) resolve.Problem {
	return resolve.Problem{
		Position: at, Message: fmt.Sprintf("internal error: %v; the document is ignored", err),
		Hint: "this is a bug in mtlsctl: please report it with this document",
	}
}

// pass counts a kind that nobody reads.
func (b *Batch) pass(h Head, at resolve.Position) {
	switch {
	case isLegacy(h.Group()):
		b.mark(markLegacy, at, h.Group()+" "+h.Kind)
		b.skip(h.Kind)
	case strings.HasPrefix(h.APIVersion, "chainsaw.kyverno.io/"):
		b.mark(markTemplate, at, string(chainsaw))
	case h.Group() == "argoproj.io" && (h.Kind == "Application" || h.Kind == "ApplicationSet"):
		b.mark(markArgo, at, h.Kind)
	case h.Group() == "kustomize.toolkit.fluxcd.io" && h.Kind == "Kustomization" || h.Group() == "helm.toolkit.fluxcd.io" && h.Kind == "HelmRelease":
		b.mark(markFlux, at, h.Kind)
	case h.Group() == "kustomize.config.k8s.io" || IsKustomization(at.File):
		b.mark(markKustomization, at, "")
	case knownKinds[h.Kind] && h.Group() != "":
		b.skip(h.Kind + "." + h.Group())
	default:
		b.skip(h.Kind)
	}
}

// template notes a document that has to be filled in first.
func (b *Batch) template(d Document, at resolve.Position, by engine) {
	if by == braces && d.sole && !mayHoldObjects(d) {
		b.mark(markNoObject, at, filepath.Base(d.file))
		return
	}
	b.mark(markTemplate, at, string(by))
}

func (b *Batch) skip(word string) {
	if b.Skipped == nil {
		b.Skipped = map[string]int{}
	}
	b.Skipped[word]++
}

func (b *Batch) mark(c class, at resolve.Position, word string) {
	m := Mark{c, at, word}
	b.Marks = append(b.Marks, m)
	if m.counts() {
		b.skip(c.word())
	}
}

// Patches counts the documents of a patch file, whatever they hold.
func (b *Batch) Patches(docs []Document) {
	for _, d := range docs {
		if d.blank() || d.item != nil && !d.item.first {
			continue
		}
		b.count(d)
		b.mark(markPatch, d.begins(), "")
	}
}
