package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// repair shows a finding's changes of YAML: what is done to which object, and below it the
// field as it shall be.
func repair(edits []analyze.Edit) string {
	var b strings.Builder
	for i := range edits {
		e := &edits[i]
		switch {
		case e.Verb == analyze.Remove && e.Field == "":
			fmt.Fprintf(&b, "# delete %s\n", e.Object)
		case e.Verb == analyze.Remove:
			fmt.Fprintf(&b, "# remove from %s\n# %s\n", e.Object, e.Field)
		case e.Verb == analyze.Create:
			fmt.Fprintf(&b, "# add\n%s", blockYAML(e.Value))
		default:
			fmt.Fprintf(&b, "# %s in %s\n%s", map[analyze.Verb]string{analyze.Set: "set", analyze.Append: "append to the list"}[e.Verb], e.Object, blockYAML(map[string]any{string(e.Field): e.Value}))
		}
	}
	return b.String()
}

// blockYAML writes a value in the way of -o yaml.
func blockYAML(v any) string {
	compact, err := json.Marshal(v)
	if err != nil { // a value that no JSON can hold is none of an Edit's
		return "# " + err.Error() + "\n"
	}
	var b bytes.Buffer
	y := yamlWriter{b: &b, text: compact}
	y.value(0, false)
	return b.String()
}
