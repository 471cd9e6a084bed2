package fix

import (
	"encoding/json"
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// fileOf is the file that an edit changes. A new object goes to where the finding is.
func (f *fixer) fileOf(one *analyze.Finding, e *analyze.Edit) (string, error) {
	ref := e.Object
	if e.Verb == analyze.Create {
		ref = one.Object
		if one.Origin.File != "" {
			return one.Origin.File, nil
		}
	}
	origin, ok := f.origin(one, ref)
	switch {
	case !ok:
		return "", fmt.Errorf("%s is not in any file of the input, or in two places", ref)
	case origin.File == "":
		return "", fmt.Errorf("%s was read from a cluster", ref)
	}
	return origin.File, nil
}

// key names an edit: the same one may repair several findings.
func key(e *analyze.Edit) string {
	value, _ := json.Marshal(e.Value) // of values that YAML can hold: see analyze.Edit
	return fmt.Sprint(e.Object, "\x00", e.Verb, "\x00", e.Field, "\x00", string(value))
}
