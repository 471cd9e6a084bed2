package resolve

import (
	"regexp"
	"strconv"
	"strings"
)

// Field is a path inside an object, in the form people read:
// spec.portLevelMtls[8080].mode, metadata.labels["istio-injection"].
// Make one with Path; the zero Field is the object itself.
type Field string

// Path joins segments into a Field. A segment that is a number becomes [n], one
// that is an identifier .name, any other ["text"]; so the field of a map key and
// the field of a list index are written alike by whoever builds them.
func Path(segments ...string) Field {
	var f Field
	for _, s := range segments {
		f = f.Child(s)
	}
	return f
}

// Child is the field one step below f.
func (f Field) Child(segment string) Field {
	switch {
	case isNumber(segment):
		return f + "[" + Field(segment) + "]"
	case !isIdentifier(segment):
		return f + Field("["+strconv.Quote(segment)+"]")
	case f == "":
		return Field(segment)
	default:
		return f + "." + Field(segment)
	}
}

// Index is the field of element i of the list f.
func (f Field) Index(i int) Field { return f.Child(strconv.Itoa(i)) }

// Below is what is left of f below a key; ok is false when f does not begin with it.
func (f Field) Below(key string) (rest Field, ok bool) {
	text := string(f)
	switch {
	case isNumber(key):
		text, ok = strings.CutPrefix(text, "["+key+"]")
	case isIdentifier(key):
		text, ok = strings.CutPrefix(text, key)
		ok = ok && (text == "" || text[0] == '.' || text[0] == '[')
	default:
		text, ok = strings.CutPrefix(text, "["+strconv.Quote(key)+"]")
	}
	return Field(strings.TrimPrefix(text, ".")), ok
}

// Position is the list position that f begins with, and what is left below it; ok is
// false when f begins with a key.
func (f Field) Position() (i int, rest Field, ok bool) {
	text, found := strings.CutPrefix(string(f), "[")
	number, text, closed := strings.Cut(text, "]")
	i, err := strconv.Atoi(number)
	return i, Field(strings.TrimPrefix(text, ".")), found && closed && err == nil && isNumber(number)
}

// Parent is the field that holds f, "" at the top.
func (f Field) Parent() Field {
	s := string(f)
	if strings.HasSuffix(s, "\"]") {
		return Field(s[:strings.LastIndex(s, "[\"")])
	}
	return Field(s[:max(strings.LastIndexAny(s, ".["), 0)])
}

// segment is one step of a field: ["text"], [number] or a name.
var segment = regexp.MustCompile(`\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|\.?([A-Za-z_][A-Za-z0-9_]*)`)

// Segments are the keys and indexes that Path made f of; nil for the object itself, and
// for a text that Path never makes.
func (f Field) Segments() []string {
	var path []string
	for _, m := range segment.FindAllStringSubmatch(string(f), -1) {
		word := m[2] + m[3]
		if m[1] != "" {
			var err error
			if word, err = strconv.Unquote(m[1]); err != nil {
				return nil
			}
		}
		path = append(path, word)
	}
	if Path(path...) != f {
		return nil
	}
	return path
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isIdentifier(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// Lines finds the line of a field in the document that an object was read from.
// Implementations must be safe for concurrent use and return 0 for a field that
// is not written there.
type Lines interface {
	Line(Field) int
}

// Origin says where an object was read. The zero Origin is an object that came
// from a cluster: its positions are zero.
type Origin struct {
	File  string
	First int // line on which the object begins, from 1
	Lines Lines
	// Unplaced is true when the text names no namespace and the default was given.
	Unplaced bool
}

// At is the place of a field, or of the nearest field above it that is written:
// the answer to "where do I look" even for a field that a default filled in.
func (o Origin) At(f Field) Position {
	if o.File == "" {
		return Position{}
	}
	for ; f != "" && o.Lines != nil; f = f.Parent() {
		if line := o.Lines.Line(f); line > 0 {
			return Position{o.File, line}
		}
	}
	return Position{o.File, o.First}
}
