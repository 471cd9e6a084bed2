package diagnose_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestFixesRepair applies every fix that was tried to the text of its world, not to the model: the
// cause is gone then, and the call has the verdict that was promised.
func TestFixesRepair(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, w := range worlds(t) {
		s, ok := diagnose.Find(w.symptom)
		if !ok {
			continue
		}
		line := s.Lines[0].Example
		if given := w.header["line"]; given != "" {
			line = given
		}
		for _, c := range answers(t, w, line)[0].Causes {
			for _, f := range c.Fixes {
				if !f.Tried {
					continue
				}
				tried++
				repaired := w
				repaired.text = applied(t, w.text, f.Edits)
				after := answers(t, repaired, line)[0]
				for _, still := range after.Causes {
					if still.Suspect == c.Suspect && still.State == diagnose.Likely {
						t.Errorf("%s: %s is still there after %q\n%s", w.name, c.Suspect.Name, f.Text, described(after))
					}
				}
				if verdict, _, known := after.Result(); known && f.After != resolve.VerdictUnknown && verdict != f.After {
					t.Errorf("%s: after %q the call is %s, and %s was promised", w.name, f.Text, verdict, f.After)
				}
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d fixes were tried", tried)
	}
}

// applied is a world after edits of its text.
func applied(t *testing.T, world string, edits []analyze.Edit) string {
	t.Helper()
	var docs []map[string]any
	for _, text := range regexp.MustCompile(`(?m)^---.*$`).Split(world, -1) {
		var doc map[string]any
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if doc != nil {
			docs = append(docs, doc)
		}
	}
	for i := range edits {
		e := edits[i]
		e.Value = plainTree(t, e.Value)
		if e.Verb == analyze.Create {
			docs = append(docs, e.Value.(map[string]any))
			continue
		}
		at := slices.IndexFunc(docs, func(doc map[string]any) bool {
			meta, _ := doc["metadata"].(map[string]any)
			namespace, _ := meta["namespace"].(string)
			return doc["kind"] == e.Object.Kind.Word() && meta["name"] == e.Object.Name && namespace == e.Object.Namespace
		})
		switch {
		case at < 0:
			t.Errorf("a fix changes %s, which is not there", e.Object)
		case e.Verb == analyze.Remove && e.Field == "":
			docs = slices.Delete(docs, at, at+1)
		default:
			if err := e.Apply(docs[at]); err != nil {
				t.Error(err)
			}
		}
	}
	var b strings.Builder
	for _, doc := range docs {
		text, err := yaml.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("---\n" + string(text))
	}
	return b.String()
}

func plainTree(t *testing.T, value any) (tree any) {
	t.Helper()
	text, err := yaml.Marshal(value)
	if err == nil {
		err = yaml.Unmarshal(text, &tree)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tree
}
