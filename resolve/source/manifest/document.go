package manifest

import (
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/plain"
)

// Document is one YAML or JSON document and where it stands.
type Document struct {
	file string
	Line int // of the first byte of data, from 1
	Data []byte
	// above is how many lines of the file stand before line 1 of the nodes: line-1
	// unless the document was parsed together with those before it.
	above int
	JSON  bool // data is a JSON value, and kubectl reads it as JSON
	sole  bool // nothing else stands in the text
	// refused is why kubectl does not get as far as this document, "" when it does.
	refused string
	// item is set for an item that was cut out of a list.
	item *item
	// tree is what several objects of one document share; see lines.
	tree *tree
	// origins are the lines of the template that the lines of the text come from, nil for a
	// text that was written as it is.
	origins []int
}

// begins is the place of the document.
func (d Document) begins() resolve.Position {
	return resolve.Position{File: d.file, Line: d.origin(d.Line)}
}

// at is the place of a node of the parsed document.
func (d Document) at(n *yaml.Node) resolve.Position {
	if d.file == "" {
		return resolve.Position{} // of a cluster
	}
	return resolve.Position{File: d.file, Line: d.lineOf(n)}
}

func (d Document) lineOf(n *yaml.Node) int { return d.origin(d.above + max(n.Line, 1)) }

// origin is the line to look at for a line of the text.
func (d Document) origin(line int) int {
	if i := line - 1; i >= 0 && i < len(d.origins) {
		return d.origins[i]
	}
	return line
}

// newDocument is the document whose first byte stands on line.
func newDocument(file string, line int, data []byte) Document {
	return Document{file: file, Line: line, Data: data, above: line - 1}
}

// Parse returns the top node, nil for a document of nothing but comments.
func (d Document) Parse() (*yaml.Node, *syntaxError) {
	if top, ok := new(plain.Parser).Parse(d.yaml()); ok {
		return top, nil
	}
	return d.parsed()
}

// parsed is what yaml.v3 makes of the document, plain or not.
func (d Document) parsed() (*yaml.Node, *syntaxError) {
	top, err := ParseYAML(d.yaml())
	if err != nil {
		return nil, d.locate(err)
	}
	return top, nil
}

// isUTF8 reports a text that UTF-8 allows, or one of UTF-16.
func isUTF8(text []byte) bool {
	return utf8.Valid(text) || bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff})
}

// yaml is the document as the parser has to see it, line for line.
func (d Document) yaml() []byte {
	switch {
	case d.JSON:
		return yamlEscapes(d.Data)
	case d.item != nil:
		return d.item.withoutDash(d.Data)
	}
	return d.Data
}

// ParseYAML is the first document of a text, nil where it is empty. Its error has a line.
func ParseYAML(data []byte) (*yaml.Node, error) {
	var n yaml.Node
	err := Guarded(func() error { return yaml.Unmarshal(data, &n) })
	if err != nil || n.Kind == 0 {
		return nil, err
	}
	return n.Content[0], nil
}

// blank reports whether the document certainly holds nothing: spaces, comments and a
// marker at its beginning.
func (d Document) blank() bool {
	for at := 0; at < len(d.Data); {
		next := nextLine(d.Data, at)
		line := bytes.TrimSuffix(d.Data[at:next], newline)
		if at == 0 && bytes.HasPrefix(line, marker) && isMarker(line) {
			line = line[len(marker):]
		}
		line = bytes.TrimLeft(line, " ")
		if len(line) > 0 && (line[0] != '#' || !oneLine(line)) {
			return false
		}
		at = next
	}
	return true
}

// oneLine reports whether a comment certainly ends where its line ends: YAML knows more
// breaks than one, and characters that it does not allow.
func oneLine(comment []byte) bool {
	for len(comment) > 0 {
		r, size := utf8.DecodeRune(comment)
		if r != '\t' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0xd800 && r < 0xe000 || r >= 0xfe00) {
			return false
		}
		comment = comment[size:]
	}
	return true
}

// syntaxError is why a document is not YAML, and on which line of the file.
type syntaxError struct {
	line    int
	message string
}

var lineOfError = regexp.MustCompile(`^line (\d+): `)

// locate turns the parser's error into the line where a reader has to look. The
// parser says the right line for what it scans, the line before an unclosed
// bracket for flow collections, and for the rest where the surrounding block
// began, which does not help.
func (d Document) locate(err error) *syntaxError {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if m := lineOfError.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	switch {
	case strings.HasPrefix(message, "did not find expected ',' or"):
		line++
	case line == 0 || strings.HasPrefix(message, "did not find expected"):
		line = d.failingLine(message)
	}
	return &syntaxError{line: d.Line + max(line, 1) - 1, message: message}
}

// failingLine finds the line on which the parser gives up, by handing it one
// line after the other.
func (d Document) failingLine(message string) int {
	data := d.yaml()
	r := &lineReader{rest: data}
	var n yaml.Node
	_ = yaml.NewDecoder(r).Decode(&n)
	line := r.lines
	for range 2 { // it reads ahead a little
		if _, err := ParseYAML(upTo(data, line-1)); err == nil || !strings.HasSuffix(err.Error(), message) {
			break
		}
		line--
	}
	return line
}

// lineReader hands out one line per Read and counts them.
type lineReader struct {
	rest  []byte
	lines int
}

// Read implements io.Reader.
func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	end := nextLine(r.rest, 0)
	n := copy(p, r.rest[:end])
	if n == end {
		r.lines++
	}
	r.rest = r.rest[n:]
	return n, nil
}

func upTo(data []byte, lines int) []byte {
	at := 0
	for range lines {
		at = nextLine(data, at)
	}
	return data[:at]
}

// At is the line on which the document begins: of the template, where the text was rendered.
func (d Document) At() int { return d.origin(d.Line) }
