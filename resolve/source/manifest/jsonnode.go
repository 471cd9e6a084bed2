package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/trim"
)

// Sent is an object as an API server sent it.
type Sent struct {
	Head Head
	n    *yaml.Node
}

// ParseSent reads the JSON of an object. It fails where the text is none.
func ParseSent(text []byte) (Sent, error) {
	n, err := jsonNode(text)
	if err != nil {
		return Sent{}, err
	}
	return Sent{headOf(n), n}, nil
}

// Take reads what an API server sent through the decoders that files go through, so that
// both mean the same. of is what the list that it came in says of it.
func (b *Batch) Take(s Sent, of Head) { b.node(Document{JSON: true}, s.n, nil, of) }

// jsonNode is an object that the API server sent, as the nodes that a file of it
// would give. The server's own bookkeeping is left out: managed fields and status are the
// larger part of many objects, and of them only the addresses in a status decide anything.
// Of a PeerAuthentication the managed fields say what was there first (2C.7), and are cut down to that.
func jsonNode(text []byte) (*yaml.Node, error) {
	d := &sentReader{Decoder: json.NewDecoder(bytes.NewReader(text))}
	d.UseNumber()
	return d.node("")
}

// sentReader reads what an API server sent, which puts the kind before the metadata.
type sentReader struct {
	*json.Decoder
	kind string
}

func (d *sentReader) node(at string) (*yaml.Node, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := t.(type) {
	case json.Delim:
		if v == '{' {
			return d.mapping(at)
		}
		return d.sequence()
	case string:
		if at == ".kind" {
			d.kind = v
		}
		return scalarNode("!!str", v, yaml.DoubleQuotedStyle), nil
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return scalarNode("!!float", v.String(), 0), nil
		}
		return scalarNode("!!int", v.String(), 0), nil
	case bool:
		if v {
			return scalarNode("!!bool", "true", 0), nil
		}
		return scalarNode("!!bool", "false", 0), nil
	case nil:
		return scalarNode("!!null", "null", 0), nil
	}
	return nil, errors.New("not JSON")
}

func scalarNode(tag, value string, style yaml.Style) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value, Style: style, Line: 1}
}

func (d *sentReader) mapping(at string) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: 1}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		way := at + "." + key
		if way == ".status" || way == ".metadata.managedFields" {
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return nil, err
			}
			if short := d.short(way, skipped); short != nil {
				n.Content = append(n.Content, scalarNode("!!str", key, yaml.DoubleQuotedStyle), short)
			}
			continue
		}
		below := "-" // only the top is looked at
		if at == "" {
			below = "." + key
		}
		value, err := d.node(below)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, scalarNode("!!str", key, yaml.DoubleQuotedStyle), value)
	}
	_, err := d.Token()
	return n, err
}

// short is what is kept of the server's bookkeeping, nil for nothing.
func (d *sentReader) short(way string, text json.RawMessage) *yaml.Node {
	if way == ".status" {
		return addresses(text)
	}
	if d.kind != string(resolve.KindPeerAuthentication) {
		return nil
	}
	kept, err := json.Marshal(trim.Managed(text))
	if err != nil || string(kept) == "null" {
		return nil
	}
	n, err := jsonNode(kept)
	if err != nil {
		return nil
	}
	return n
}

// addresses is a status with its addresses alone, nil for one that is no object.
func addresses(status json.RawMessage) *yaml.Node {
	var all struct{ Addresses []struct{ Value string } }
	if !bytes.HasPrefix(bytes.TrimSpace(status), []byte("{")) || json.Unmarshal(status, &all) != nil {
		return nil
	}
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: 1}
	if len(all.Addresses) == 0 {
		return out
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: 1}
	for _, a := range all.Addresses {
		value := []*yaml.Node{scalarNode("!!str", "value", yaml.DoubleQuotedStyle), scalarNode("!!str", a.Value, yaml.DoubleQuotedStyle)}
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: value, Line: 1})
	}
	out.Content = append(out.Content, scalarNode("!!str", "addresses", yaml.DoubleQuotedStyle), list)
	return out
}

func (d *sentReader) sequence() (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: 1}
	for d.More() {
		value, err := d.node("-")
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, value)
	}
	_, err := d.Token()
	return n, err
}
