package checks_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestRepairsRepair applies what findings say is to be changed, as YAML, to the worlds in
// which they were found: they are gone then, and nothing else is worse than before.
func TestRepairsRepair(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		text, err := os.ReadFile(filepath.Join(fixtures, c.Code+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for where, world := range map[string]string{"Before": c.Before, "its fixture": string(text)} {
			repairs(t, c, where, world)
		}
	})
}

func repairs(t *testing.T, c *analyze.Check, where, world string) {
	t.Helper()
	before := analyze.Run(read(t, world), besides(c))
	docs := documents(t, world)
	var repaired []analyze.Finding
	for _, f := range before.Findings {
		if f.Code != c.Code || len(f.Repair) == 0 {
			continue
		}
		repaired = append(repaired, f)
		for _, e := range f.Repair {
			docs = edited(t, docs, e)
		}
	}
	if len(repaired) == 0 {
		return
	}
	after := analyze.Run(read(t, join(t, docs)), besides(c))
	for _, f := range repaired {
		if slices.ContainsFunc(after.Findings, func(o analyze.Finding) bool { return o.Fingerprint() == f.Fingerprint() }) {
			t.Errorf("%s in %s is still there after its repair %+v: %s %s", c.Code, where, f.Repair, f.Object, f.Message)
		}
	}
	for _, f := range after.Findings {
		known := slices.ContainsFunc(before.Findings, func(o analyze.Finding) bool { return o.Code == f.Code && o.Severity >= f.Severity })
		if f.Severity > analyze.Info && !known {
			t.Errorf("%s: the repair of %s brings %s %s: %s", c.Code, where, f.Code, f.Object, f.Message)
		}
	}
}

// documents are the objects of a world, as trees.
func documents(t *testing.T, world string) []map[string]any {
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
	return docs
}

func join(t *testing.T, docs []map[string]any) string {
	t.Helper()
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

func edited(t *testing.T, docs []map[string]any, e analyze.Edit) []map[string]any {
	t.Helper()
	if e.Verb == analyze.Create {
		return append(docs, tree(t, e.Value).(map[string]any))
	}
	i := slices.IndexFunc(docs, func(doc map[string]any) bool { return isObject(doc, e.Object) })
	switch {
	case i < 0:
		t.Errorf("the repair changes %s, which is not there", e.Object)
		return docs
	case e.Field == "" && e.Verb == analyze.Remove:
		return slices.Delete(docs, i, i+1)
	}
	e.Value = tree(t, e.Value)
	if err := e.Apply(docs[i]); err != nil {
		t.Errorf("no repair: %v", err)
	}
	return docs
}

func isObject(doc map[string]any, r resolve.Ref) bool {
	meta, _ := doc["metadata"].(map[string]any)
	namespace, _ := meta["namespace"].(string)
	if namespace == "" && r.Namespace == "default" {
		namespace = "default"
	}
	return doc["kind"] == r.Kind.Word() && meta["name"] == r.Name && namespace == r.Namespace
}

// tree is a value as YAML reads it.
func tree(t *testing.T, value any) any {
	t.Helper()
	text, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func sorted(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
