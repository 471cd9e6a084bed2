package amend

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// object is where a file holds an object: a document, and the path to an item of a list.
type object struct {
	doc        *document
	path       []string
	tree       map[string]any
	apiVersion string
	kind       string
}

// grouped are the kinds whose word another group uses too.
var grouped = []resolve.Kind{resolve.KindKnativeService, resolve.KindKubeGateway, resolve.KindLegacyPolicy}

// find is the one object of a name.
func (t *Text) find(r resolve.Ref, home string) (object, error) {
	var found []object
	for _, d := range t.docs {
		if !d.mayHold(r.Name) {
			continue
		}
		for _, o := range d.objects() {
			if o.is(r, home) {
				found = append(found, o)
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return object{}, fmt.Errorf("%s: %s is defined %d times: the intended one is not clear", t.file, r, len(found))
	}
	if broken := t.broken(); broken != nil {
		return object{}, fmt.Errorf("%s: %s does not exist, or is in a part that cannot be read: %w", t.file, r, broken)
	}
	return object{}, fmt.Errorf("%s: %s does not exist", t.file, r)
}

// broken is about the first document that cannot be read.
func (t *Text) broken() error {
	for _, d := range t.docs {
		if _, err := d.read(); err != nil {
			return t.unreadable(d, err)
		}
	}
	return nil
}

// mayHold is false for a document that cannot name an object so, whatever else it says:
// only behind a backslash is a name spelled otherwise.
func (d *document) mayHold(name string) bool {
	return bytes.Contains(d.b, []byte(name)) || bytes.IndexByte(d.b, '\\') >= 0
}

// objects are those of the document, found once; none of one that cannot be read.
func (d *document) objects() []object {
	if read, err := d.read(); d.held == nil && err == nil {
		d.held = objects(object{doc: d}, read.tree)
	}
	return d.held
}

// objects are the objects of a tree: itself, or the items of a list, which may be lists, or
// those of a template of OpenShift. list says what an item is that does not say so.
func objects(list object, tree any) []object {
	m, is := tree.(map[string]any)
	if !is {
		return nil
	}
	o := list
	o.tree = m
	o.kind, o.apiVersion = word(m["kind"], list.kind), word(m["apiVersion"], list.apiVersion)
	key := "items"
	if o.kind == "Template" {
		key = "objects"
	}
	items, is := m[key].([]any)
	if !is || key == "items" && !strings.HasSuffix(o.kind, "List") {
		return []object{o}
	}
	var out []object
	for i, item := range items {
		inner := object{doc: o.doc, path: append(slices.Clone(o.path), key, strconv.Itoa(i))}
		if o.kind != "List" && key == "items" {
			inner.kind, inner.apiVersion = strings.TrimSuffix(o.kind, "List"), o.apiVersion
		}
		out = append(out, objects(inner, item)...)
	}
	return out
}

// is tells whether an object goes by a name. A reference without a namespace is to a kind
// that has none, so what the text says about it counts for nothing.
func (o object) is(r resolve.Ref, home string) bool {
	meta, _ := o.tree["metadata"].(map[string]any)
	namespace := word(meta["namespace"], home)
	return o.isKind(r.Kind) && word(meta["name"], "") == r.Name && (r.Namespace == "" || namespace == r.Namespace)
}

func (o object) isKind(k resolve.Kind) bool {
	if o.kind != k.Word() {
		return false
	}
	if _, group, says := strings.Cut(string(k), "."); says {
		return o.group() == group
	}
	return !slices.Contains(grouped, k+resolve.Kind("."+o.group()))
}

func (o object) group() string {
	group, _, there := strings.Cut(o.apiVersion, "/")
	if !there {
		return ""
	}
	return group
}

// isIstio is true for the objects that protojson reads.
func (o object) isIstio() bool { return strings.HasSuffix(o.group(), "istio.io") }

// word is a text, or what stands in for none.
func word(value any, otherwise string) string {
	if s, is := value.(string); is && s != "" {
		return s
	}
	return otherwise
}
