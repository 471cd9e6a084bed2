package source

import (
	"bytes"
	"encoding/json"
	"strings"
)

// head is what a document says that it is.
type head struct{ apiVersion, kind string }

// group is the API group, "" for the core group.
func (h head) group() string {
	group, _, found := strings.Cut(h.apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

// peek reads apiVersion and kind without parsing. ok is false when the bytes do
// not tell for certain: then the document has to be parsed.
func (d document) peek() (h head, ok bool) {
	if d.json {
		return d.peekJSON()
	}
	keys := 0
	for at := 0; at < len(d.data); at = nextLine(d.data, at) {
		line, ok := d.keyLine(at)
		if !ok {
			return h, false
		}
		var into *string
		switch {
		case isPlainKey(line, "apiVersion:"):
			into = &h.apiVersion
		case isPlainKey(line, "kind:"):
			into = &h.kind
		case keys == 0 && !mayPrecedeKeys(line):
			return h, false
		}
		if isLetter(line[0]) {
			keys++
		}
		if into == nil {
			continue
		}
		value, plain := plainValue(line)
		if !plain || *into != "" {
			return h, false
		}
		*into = value
	}
	return h, h.apiVersion != "" && h.kind != ""
}

// keyLine is the line at an offset from the column on in which the top keys stand.
// ok is false for a line of an item that does not reach as far.
func (d document) keyLine(at int) (line []byte, ok bool) {
	line = d.data[at:]
	if d.item == nil || d.json {
		return line, true
	}
	indent := d.item.indent
	spaces := leadingSpaces(line[:min(indent, len(line))])
	switch {
	case spaces == indent || at == 0:
		return line[min(indent, len(line)):], len(line) > indent
	case isFiller(line[spaces:nextLine(line, 0)]):
		return newline, true
	}
	return line, false
}

func (d document) peekJSON() (head, bool) {
	var h struct{ APIVersion, Kind string }
	err := json.Unmarshal(d.data, &h)
	return head{h.APIVersion, h.Kind}, err == nil && h.APIVersion != "" && h.Kind != ""
}

// mayPrecedeKeys is true for the lines that may stand before the first key
// without changing what follows: blank, comment, marker, and plain keys.
func mayPrecedeKeys(line []byte) bool {
	if isMarker(line) {
		line = bytes.TrimLeft(line[3:], " \t")
		return len(line) == 0 || line[0] == '#' || line[0] == '\n' || line[0] == '\r'
	}
	switch c := line[0]; c {
	case '\n', '\r', '#', '%':
		return true
	default:
		return isLetter(c)
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isPlainKey(line []byte, key string) bool {
	return len(line) > len(key) && line[0] == key[0] && string(line[:len(key)]) == key && (line[len(key)] == ' ' || line[len(key)] == '\t')
}

// plainValue is the value of a "key: value" line when it is one plain or simply
// quoted word.
func plainValue(line []byte) (string, bool) {
	line = line[:nextLine(line, 0)]
	_, value, _ := bytes.Cut(line, []byte(":"))
	if i := bytes.Index(value, []byte(" #")); i >= 0 {
		value = value[:i]
	}
	value = bytes.TrimSpace(value)
	if n := len(value); n > 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = value[1 : n-1]
	}
	for _, c := range value {
		word := isLetter(c) || c >= '0' && c <= '9' || c == '.' || c == '/' || c == '-'
		if !word {
			return "", false
		}
	}
	return string(value), len(value) > 0
}
