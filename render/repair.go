package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// repair shows a finding's changes of YAML: what is done to which object, and below it the
// part of the object as it shall be.
func repair(edits []wire.EditItem) string {
	var b strings.Builder
	for i := range edits {
		e := &edits[i]
		object, at := format.Visible(objectOf(e.Object).String()), resolve.Field(e.Field)
		switch {
		case e.Verb == analyze.Remove.String() && at == "":
			fmt.Fprintf(&b, "# delete %s\n", object)
		case e.Verb == analyze.Remove.String():
			fmt.Fprintf(&b, "# in %s remove %s\n", object, format.Visible(e.Field))
		case e.Verb == analyze.Rename.String():
			fmt.Fprintf(&b, "# in %s rename %s to %s\n", object, format.Visible(e.Field), format.Visible(fmt.Sprint(e.Value)))
		case e.Verb == analyze.Create.String():
			fmt.Fprintf(&b, "# add\n%s", format.YAML(e.Value))
		case e.Verb == analyze.Append.String():
			fmt.Fprintf(&b, "# in %s append\n%s", object, format.YAML(nested(at, []any{e.Value})))
		default:
			fmt.Fprintf(&b, "# in %s set\n%s", object, format.YAML(nested(at, e.Value)))
		}
	}
	return b.String()
}

// nested is a value below the keys of a field. An element of a list has no place without
// the others: from the list on, the field is written as a path.
func nested(f resolve.Field, value any) map[string]any {
	parent := f.Parent()
	key := strings.TrimPrefix(strings.TrimPrefix(string(f), string(parent)), ".")
	if word, quoted := strings.CutPrefix(key, "["); quoted {
		word = strings.TrimSuffix(word, "]")
		text, err := strconv.Unquote(word)
		switch {
		case err == nil:
			key = text
		case parent == "spec.portLevelMtls": // whose keys are numbers
			key = word
		default:
			return map[string]any{string(f): value}
		}
	}
	if parent == "" {
		return map[string]any{key: value}
	}
	return nested(parent, map[string]any{key: value})
}
