package source

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

// batch is a run of documents that one goroutine reads, and what they came to.
type batch struct {
	namespace string

	objects  []resolve.Object
	problems []resolve.Problem
	// nameless are the problems of objects without a name: see settleNameless.
	nameless []resolve.Problem
	marks    []mark
	// rejected are objects that a cluster would not take: they count where their file
	// turns out to be a snapshot.
	rejected             []resolve.Object
	skipped              map[string]int
	documents, defaulted int
	// cluster is what a snapshot says of the cluster that it was taken of.
	cluster *snapshotOf
	// head is the line of the document that makes the text a snapshot, 0 for another text.
	head int
	// kept are custom resources as the API server sent them.
	kept []keptItem
	// base is what the objects are merged onto, held what others will be merged onto,
	// where holds says so.
	base, held map[resolve.Ref]held
	holds      bool
	// there reports workloads of which a part may be read, see Options.
	there func(resolve.Ref) bool
	notes []Note
	maps  labelMaps
	judge validation.Judge
	// applied says that the objects are in a cluster, see Options.
	applied bool
	// decoder is that of the object that is being read.
	decoder decoder
	// files and size are counted by the first batch of a text.
	files int
	size  int64
}

// readAlone parses one document by itself.
func (b *batch) readAlone(d document) {
	top, err := b.reading(d)
	by, unfilled := fills(d, nil, head{})
	switch {
	case err != nil && unfilled:
		b.template(d, resolve.Position{File: d.file, Line: d.line}, by)
	case err != nil && isTemplateText(d):
		b.template(d, resolve.Position{File: d.file, Line: d.line}, braces)
	case err != nil:
		b.broken(d, err)
	default:
		b.top(d, top)
	}
}

// top reads a parsed document.
func (b *batch) top(d document, n *yaml.Node) {
	if isTemplate(d, n) {
		b.template(d, d.at(n), braces)
		return
	}
	var from head
	if d.item != nil {
		from = d.item.from
	}
	b.node(d, n, nil, from)
}

// worthReading is the cheap look at a plain document, which has no escapes: a file of
// CRDs or Secrets ends here.
func worthReading(d document, top *yaml.Node, h head) bool {
	r, ok := h.reading()
	switch {
	case hasItems(top):
		return true
	case ok && r.kind == resolve.KindMeshConfig && h.kind == "ConfigMap":
		return bytes.Contains(d.data, []byte("mesh")) || bytes.Contains(d.data, []byte(injectorName)) || len(reference.In("", string(d.data))) > 0
	default:
		return ok || h.isList() || h.isTemplate()
	}
}

func (b *batch) broken(d document, err *syntaxError) {
	hint := "the other documents of the file are read; kubectl refuses this one too"
	if bytes.Contains(d.data, []byte("\t")) && strings.Contains(err.message, "tab") {
		hint = "indent with spaces"
	}
	b.problems = append(b.problems, resolve.Problem{
		Position: resolve.Position{File: d.file, Line: err.line}, Message: "not valid YAML: " + err.message, Hint: hint,
	})
}

// node reads the object at way in the document, or the objects if it is a list.
// from is what a typed list says of its items.
func (b *batch) node(d document, n *yaml.Node, way path, from head) {
	n = follow(n)
	switch {
	case n == nil:
		b.skip("text")
		return
	case n.Kind != yaml.MappingNode && inList(d, way):
		b.notAList(d, n, head{}, "an item of a list is no object, and kubectl refuses all of the list")
		return
	case n.Kind == yaml.SequenceNode && listsObjects(n):
		b.skip("list")
		b.problems = append(b.problems, resolve.Problem{
			Position: d.at(n), Message: "a bare list of objects is not read: kubectl refuses it", Hint: "separate the objects by ---, or make them the items of a kind: List",
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
func inList(d document, way path) bool { return len(way) > 0 || d.item != nil }

func (b *batch) items(d document, n *yaml.Node, way path, h head) {
	d.tree = &tree{}
	of := h.ofItems()
	if len(way) > 1 || d.item != nil {
		of = head{} // kubectl gives it only to the items of a list that is a document
	}
	if len(n.Content) == 0 {
		b.skip("empty " + h.kind)
	}
	for i, c := range n.Content {
		b.node(d, c, append(way.clone(), itoa(i)), of)
	}
}

func (b *batch) object(d document, n *yaml.Node, way path, h head) {
	r, ok := h.reading()
	by, unfilled := fills(d, n, h)
	switch {
	case unfilled && (ok || by != braces):
		b.template(d, d.at(n), by)
	case h.kind == "" || h.apiVersion == "":
		b.nonObject(d, n, h, inList(d, way))
	case ok:
		if isLegacy(h.group()) {
			b.mark(markLegacy, d.at(n), h.group()+" "+h.kind)
		}
		if err := guarded(func() error { b.decode(d, n, way, h, r); return nil }); err != nil {
			b.problems = append(b.problems, slip(d.at(n), err))
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
		Position: at, Message: fmt.Sprintf("internal error: %v; the document is left out", err),
		Hint: "this is a bug in mtlsctl: please report it with this document",
	}
}

// pass counts a kind that nobody reads.
func (b *batch) pass(h head, at resolve.Position) {
	switch {
	case isLegacy(h.group()):
		b.mark(markLegacy, at, h.group()+" "+h.kind)
		b.skip(h.kind)
	case strings.HasPrefix(h.apiVersion, "chainsaw.kyverno.io/"):
		b.mark(markTemplate, at, string(chainsaw))
	case h.group() == "argoproj.io" && (h.kind == "Application" || h.kind == "ApplicationSet"):
		b.mark(markArgo, at, h.kind)
	case h.group() == "kustomize.config.k8s.io" || isKustomization(at.File):
		b.mark(markKustomization, at, "")
	case knownKinds[h.kind] && h.group() != "":
		b.skip(h.kind + "." + h.group())
	default:
		b.skip(h.kind)
	}
}

// template notes a document that has to be filled in first.
func (b *batch) template(d document, at resolve.Position, by engine) {
	if by == braces && d.sole && !mayHoldObjects(d) {
		b.mark(markNoObject, at, filepath.Base(d.file))
		return
	}
	b.mark(markTemplate, at, string(by))
}

func (b *batch) skip(word string) {
	if b.skipped == nil {
		b.skipped = map[string]int{}
	}
	b.skipped[word]++
}

func (b *batch) mark(c class, at resolve.Position, word string) {
	m := mark{c, at, word}
	b.marks = append(b.marks, m)
	if m.counts() {
		b.skip(c.word())
	}
}
