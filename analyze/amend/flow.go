package amend

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// flow is how values are written in braces and brackets. The zero flow is that of YAML.
type flow struct {
	json bool
	// tight leaves out the space behind a colon or comma.
	tight bool
	// newline, prefix and step are for a JSON text with one key per line: the line break, what
	// the line of the value begins with, and how much more its entries do.
	newline, prefix, step string
}

// flowOf is how the text around a piece writes.
func (c *carver) flowOf(p *piece) flow {
	var f flow
	for up := p; up != nil; up = up.up {
		if up.isFlow() && up.isMap() && up.size() > 0 && up.key(0).node.Style&yaml.DoubleQuotedStyle != 0 {
			f.json = true
		}
	}
	up := p.up
	if p.up == nil && p.isFlow() && p.size() > 0 {
		up = p
	}
	if up == nil || !up.isFlow() || up.size() == 0 {
		return f
	}
	if up.isMap() {
		at := up.key(0).to
		f.tight = at+1 < len(c.b) && c.b[at] == ':' && !isSpace(c.b[at+1])
	} else if at := up.value(0).to; at+1 < len(c.b) && c.b[at] == ',' {
		f.tight = !isSpace(c.b[at+1])
	}
	if first := up.starts(0); f.json && c.leads(first) {
		f.newline = c.newline()
		f.prefix = string(c.b[c.begin(c.line(first)):first])
		outer := c.text(c.line(up.body))
		outer = outer[:len(outer)-len(strings.TrimLeft(string(outer), " \t"))]
		f.step = strings.TrimPrefix(f.prefix, string(outer))
	}
	return f
}

// inBraces is how the maps in a block map are written, where all that it holds, but for one
// value, are maps in braces that stand beside their keys.
func (c *carver) inBraces(p, but *piece) (flow, bool) {
	var like *piece
	for i := range p.size() {
		v := p.value(i)
		switch {
		case v == but:
		case !p.isMap() || !v.isMap() || !v.isFlow() || c.line(p.starts(i)) != c.line(v.to-1):
			return flow{}, false
		case v.size() > 0: // there is no other way to write an empty one
			like = v.value(0)
		}
	}
	if like == nil {
		return flow{}, false
	}
	return c.flowOf(like), true
}

// comma is what stands between the entries of a piece.
func (c *carver) comma(p *piece) string {
	if at := p.value(0).to; p.size() > 1 && at+1 < len(c.b) && c.b[at] == ',' && !isSpace(c.b[at+1]) {
		return ","
	}
	if f := c.flowOf(p.value(0)); p.size() == 1 && f.tight {
		return ","
	}
	return ", "
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// text is a value; like is a scalar that shows how texts are quoted, or nil.
func (f flow) text(value any, like *yaml.Node, parent string) string {
	switch v := value.(type) {
	case map[string]any:
		var parts []string
		for _, k := range ordered(v) {
			parts = append(parts, f.deeper().entry(k, v[k], parent))
		}
		return f.enclosed("{", parts, "}")
	case []any:
		var parts []string
		for _, inner := range v {
			parts = append(parts, f.deeper().text(inner, nil, parent))
		}
		return f.enclosed("[", parts, "]")
	case string:
		switch {
		case f.json || like != nil && like.Kind == yaml.ScalarNode && like.Style&yaml.DoubleQuotedStyle != 0:
			return quoted(v)
		case like != nil && like.Kind == yaml.ScalarNode && like.Style&yaml.SingleQuotedStyle != 0 && isSimple(v):
			return "'" + strings.ReplaceAll(v, "'", "''") + "'"
		}
		return stringWord(v)
	default:
		return otherWord(v)
	}
}

// entry is a key and its value.
func (f flow) entry(key string, value any, parent string) string {
	word := keyWord(key, parent)
	if f.json {
		word = quoted(key)
	}
	colon := ": "
	if f.json && f.tight {
		colon = ":"
	}
	return word + colon + f.text(value, nil, key)
}

func (f flow) deeper() flow {
	f.prefix += f.step
	return f
}

func (f flow) enclosed(open string, parts []string, shut string) string {
	switch {
	case len(parts) == 0:
		return open + shut
	case f.newline != "":
		inner := f.newline + f.prefix + f.step
		return open + inner + strings.Join(parts, ","+inner) + f.newline + f.prefix + shut
	case f.json && f.tight:
		return open + strings.Join(parts, ",") + shut
	}
	return open + strings.Join(parts, ", ") + shut
}
