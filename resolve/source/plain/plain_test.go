package plain_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	kubeyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/source/plain"
)

// compare parses a text with both parsers, and fails where they disagree. It
// reports whether the text was plain.
func compare(t *testing.T, p *plain.Parser, text string) bool {
	t.Helper()
	top, ok := p.Parse([]byte(text))
	if !ok {
		return false
	}
	var want yaml.Node
	if err := yaml.Unmarshal([]byte(text), &want); err != nil {
		t.Errorf("parsed what is no YAML: %v\n%s", err, text)
		return true
	}
	got, wanted := show(top), show(want.Content[0])
	if got != wanted {
		t.Errorf("%s\ngot:\n%s\nyaml.v3:\n%s", text, got, wanted)
	}
	if got, want := asJSON(t, top), kubectl(t, text); got != want {
		t.Errorf("%s\ngot:\n%s\nkubectl:\n%s", text, got, want)
	}
	return true
}

// kubectl is the JSON that kubectl makes of a text.
func kubectl(t *testing.T, text string) string {
	t.Helper()
	var v any
	data, err := kubeyaml.YAMLToJSON([]byte(text))
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil {
		t.Errorf("parsed what kubectl refuses: %v\n%s", err, text)
	}
	return fmt.Sprint(v)
}

// asJSON is the same of nodes, whose tags are all that is looked at.
func asJSON(t *testing.T, top *yaml.Node) string {
	t.Helper()
	var value func(n *yaml.Node) any
	value = func(n *yaml.Node) any {
		switch n.Tag {
		case "!!map":
			m := map[string]any{}
			for i := 0; i < len(n.Content); i += 2 {
				m[n.Content[i].Value] = value(n.Content[i+1])
			}
			return m
		case "!!seq":
			s := []any{}
			for _, c := range n.Content {
				s = append(s, value(c))
			}
			return s
		case "!!str":
			return n.Value
		case "!!null":
			return nil
		}
		var v any
		if err := json.Unmarshal([]byte(n.Value), &v); err != nil {
			t.Errorf("%s %q: %v", n.Tag, n.Value, err)
		}
		return v
	}
	return fmt.Sprint(value(top))
}

// show writes everything of a tree but its comments, which nobody reads.
func show(n *yaml.Node) string {
	var b strings.Builder
	var write func(n *yaml.Node, depth int)
	write = func(n *yaml.Node, depth int) {
		fmt.Fprintf(&b, "%*s%d:%d kind %d style %d %s %q %q %v\n", depth, "", n.Line, n.Column, n.Kind, n.Style, n.Tag, n.Value, n.Anchor, n.Alias != nil)
		for _, c := range n.Content {
			write(c, depth+2)
		}
	}
	write(n, 0)
	return b.String()
}

func TestWhatIsPlain(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a: b\n", "a: b", "a: b #", "a:", "---\na:\n- 'b'", "# c\n\n  a: b\n", "---\na:\n", "--- # c\na: b # c\n", "a: b\n# c\n", "8080: -1\n", "a: {}\nb: [] # c\n",
		"a:\n- b\n- c: d\n  e: f\ng: h\n", "a:\n  - - b\n    - c\n  -   d:\n        e:\n", "\"a\": 'b'\n'c d': \"it's\"\n",
		"a: b c:d#e \nf: http://x/?y&z=*\n", "a:\nb: ~\nc: null\nd: true\ne: -0.5\nf: 100m\ng: -c\nh: 10.0.0.1\ni: 0\nj: -12\nk: 1.2.3-rc.1\nl: 5s\nm: Mon\n",
		"a: {b: c, \"d\": [e, {f: 1}], g: {}}\nh: { i: j }  # k\n",
		"a: [b, \"c d\", 'e']  # f\ng: [ ]\nh: [ 1,2.5 ,true,/x-y]\n", "a:\n- [b]\n- []\n",
		"a: |\n  b\n\n   c # d\n  \n     \n  e:\n\n# f\ng: h\n", "a:\n- |- # b\n c\n- d: |\n    e\n  f: |-\n   g\n\n", "a: |-\n b\nc: d",
		"a:\n  # c\n  b: c\n # d\ne: f\n", "a:   # c\n  - b\n",
	} {
		if !compare(t, new(plain.Parser), text) {
			t.Errorf("left to yaml.v3: %q", text)
		}
	}
}

func TestWhatIsLeftToTheLibrary(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "\n", "# c\n", "a", "a\n", "- a\n", "a: b\r\n", "a:\tb\n", "a: \u00e9\n", "a: b\n---\nc: d\n", "a: b\n...\n", "%YAML 1.2\n---\na: b\n", "--- a: b\n",
		"a: b\n  c\n", "a: \"b\n  c\"\n", "a: |2\n  b\n", "a: |+\n  b\n\n", "a: |\n  b", "a: |\n  b\n ", "a: |\n\n  b\n", "a: |\nb: c\n", "a: |\n    b\n  c\n", "a: |\n", "a: >-\n  b\n", "a: [b, ]\n", "a: [b: c]\n", "a: [,]\n", "a: [b\n  ]\n", "a: [b] c\n", "a: [b c]\n", "a: [b]]\n", "a: [-]\n", "[a]: b\n", "a: [b:c]\n", "a: &b c\n", "a: *b\n", "a: !!str b\n", "<<: {}\n",
		"a: 'it''s'\n", `a: "\n"` + "\n", "? a\n: b\n", "a: b: c\n", "a: - b\n", "a:\n  b: c\n d: e\n", "a: b\n c: d\n", "a: {} b\n", "a: \"b\"#c\n", "a : b\n",
		"a:\n  - b\n  c: d\n", "a: @b\n", "a: `b\n", "a: %b\n", "-a\n", strings.Repeat("k", 600) + ": a\n", deep(200), "  a: b\nc: d\n", "a: ]\n", "a:\n-\n- b\n",
		// more than one meaning, or one that depends on who is asked
		"a: yes\n", "a: n\n", "a: Off\n", "a: TRUE\n", "a: Null\n", "a: 0x1F\n", "a: 017\n", "a: 08\n", "a: 0o7\n", "a: 0b1\n", "a: 1_0\n", "a: +1\n", "a: -0\n", "a: 1e3\n", "a: 5.\n", "a: .5\n", "a: .inf\n", "a: -.INF\n", "a: .nan\n",
		"a: 2020-01-01\n", "a: 12:30\n", "a: 9223372036854775808\n", "a: 0.1234567890123456789\n", "y: a\n", "on:\n  a: b\n", "017: a\n", "1.5: a\n", "~: a\n", "true: a\n", "a: b\na: c\n", "a: b\n\"a\": c\n", "8080: a\n'8080': b\n", "a: {b: c, b: d}\n", "a: {b:c}\n", "a: {b}\n", "a: {b: }\n", "a: {y: b}\n", "a: {b: c,}\n", "a: {b: {c: d}\n  }\n", "a: {<<: b}\n", "a: [[[[[[[[[b]]]]]]]]]\n",
	} {
		if top, ok := new(plain.Parser).Parse([]byte(text)); ok || top != nil {
			t.Errorf("parsed %q", text)
		}
	}
}

func deep(levels int) string {
	var b strings.Builder
	for i := range levels {
		fmt.Fprintf(&b, "%*sa:\n", i, "")
	}
	return b.String()
}

func TestTheNextDocumentTakesTheNodesOfTheLast(t *testing.T) {
	t.Parallel()
	var p plain.Parser
	for i := range 50 {
		compare(t, &p, strings.Repeat("a:\n- b: {}\n  c: \"d\"\n", i+1)+strings.Repeat("e:\n", 50-i))
	}
}
