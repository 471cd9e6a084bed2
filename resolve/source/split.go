package source

import (
	"bytes"
	"encoding/json"
)

// split cuts a text into documents. YAML is cut at lines that begin with "---"
// or "..." and nothing but white space right after: such a line cannot be part
// of a block scalar or of anything else that is indented, so a broken document
// costs only itself. Concatenated JSON objects are cut where one ends.
func split(file string, data []byte) []document {
	data = plainUTF8(data)
	var docs []document
	start, line, first := 0, 1, 1
	cut := func(end int) {
		if end > start {
			for _, d := range newDocument(file, first, data[start:end]).splitJSON() {
				docs = append(docs, d.splitList()...)
			}
		}
		start, first = end, line
	}
	for at := 0; at < len(data); line++ {
		next := nextLine(data, at)
		if isMarker(data[at:]) {
			cut(at)
			if data[at] == '.' { // belongs to neither side
				start, first = next, line+1
			}
		}
		at = next
	}
	cut(len(data))
	return docs
}

func nextLine(data []byte, at int) int {
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(data)
}

// isMarker is true at the start of a line that ends one document and begins the
// next. "--- # comment" and "--- text" are markers, "----" and "---text" are not.
func isMarker(data []byte) bool {
	if !bytes.HasPrefix(data, []byte("---")) && !bytes.HasPrefix(data, []byte("...")) {
		return false
	}
	return len(data) == 3 || data[3] == '\n' || data[3] == '\r' || data[3] == ' ' || data[3] == '\t'
}

// splitJSON cuts a stream of JSON values into one document each. Anything that
// is not wholly JSON stays as it is.
func (d document) splitJSON() []document {
	body := bytes.TrimLeft(d.data, " \t\r\n")
	if len(body) == 0 || body[0] != '{' {
		return []document{d}
	}
	var docs []document
	dec := json.NewDecoder(bytes.NewReader(d.data))
	at, line := 0, d.line
	for dec.More() {
		var raw json.RawMessage
		if dec.Decode(&raw) != nil {
			return []document{d}
		}
		end := int(dec.InputOffset())
		piece := d.data[at:end]
		blank := len(piece) - len(bytes.TrimLeft(piece, " \t\r\n"))
		line += bytes.Count(piece[:blank], newline)
		one := newDocument(d.file, line, piece[blank:])
		one.json = true
		docs = append(docs, one)
		line += bytes.Count(piece[blank:], newline)
		at = end
	}
	return docs
}

var newline = []byte("\n")
