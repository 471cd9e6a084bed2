package format

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// yamlFormat is -o yaml: the data of -o json under the same names.
type yamlFormat struct{}

// Format implements Format.
func (yamlFormat) Format(b *bytes.Buffer, v View, _ Options) error {
	compact, err := Compact(v.Data())
	if err != nil {
		return err
	}
	y := yamlWriter{b: b, text: compact}
	b.Grow(2 * len(compact))
	y.value(0, false)
	return nil
}

func (yamlFormat) open(b *bytes.Buffer, head []byte) {
	y := yamlWriter{b: b, text: head}
	y.value(0, false)
	b.Truncate(b.Len() - len(" []\n"))
	b.WriteByte('\n')
}

func (yamlFormat) item(b *bytes.Buffer, compact []byte, _ bool) {
	b.WriteString("- ")
	y := yamlWriter{b: b, text: compact}
	y.value(1, true)
}

func (yamlFormat) shut(b *bytes.Buffer, empty bool, tail []byte) {
	if empty { // nothing was written since open
		b.Truncate(b.Len() - 1)
		b.WriteString(" []\n")
	}
	if len(tail) > len("{}") {
		y := yamlWriter{b: b, text: tail}
		y.value(0, true)
	}
}

// yamlWriter turns compact JSON into block YAML. A YAML library needs 9 s and
// 4 GB for ten thousand workloads; every JSON string is a valid double-quoted
// YAML scalar, so little is left to do.
type yamlWriter struct {
	b    *bytes.Buffer
	text []byte
	i    int
}

// value writes the value at i and leaves i behind it. inline is true right after
// a "- ", where a map or list goes on in the same line.
func (y *yamlWriter) value(depth int, inline bool) {
	switch c := y.text[y.i]; {
	case (c == '{' || c == '[') && y.text[y.i+1] == c+2:
		y.line(string([]byte{' ', c, c + 2}), inline)
		y.i += 2
	case c == '{':
		y.object(depth, inline)
	case c == '[':
		y.list(depth, inline)
	default:
		y.line(" "+y.scalar(), inline)
	}
}

// line ends a line. At the start of the document and behind "- " there is no
// space to write.
func (y *yamlWriter) line(s string, inline bool) {
	if inline || y.b.Len() == 0 {
		s = strings.TrimPrefix(s, " ")
	}
	y.b.WriteString(s)
	y.b.WriteByte('\n')
}

func (y *yamlWriter) object(depth int, inline bool) {
	y.open(inline)
	for first := true; y.text[y.i] != '}'; first = false {
		y.i++ // the brace or comma
		if !first || !inline {
			pad(y.b, 2*depth)
		}
		y.b.WriteString(y.scalar())
		y.i++ // the colon
		y.b.WriteByte(':')
		y.value(y.below(depth), false)
	}
	y.i++
}

// below is the depth of a value under a key: lists stand at the key's own, as
// kubectl writes them.
func (y *yamlWriter) below(depth int) int {
	if y.text[y.i] == '[' {
		return depth
	}
	return depth + 1
}

func (y *yamlWriter) list(depth int, inline bool) {
	y.open(inline)
	for first := true; y.text[y.i] != ']'; first = false {
		y.i++ // the bracket or comma
		if !first || !inline {
			pad(y.b, 2*depth)
		}
		y.b.WriteString("- ")
		y.value(depth+1, true)
	}
	y.i++
}

// open ends the line of the key that holds a map or list.
func (y *yamlWriter) open(inline bool) {
	if !inline && y.b.Len() > 0 {
		y.b.WriteByte('\n')
	}
}

// scalar reads one scalar and quotes it only where YAML would take it for
// something else.
func (y *yamlWriter) scalar() string {
	start := y.i
	if y.text[y.i] != '"' {
		for y.i < len(y.text) && y.text[y.i] != ',' && y.text[y.i] != ']' && y.text[y.i] != '}' {
			y.i++
		}
		return string(y.text[start:y.i])
	}
	y.i = stringEnd(y.text, y.i)
	quoted := string(y.text[start:y.i])
	if bare := quoted[1 : len(quoted)-1]; isPlain(bare) {
		return bare
	}
	return quoted
}

// wordsOfYAML are texts that some YAML version reads as something else.
var wordsOfYAML = []string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}

// isPlain reports text that YAML reads as the same text without quotes: it begins
// with a letter or a slash, and a space or colon stands only between two signs
// that mean nothing.
func isPlain(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '/' {
		return false
	}
	for i := range len(s) {
		if !means(s[i]) {
			continue
		}
		between := s[i] == ' ' || s[i] == ':'
		if !between || i+1 == len(s) || means(s[i+1]) || s[i+1] == '-' {
			return false
		}
	}
	return len(s) > 5 || !slices.Contains(wordsOfYAML, strings.ToLower(s))
}

// means reports a sign that may mean something to YAML.
func means(c byte) bool {
	return !isLetter(c) && (c < '0' || c > '9') && !strings.ContainsRune("_./=()+-", rune(c))
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// blockYAML writes a value in the way of -o yaml.
func YAML(v any) string {
	compact, err := json.Marshal(v)
	if err != nil { // a value that no JSON can hold is none of an Edit's
		return "# " + err.Error() + "\n"
	}
	var b bytes.Buffer
	y := yamlWriter{b: &b, text: compact}
	y.value(0, false)
	return b.String()
}
