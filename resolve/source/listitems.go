package source

import (
	"bytes"
	"encoding/json"
	"strings"
)

// item says how an item was written in the list that it was cut out of.
type item struct {
	// dash is the column of its dash and indent that of its keys; 0 for JSON.
	dash, indent int
	// from is what the list says of its items that they may not say themselves.
	from head
	// first is true for one item of each list: it counts as the document.
	first bool
}

// smallList is how long a list may be for its document to stay whole.
const smallList = 16 << 10

// splitList cuts a list into its items, so that "kubectl get -A -o yaml" is read
// in parallel and without a tree of all of it. A list that is written in an
// unusual way stays one document.
func (d document) splitList() []document {
	if len(d.data) < smallList {
		return []document{d}
	}
	h, ok := d.peek()
	if !ok || !h.isList() {
		return []document{d}
	}
	var items []document
	if d.json {
		items = d.jsonItems()
	} else if !mayHaveAnchors(d.data) {
		items = d.yamlItems()
	}
	if len(items) == 0 {
		return []document{d}
	}
	for i := range items {
		items[i].item.from, items[i].item.first = h.ofItems(), i == 0
	}
	return items
}

// ofItems is what a PodList says of its items: they are Pods.
func (h head) ofItems() head {
	kind := strings.TrimSuffix(h.kind, "List")
	if kind == "" || h.isTemplate() {
		return head{}
	}
	return head{h.apiVersion, kind}
}

func mayHaveAnchors(data []byte) bool {
	for {
		i := bytes.Index(data, []byte(" &"))
		if i < 0 || i+2 >= len(data) {
			return false
		}
		if data = data[i+2:]; isLetter(data[0]) || data[0] >= '0' && data[0] <= '9' {
			return true
		}
	}
}

// jsonItems finds the elements of "items".
func (d document) jsonItems() []document {
	dec := json.NewDecoder(bytes.NewReader(d.data))
	if !enterItems(dec) {
		return nil
	}
	var items []document
	at, line := 0, d.line
	for dec.More() {
		var raw json.RawMessage
		if dec.Decode(&raw) != nil {
			return nil
		}
		start := int(dec.InputOffset()) - len(raw)
		line += bytes.Count(d.data[at:start], newline)
		one := newDocument(d.file, line, d.data[start:start+len(raw)])
		one.json, one.item = true, &item{}
		items = append(items, one)
		at = start
	}
	return items
}

// enterItems reads up to the first element of the top object's "items".
func enterItems(dec *json.Decoder) bool {
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return false
		}
		if key == "items" {
			t, err := dec.Token()
			return err == nil && t == json.Delim('[')
		}
		var other json.RawMessage
		if dec.Decode(&other) != nil {
			return false
		}
	}
	return false
}
