package amend

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// lines is a text with an index of its lines, counted from 0.
type lines struct {
	b      []byte
	starts []int
}

// newLines breaks lines where the parser does, so that both count alike.
func newLines(b []byte) lines {
	l := lines{b: b, starts: []int{0}}
	for i := 0; i < len(b); {
		n := lineBreak(b[i:])
		i += max(n, 1)
		if n > 0 && i < len(b) {
			l.starts = append(l.starts, i)
		}
	}
	return l
}

// lineBreak is the length of the line break that a text, which is not empty, begins with, or 0.
func lineBreak(b []byte) int {
	switch b[0] { // of a large file most bytes end here
	case '\n':
		return 1
	case '\r':
		if len(b) > 1 && b[1] == '\n' {
			return 2
		}
		return 1
	case 0xc2: // next line
		if len(b) > 1 && b[1] == 0x85 {
			return 2
		}
	case 0xe2: // line and paragraph separator
		if len(b) > 2 && b[1] == 0x80 && (b[2] == 0xa8 || b[2] == 0xa9) {
			return 3
		}
	}
	return 0
}

// lineBreaks are all of them, the longest first.
var lineBreaks = [][]byte{[]byte("\u2028"), []byte("\u2029"), []byte("\r\n"), []byte("\u0085"), []byte("\n"), []byte("\r")}

// count is how many lines there are; an empty text has none.
func (l *lines) count() int {
	if len(l.b) == 0 {
		return 0
	}
	return len(l.starts)
}

// line is the line that holds an offset.
func (l *lines) line(off int) int {
	return sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > off }) - 1
}

// begin is where a line begins; that of a line behind the last is the end of the text.
func (l *lines) begin(line int) int {
	if line >= len(l.starts) {
		return len(l.b)
	}
	return l.starts[line]
}

// end is where a line ends, before its line break.
func (l *lines) end(line int) int {
	from, to := l.begin(line), l.begin(line+1)
	for _, b := range lineBreaks {
		if bytes.HasSuffix(l.b[from:to], b) {
			return to - len(b)
		}
	}
	return to
}

// text is a line without its line break.
func (l *lines) text(line int) []byte { return l.b[l.begin(line):l.end(line)] }

// trimmed is a line without the space around it.
func (l *lines) trimmed(line int) []byte { return bytes.Trim(l.text(line), " \t") }

func (l *lines) isBlank(line int) bool { return len(l.trimmed(line)) == 0 }

func (l *lines) isComment(line int) bool { return bytes.HasPrefix(l.trimmed(line), []byte("#")) }

// isMarker is true for a line that begins or ends a document.
func (l *lines) isMarker(line int) bool {
	return marks(l.text(line), "---") || marks(l.text(line), "...")
}

// indent is how many spaces a line begins with.
func (l *lines) indent(line int) int {
	text := l.text(line)
	return len(text) - len(bytes.TrimLeft(text, " "))
}

// column is how many characters stand before an offset on its line.
func (l *lines) column(off int) int { return utf8.RuneCount(l.b[l.begin(l.line(off)):off]) }

// leads is true where only space stands before an offset on its line.
func (l *lines) leads(off int) bool {
	return len(bytes.Trim(l.b[l.begin(l.line(off)):off], " \t")) == 0
}

// offset is the place that the parser counts as a line and a column, both from 1.
func (l *lines) offset(line, column int) int {
	off := l.begin(line - 1)
	for ; column > 1 && off < len(l.b); column-- {
		_, n := utf8.DecodeRune(l.b[off:])
		off += n
	}
	return off
}

// newline is the line break that the text uses.
func (l *lines) newline() string {
	if bytes.Contains(l.b, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// marks is true for a line that begins with a document marker.
func marks(line []byte, marker string) bool {
	rest, is := bytes.CutPrefix(line, []byte(marker))
	return is && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t')
}
