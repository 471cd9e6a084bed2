package source

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// stream parses several documents with one parser.
type stream struct {
	decoder *yaml.Decoder
	// starts are the lines of the stream that stand before each document.
	starts []int
}

func newStream(docs []document) *stream {
	s := &stream{starts: make([]int, 0, len(docs))}
	size := 0
	for _, d := range docs {
		size += len(d.data) + len(separator)
	}
	text := make([]byte, 0, size)
	lines := 0
	for i, d := range docs {
		body := d.yaml()
		if i > 0 && !bytes.HasPrefix(body, []byte("---")) {
			text = append(text, separator...)
			lines++
		}
		s.starts = append(s.starts, lines)
		text = append(text, body...)
		lines += bytes.Count(body, newline)
	}
	s.decoder = yaml.NewDecoder(bytes.NewReader(text))
	return s
}

const separator = "---\n"

// next parses d, the next document of the stream, and gives it back with the
// line numbers of the stream. ok is false when the parser gives up or has come
// out of step.
func (s *stream) next(d document) (placed document, top *yaml.Node, ok bool) {
	start := s.starts[0]
	s.starts = s.starts[1:]
	d.above -= start
	var n yaml.Node
	if err := guarded(func() error { return s.decoder.Decode(&n) }); err != nil || len(n.Content) != 1 {
		return d, nil, false
	}
	top = n.Content[0]
	return d, top, top.Line > start && top.Line <= start+bytes.Count(d.data, newline)+1
}

// guarded turns a panic into an error: the parser is a port from C, and a slip in
// it, or in a decoder, must cost one document and not the process.
func guarded(parse func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return parse()
}
