package manifest

import (
	"bytes"
	"unicode/utf16"
)

// Split cuts a text into documents as kubectl does: k8s.io/apimachinery's YAMLReader for
// YAML, a stream of JSON values for a text that begins with a brace. What kubectl would
// not read on from is read all the same, and said.
func Split(file string, data []byte) []Document {
	data = plainUTF8(data)
	if bytes.Contains(data, []byte("\r\n")) { // kubectl's reader of lines takes it off
		data = bytes.ReplaceAll(data, []byte("\r\n"), newline)
	}
	docs, rest := splitJSON(file, data)
	docs = append(docs, rest.splitYAML()...)
	if len(docs) == 1 {
		docs[0].sole = true
		return docs[0].splitList()
	}
	cut := make([]Document, 0, len(docs))
	for _, d := range docs {
		cut = append(cut, d.splitList()...)
	}
	return cut
}

// SplitRendered cuts a text that a template rendered to. Origins are the lines of the template
// that its lines come from, which positions name; nil for those of the text.
func SplitRendered(file string, data []byte, origins []int) []Document {
	docs := Split(file, data)
	for i := range docs {
		docs[i].origins = origins
	}
	return docs
}

// splitYAML cuts at lines that begin with "---" and say nothing more than a comment. Such
// a line belongs to neither side, unless nothing stands before it: then the parser sees it.
func (d Document) splitYAML() []Document {
	var docs []Document
	if n := len(d.Data); n > 0 && d.Data[n-1] != '\n' { // kubectl's reader ends each line
		d.Data = append(d.Data[:n:n], '\n')
	}
	start, line, first, refused := 0, d.Line, d.Line, d.refused
	cut := func(end int) {
		if end > start {
			one := newDocument(d.file, first, d.Data[start:end])
			one.refused, refused = refused, ""
			docs = append(docs, one)
		}
	}
	for at := 0; at < len(d.Data); line++ {
		next := nextLine(d.Data, at)
		if bytes.HasPrefix(d.Data[at:], marker) {
			rest := bytes.TrimSpace(d.Data[at+len(marker) : next])
			switch more := len(rest) > 0 && rest[0] != '#'; {
			case more:
				cut(at)
				start, first = at, line
				refused = `not valid YAML: a line that begins with "---" contains more than a comment`
			case at > start:
				cut(at)
				start, first = next, line+1
			}
		}
		at = next
	}
	cut(len(d.Data))
	return docs
}

var (
	newline = []byte("\n")
	marker  = []byte("---")
)

func nextLine(data []byte, at int) int {
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(data)
}

// isMarker is true at the start of a line that is a marker of documents to the parser.
// "--- # comment" and "--- text" are markers, "----" and "---text" are not.
func isMarker(data []byte) bool {
	if !bytes.HasPrefix(data, marker) && !bytes.HasPrefix(data, []byte("...")) {
		return false
	}
	return len(data) == 3 || data[3] == '\n' || data[3] == '\r' || data[3] == ' ' || data[3] == '\t'
}

// tail is the line on which something stands that kubectl never reads, for it asks the
// parser only for the first document up to the next "---"; 0 when there is nothing.
func (d Document) tail() int {
	if !bytes.Contains(d.Data, []byte("...")) {
		return 0
	}
	line := d.Line
	for at := 0; at < len(d.Data); line++ {
		next := nextLine(d.Data, at)
		if d.Data[at] == '.' && isMarker(d.Data[at:]) {
			rest := newDocument(d.file, line+1, d.Data[next:])
			if rest.blank() && isFiller(d.Data[at+3:next]) {
				return 0
			}
			return line
		}
		at = next
	}
	return 0
}

// plainUTF8 takes off the byte order mark. PowerShell's ">" writes UTF-16, so
// that is turned into UTF-8.
func plainUTF8(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, bom):
		return data[len(bom):]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], 0, 1)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], 1, 0)
	}
	return data
}

var bom = []byte("\xef\xbb\xbf")

func fromUTF16(data []byte, low, high int) []byte {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, uint16(data[low])|uint16(data[high])<<8)
	}
	return []byte(string(utf16.Decode(units)))
}
