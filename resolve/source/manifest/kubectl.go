package manifest

import (
	"bytes"
	"encoding/json"
	"errors"

	"go.yaml.in/yaml/v3"
	kubeyaml "sigs.k8s.io/yaml"
)

// What a document means is what kubectl makes of it. It reads YAML 1.1 through
// sigs.k8s.io/yaml, which makes JSON of it: y is true, 010 is eight, a merged key wins
// over those before it, !!binary is decoded. Nothing here knows these rules. A document
// that package plain does not know, and vouches for, is given to that library. The nodes
// of yaml.v3, which know their lines, are taken where they say the same, and others are
// made where they do not.

// value is what kubectl reads of a document; the error is why it refuses it.
func (d Document) value() (v any, err error) {
	text := d.Data
	if !isUTF8(text) { // kubectl's library may end before it comes there, but its caller does not
		return nil, errors.New("invalid UTF-8")
	}
	if d.JSON {
		err = json.Unmarshal(text, &v) // for numbers that are too large
	} else {
		err = Guarded(func() (err error) { text, err = kubeyaml.YAMLToJSON(text); return err })
	}
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil || d.JSON || d.item == nil {
		return v, err
	}
	// An item stands behind its dash: what is not indented below it would otherwise be
	// what follows a document, and go unread.
	if list, ok := v.([]any); ok && len(list) == 1 {
		return list[0], nil
	}
	return nil, errors.New("did not find an item of a list")
}

// errUnfolds is said of a document that is small and means a lot.
var errUnfolds = errors.New("its aliases expand to too much")

// maxUnfolded is how many bytes the values of a document may unfold to through aliases.
const maxUnfolded = 32 << 20

// unfolds reports whether the aliases of a document make too much of it.
func (d Document) unfolds(top *yaml.Node) bool {
	return weights{}.of(top) > max(maxUnfolded, float64(2*len(d.Data)))
}

// weights are the bytes of nodes with all aliases unfolded. What holds itself, which
// kubectl refuses, weighs nothing there.
type weights map[*yaml.Node]float64

func (w weights) of(n *yaml.Node) float64 {
	if n == nil {
		return 0
	}
	if known, there := w[n]; there {
		return known
	}
	w[n] = 0
	weight := float64(len(n.Value)) + 1 + w.of(n.Alias)
	for _, c := range n.Content {
		weight += w.of(c)
	}
	w[n] = weight
	return weight
}

// reading is the document as kubectl understands it, for the objects that are read: with
// lines as far as yaml.v3 knows them. The error is why kubectl refuses it.
func (b *Batch) reading(d Document) (*yaml.Node, *syntaxError) {
	var v any
	var err error
	aliases := bytes.IndexByte(d.Data, '*') >= 0
	if !aliases {
		if v, err = d.value(); err == nil && d.item == nil && isUnread(v) {
			return unreadNode(v.(map[string]any), d.firstLine()), nil
		}
	}
	top, syntax := d.parsed()
	switch {
	case aliases && syntax != nil: // nobody knows what they unfold to
		return nil, syntax
	case aliases && d.unfolds(top):
		return nil, &syntaxError{line: d.Line, message: errUnfolds.Error()}
	case aliases:
		v, err = d.value()
	}
	switch {
	case err != nil && syntax != nil:
		return nil, syntax
	case err != nil:
		return nil, d.locate(err)
	}
	if syntax == nil && (&likeness{}).same(top, v) {
		return top, nil
	}
	g := graft{line: d.firstLine()}
	n := g.node(v, top)
	for _, key := range g.collided {
		b.Problems = append(b.Problems, collision(d, key))
	}
	return n, nil
}

// isUnread reports an object of a kind that nobody reads.
func isUnread(v any) bool {
	m, _ := v.(map[string]any)
	kind, _ := m["kind"].(string)
	version, _ := m["apiVersion"].(string)
	_, hasItems := m["items"]
	h := Head{version, kind}
	_, isRead := h.reading()
	return kind != "" && version != "" && !hasItems && !isRead && !h.isTemplate() && !h.misspelt()
}

// unreadNode is what is looked at of such an object.
func unreadNode(m map[string]any, line int) *yaml.Node {
	return (&graft{line: line}).node(map[string]any{"apiVersion": m["apiVersion"], "kind": m["kind"], "metadata": m["metadata"]}, nil)
}

// firstLine is the line of the document's nodes on which something is said.
func (d Document) firstLine() int {
	line := d.Line - d.above
	for at := 0; at < len(d.Data); at = nextLine(d.Data, at) {
		if rest := d.Data[at:nextLine(d.Data, at)]; !isFiller(rest) && !isMarker(rest) {
			break
		}
		line++
	}
	return line
}
