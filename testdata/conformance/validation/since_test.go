package validation

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// oldest is the first Istio 1.x of which the fields are known; what it had, all have.
const oldest = 20

// TestSince: the table of the releases in which fields came names fields that there are.
// With -update it is written anew, from the definitions of every release since 1.20,
// which are downloaded.
func TestSince(t *testing.T) {
	crds, err := readCRDs()
	if err != nil {
		t.Fatal(err)
	}
	now := fieldsOf(crds)
	file := filepath.Join(tables, "..", "since.txt")
	if *update {
		if err := os.WriteFile(file, since(t, now), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for _, line := range lines {
		if words := strings.Fields(line); len(words) != 3 || !now[words[1]+" "+words[2]] {
			t.Errorf("%s: %q is no field of Istio's", file, line)
		}
	}
	if len(lines) < 20 {
		t.Errorf("%s has %d lines only", file, len(lines))
	}
}

// since lists the fields with the release in which they came.
func since(t *testing.T, now map[string]bool) []byte {
	came := map[string]int{}
	for minor := newest(t); minor >= oldest; minor-- {
		dir, ok := downloaded(fmt.Sprintf("v1.%d.0", minor), fmt.Sprintf("v1.%d.1", minor)) // not every release has a .0
		if !ok {
			t.Logf("no istio.io/api of 1.%d: its fields count for the next", minor)
			continue
		}
		crds, err := readCRDsOf(dir)
		if err != nil {
			t.Fatal(err)
		}
		there := fieldsOf(crds)
		for f := range now {
			if there[f] {
				came[f] = minor
			}
		}
	}
	var lines []string
	for f := range now {
		above := f[:max(strings.LastIndex(f, "."), 0)]
		if minor, ok := came[f]; ok && minor > oldest && came[above] != minor { // what is above it came before
			lines = append(lines, fmt.Sprintf("1.%d %s\n", minor, f))
		}
	}
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}

// newest is the minor version of go.mod.
func newest(t *testing.T) int {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "istio.io/api").Output()
	var minor int
	if err == nil {
		_, err = fmt.Sscanf(string(out), "v1.%d.", &minor)
	}
	if err != nil {
		t.Fatal(err)
	}
	return minor
}

func downloaded(versions ...string) (dir string, ok bool) {
	for _, v := range versions {
		var module struct{ Dir string }
		out, err := exec.Command("go", "mod", "download", "-json", "istio.io/api@"+v).Output()
		if err == nil && json.Unmarshal(out, &module) == nil && module.Dir != "" {
			return module.Dir, true
		}
	}
	return "", false
}

// fieldsOf are all fields of the kinds, as "Kind spec.a.b": lists and maps are passed
// through.
func fieldsOf(crds map[string]*extensions.CustomResourceDefinition) map[string]bool {
	all := map[string]bool{}
	var walk func(at string, p *extensions.JSONSchemaProps)
	walk = func(at string, p *extensions.JSONSchemaProps) {
		for name, below := range p.Properties {
			all[at+"."+name] = true
			walk(at+"."+name, &below)
		}
		if p.Items != nil && p.Items.Schema != nil {
			walk(at, p.Items.Schema)
		}
		if p.AdditionalProperties != nil && p.AdditionalProperties.Schema != nil {
			walk(at, p.AdditionalProperties.Schema)
		}
	}
	for _, kind := range kinds {
		crd := crds[kind]
		if crd == nil {
			continue
		}
		for _, v := range crd.Spec.Versions {
			spec := v.Schema.OpenAPIV3Schema.Properties["spec"]
			all[kind+" spec"] = true
			walk(kind+" spec", &spec)
		}
	}
	return all
}
