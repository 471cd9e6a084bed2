package amend

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// layout is how a text indents: step is the columns from a map to the map below a key, dash
// those to a list below a key, which many write as none.
type layout struct{ step, dash int }

// layout is that of the text around a piece: nearest first.
func (c *carver) layout(p *piece) layout {
	l := layout{step: -1, dash: -1}
	for up := p; up != nil && (l.step < 0 || l.dash < 0); up = up.up {
		c.learn(up, &l)
	}
	if l.step <= 0 {
		l.step = 2
	}
	l.dash = max(l.dash, 0)
	return l
}

// learn takes from a piece what is not known yet.
func (c *carver) learn(p *piece, l *layout) {
	if !p.isBlock() {
		return
	}
	for i := range p.size() {
		v := p.value(i)
		if p.isMap() && v.isBlock() && len(v.kids) > 0 && c.line(v.body) != c.line(p.starts(i)) {
			deep := c.column(v.starts(0)) - c.column(p.starts(i))
			switch {
			case v.isMap() && l.step < 0:
				l.step = deep
			case v.isList() && l.dash < 0:
				l.dash = deep
			}
		}
		c.learn(v, l)
	}
}

// block are the lines of a value that is not empty, at a column.
func (l layout) block(value any, column int, parent string) []string {
	if list, is := value.([]any); is {
		return l.list(list, column, parent)
	}
	m, _ := value.(map[string]any)
	var out []string
	for _, k := range ordered(m) {
		out = append(out, l.entry(k, m[k], column, parent)...)
	}
	return out
}

// entry are the lines of a key and its value, at a column.
func (l layout) entry(key string, value any, column int, parent string) []string {
	head := strings.Repeat(" ", column) + keyWord(key, parent) + ":"
	if !isCollection(value) {
		return []string{head + " " + flow{}.text(value, nil, key)}
	}
	deep := l.step
	if _, is := value.([]any); is {
		deep = l.dash
	}
	return append([]string{head}, l.block(value, column+deep, key)...)
}

func (l layout) list(list []any, column int, parent string) []string {
	var out []string
	for _, v := range list {
		out = append(out, l.item(v, nil, column, parent)...)
	}
	return out
}

// item are the lines of an item of a list, whose mark stands at a column; like is an item
// that shows how texts are quoted.
func (l layout) item(value any, like *yaml.Node, column int, parent string) []string {
	mark := strings.Repeat(" ", column) + "- "
	if !isCollection(value) {
		return []string{mark + flow{}.text(value, like, parent)}
	}
	out := l.block(value, column+2, parent)
	out[0] = mark + out[0][column+2:]
	return out
}

// early are the keys that come first in what people write.
var early = []string{"apiVersion", "kind", "metadata", "name", "namespace"}

// ordered are the keys of a map as they are written.
func ordered(m map[string]any) []string {
	rank := func(k string) int {
		if i := slices.Index(early, k); i >= 0 {
			return i
		}
		return len(early)
	}
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
}
