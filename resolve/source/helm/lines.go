package helm

import (
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
	"unicode/utf8"
)

// A mark is a line number between two characters that no manifest holds: they are of the area
// that Unicode gives to nobody.
const (
	opening = "\uF8F0"
	closing = "\uF8F1"
)

// marked is a template with marks in the text that it writes itself: where such a text begins,
// at each of its lines, and where what is no text follows. What the template writes is then
// the same but for the marks, as long as nothing looks at it: the text of a define is left
// alone, since include gives it to functions. ok is false where there is nothing to mark.
func marked(name, source string) (text string, ok bool) {
	if strings.Contains(source, opening) || strings.Contains(source, closing) {
		return "", false
	}
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(source, "", "", map[string]*parse.Tree{}); err != nil || tree.Root == nil {
		return "", false
	}
	m := &marker{source: source}
	if !m.list(tree.Root) {
		return "", false
	}
	return m.text(), len(m.places) > 0
}

// marker collects the offsets of a template at which marks go.
type marker struct {
	source string
	places []place
}

// place is an offset in a template, and the line that a mark there names.
type place struct{ offset, line int }

func (m *marker) list(l *parse.ListNode) bool {
	if l == nil {
		return true
	}
	for _, n := range l.Nodes {
		var inner []*parse.ListNode
		switch n := n.(type) {
		case *parse.TextNode:
			if !m.write(int(n.Pos), string(n.Text)) {
				return false
			}
		case *parse.IfNode:
			inner = []*parse.ListNode{n.List, n.ElseList}
		case *parse.RangeNode:
			inner = []*parse.ListNode{n.List, n.ElseList}
		case *parse.WithNode:
			inner = []*parse.ListNode{n.List, n.ElseList}
		}
		for _, l := range inner {
			if !m.list(l) {
				return false
			}
		}
	}
	return true
}

// write takes a text as the template writes it: without the spaces that {{- takes away, which
// is why a mark may stand at both of its ends.
func (m *marker) write(at int, text string) bool {
	if !strings.HasPrefix(m.source[min(at, len(m.source)):], text) {
		return false // the parser counts in another way than it did
	}
	line := 1 + strings.Count(m.source[:at], "\n")
	m.places = append(m.places, place{at, line})
	for i, c := range []byte(text) {
		if c != '\n' {
			continue
		}
		if line++; i+1 < len(text) {
			m.places = append(m.places, place{at + i + 1, line})
		}
	}
	end := at + len(text)
	if next := strings.Index(m.source[end:], "{{"); next >= 0 {
		m.places = append(m.places, place{end, line + strings.Count(m.source[end:end+next], "\n")})
	}
	return true
}

func (m *marker) text() string {
	slices.SortStableFunc(m.places, func(a, b place) int { return a.offset - b.offset })
	var b strings.Builder
	at := 0
	for _, p := range m.places {
		b.WriteString(m.source[at:p.offset])
		b.WriteString(opening + strconv.Itoa(p.line) + closing)
		at = p.offset
	}
	b.WriteString(m.source[at:])
	return b.String()
}

// linesOf takes the marks out of what a marked template rendered to. Each line comes from the
// last mark before its first character that is no space: what an action writes over several
// lines comes from the line of the action.
func linesOf(rendered string) (text string, lines []int) {
	var b strings.Builder
	line, blank := 1, true
	lines = append(lines, line)
	for len(rendered) > 0 {
		if number, rest, ok := markAt(rendered); ok {
			if line = number; blank {
				lines[len(lines)-1] = line
			}
			rendered = rest
			continue
		}
		c, size := utf8.DecodeRuneInString(rendered)
		b.WriteString(rendered[:size])
		rendered = rendered[size:]
		switch c {
		case '\n':
			lines, blank = append(lines, line), true
		case ' ', '\t', '\r':
		default:
			blank = false
		}
	}
	return b.String(), lines
}

func markAt(text string) (line int, rest string, ok bool) {
	text, ok = strings.CutPrefix(text, opening)
	if !ok {
		return 0, "", false
	}
	number, rest, ok := strings.Cut(text, closing)
	line, err := strconv.Atoi(number)
	return line, rest, ok && err == nil
}

// sameLines reports whether lines that were found in one text hold for another: the same text,
// or one that differs in what is new at each rendering, such as a checksum of a template.
func sameLines(found, text string) bool {
	return found == text || strings.Count(found, "\n") == strings.Count(text, "\n")
}
