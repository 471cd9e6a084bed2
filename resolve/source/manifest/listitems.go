package manifest

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
	from Head
	// first is true for one item of each list: it counts as the document.
	first bool
}

// smallList is how long a list may be for its document to stay whole.
const smallList = 16 << 10

// splitList cuts a list into its items, so that "kubectl get -A -o yaml" is read
// in parallel and without a tree of all of it. A list that is written in an
// unusual way stays one document.
func (d Document) splitList() []Document {
	if len(d.Data) < smallList {
		return []Document{d}
	}
	var items []Document
	var h Head
	if d.JSON {
		items, h = d.jsonItems()
	} else if !mayHaveAnchors(d.Data) && !hasOddBreaks(d.Data) {
		items, h = d.yamlItems()
	}
	if len(items) == 0 || !h.isList() || h.misspelt() {
		return []Document{d}
	}
	for i := range items {
		items[i].item.from, items[i].item.first = h.OfItems(), i == 0
	}
	items[0].refused = d.refused
	return items
}

// OfItems is what a PodList says of its items: they are Pods.
func (h Head) OfItems() Head {
	kind := strings.TrimSuffix(h.Kind, "List")
	if kind == "" || h.isTemplate() {
		return Head{}
	}
	return Head{h.APIVersion, kind}
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

// jsonItems finds the elements of "items", and what the list says that it is.
func (d Document) jsonItems() (items []Document, h Head) {
	c := jsonCutter{Decoder: json.NewDecoder(bytes.NewReader(d.Data)), list: d}
	if t, err := c.Token(); err != nil || t != json.Delim('{') {
		return nil, h
	}
	for c.More() {
		key, err := c.Token()
		if err != nil || !c.field(key.(string), &h) {
			return nil, h
		}
	}
	return c.items, h
}

// jsonCutter goes through the fields of a list.
type jsonCutter struct {
	*json.Decoder
	list     Document
	items    []Document
	at, line int
}

// field reads a field; false when the list has to stay whole.
func (c *jsonCutter) field(key string, h *Head) bool {
	var into any = new(json.RawMessage)
	switch key {
	case "items":
		return c.items == nil && c.elements()
	case "kind":
		into = &h.Kind
	case "apiVersion":
		into = &h.APIVersion
	}
	return c.Decode(into) == nil
}

func (c *jsonCutter) elements() bool {
	if t, err := c.Token(); err != nil || t != json.Delim('[') {
		return false
	}
	c.items, c.line = []Document{}, c.list.Line
	for c.More() {
		var raw json.RawMessage
		if c.Decode(&raw) != nil {
			return false
		}
		start := int(c.InputOffset()) - len(raw)
		c.line += bytes.Count(c.list.Data[c.at:start], newline)
		one := newDocument(c.list.file, c.line, c.list.Data[start:start+len(raw)])
		one.JSON, one.item = true, &item{}
		c.items = append(c.items, one)
		c.at = start
	}
	_, err := c.Token()
	return err == nil
}
