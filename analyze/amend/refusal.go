package amend

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Why a text is not changed where it could be read.
var (
	errOdd    = errors.New("it is written in a form that mtlsctl does not change")
	errTag    = errors.New("its type is written as a tag")
	errNoList = errors.New("it is not a list")
)

// position is how an error of the parser says where it is, in its document.
var position = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)

// unreadable is an error of the parser, with the line of the file.
func (t *Text) unreadable(d *document, err error) error {
	line, text := 1, err.Error()
	if m := position.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	return t.refuse(d, line-1, "the document cannot be read: %s", text)
}

// refuse is an error at a line of a document, counted from 0.
func (t *Text) refuse(d *document, line int, format string, args ...any) error {
	for _, before := range t.docs {
		if before == d {
			break
		}
		line += before.count()
	}
	return fmt.Errorf("%s: %s", resolve.Position{File: t.file, Line: line + 1}, fmt.Sprintf(format, args...))
}

// lastWords is what an error of Edit.Apply says behind the object and the field.
func lastWords(err error) string {
	text := []byte(err.Error())
	if i := bytes.LastIndex(text, []byte(": ")); i >= 0 {
		return string(text[i+2:])
	}
	return err.Error()
}
