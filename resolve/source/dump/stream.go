package dump

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Bounds of one file: dumps of the largest meshes have some hundred megabytes, one resource of
// them a few.
const (
	largestFile  = 512 << 20
	largestPiece = 64 << 20
	deepest      = 8
)

// errTooLarge ends a file that no proxy writes.
var errTooLarge = errors.New("it is larger than any dump that a proxy writes")

// stream reads a JSON text piece by piece: one resource at a time is in memory.
type stream struct {
	dec  *json.Decoder
	from *bounded
	raw  json.RawMessage
}

func newStream(r io.Reader) *stream {
	b := &bounded{in: r, left: largestFile, piece: largestPiece}
	return &stream{dec: json.NewDecoder(b), from: b}
}

// bounded is a reader of so many bytes in all, and for one piece.
type bounded struct {
	in          io.Reader
	left, piece int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	b.left -= int64(n)
	b.piece -= int64(n)
	if b.left < 0 || b.piece < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// next is the value that comes next, valid until the following call.
func (s *stream) next() (json.RawMessage, error) {
	s.from.piece = largestPiece
	s.raw = s.raw[:0]
	err := s.dec.Decode(&s.raw)
	return s.raw, err
}

// token is the token that comes next.
func (s *stream) token() (json.Token, error) {
	s.from.piece = largestPiece
	return s.dec.Token()
}

// reader takes one element of a list, or a value that is no list.
type reader func(text json.RawMessage) error

// value goes through the value that comes next. What is asks for the reader of a key, nil for
// one that is of no interest; inner, where it is not nil, is told of objects within lists whose
// key it knows.
func (s *stream) value(depth int, of func(key string) reader, inner func(key string) bool) error {
	t, err := s.token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('{'):
		return s.object(depth, of, inner)
	case json.Delim('['):
		return s.list(depth, of, inner)
	}
	return nil
}

func (s *stream) object(depth int, of func(string) reader, inner func(string) bool) error {
	for s.dec.More() {
		t, err := s.token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		switch read := of(fold(key)); {
		case read != nil:
			err = s.each(read)
		case inner != nil && inner(fold(key)) && depth > 0:
			err = s.value(depth-1, of, inner)
		default:
			err = s.drop(depth)
		}
		if err != nil {
			return err
		}
	}
	_, err := s.token()
	return err
}

func (s *stream) list(depth int, of func(string) reader, inner func(string) bool) error {
	for s.dec.More() {
		err := error(nil)
		if inner != nil && depth > 0 {
			err = s.value(depth-1, of, inner)
		} else {
			err = s.drop(depth)
		}
		if err != nil {
			return err
		}
	}
	_, err := s.token()
	return err
}

// drop leaves out a value: lists piece by piece.
func (s *stream) drop(depth int) error {
	if depth > 1 {
		return s.value(1, func(string) reader { return nil }, nil)
	}
	_, err := s.next()
	return err
}

// each gives the elements of a list to a reader, the values of an object, or what is neither.
func (s *stream) each(read reader) error {
	s.from.piece = largestPiece
	t, err := s.token()
	if err != nil {
		return err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	for s.dec.More() {
		if open == '{' {
			if _, err := s.token(); err != nil {
				return err
			}
		}
		text, err := s.next()
		if err != nil {
			return err
		}
		if err := read(text); err != nil {
			return err
		}
	}
	_, err = s.token()
	return err
}

// ended turns the error of a text that was cut off into a sentence.
func ended(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends in the middle: it was cut off")
	case errors.As(err, &syntax):
		return fmt.Errorf("not valid JSON at byte %d: %w", syntax.Offset, err)
	}
	return err
}
