package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/source/validation"
)

// isPublic reports a field whose text may be repeated in a message: a name, and not a value.
func (d *decoder) isPublic() bool { return d.publicField(len(d.way)).Name() }

// publicField is the field at the end of a part of the way, as the table knows it.
func (d *decoder) publicField(length int) *public.Field {
	f := public.Of(string(d.ref.Kind))
	for _, s := range d.way[:length] {
		if s.key != "" {
			f = f.Child(s.key)
		}
	}
	return f
}

// describeSwitch is describe where a number, a switch or a word of a few is wanted: nobody
// writes a value of their own there.
func (d *decoder) describeSwitch(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && d.publicField(max(len(d.way)-1, 0)).Known() {
		return described(n)
	}
	return d.describe(n)
}

// describe names a node in a sentence.
func (d *decoder) describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "an object"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case !d.isPublic():
		return describeKind(n)
	}
	return described(n)
}

// described is a scalar as it is written, not longer than a line.
func described(n *yaml.Node) string {
	switch {
	case n.Tag == "!!str" && len(n.Value) > 60:
		return strconv.Quote(n.Value[:57] + "...")
	case n.Tag == "!!str":
		return strconv.Quote(n.Value)
	}
	return n.Value
}

// describeKind is what a value is, where it must not be repeated.
func describeKind(n *yaml.Node) string {
	switch n.Tag {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "null"
	}
	return "a string"
}

// notString says that a bare word is none where one is wanted.
func (d *decoder) notString(n *yaml.Node, what, wanted string, say func(n *yaml.Node, message, hint string)) {
	if !d.isPublic() {
		say(n, "a "+what+" where "+wanted, "quote it")
		return
	}
	say(n, fmt.Sprintf("%s is a %s where %s", n.Value, what, wanted), fmt.Sprintf("quote it: %q", n.Value))
}

// valuesAt are the texts of a field that must not be repeated, none where its texts are
// names.
func valuesAt(n *yaml.Node, kind resolve.Kind, f resolve.Field) []string {
	at := Follow(descend(n, f.Segments()))
	if at == nil || at.Kind == yaml.MappingNode || public.Of(string(kind)).At(f.Segments()).Name() {
		return nil
	}
	if when := Follow(descend(n, f.Parent().Segments())); kind == resolve.KindAuthorizationPolicy && public.Identity(Scalar(when, "key")) {
		return nil
	}
	if at.Kind == yaml.ScalarNode {
		return []string{at.Value}
	}
	var texts []string
	for _, c := range at.Content {
		if c = Follow(c); c != nil && c.Kind == yaml.ScalarNode {
			texts = append(texts, c.Value)
		}
	}
	return texts
}

// unquoted is a message without the values that it quotes.
func unquoted(message string, values []string) string {
	for _, v := range values {
		message = strings.ReplaceAll(message, validation.Quoted(v), "a value")
	}
	for _, v := range values {
		if v != "" && strings.Contains(message, v) {
			return "a value there is not valid"
		}
	}
	return message
}
