package source_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestNothingHidesAFile: what kubectl apply -R would read is read, or it is said that it
// is not.
func TestNothingHidesAFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files   map[string]string
		objects int
		says    string
	}{
		"a patch outside of the folder": {map[string]string{"a/kustomization.yaml": "patches: [{path: ../p.yaml}]\n", "p.yaml": policy}, 1,
			"patch ../p.yaml is outside the folder of its kustomization, which kustomize rejects; it is read as an ordinary file"},
		"a folder with a longer name": {map[string]string{"a/kustomization.yaml": "patchesStrategicMerge: [../ab/p.yaml]\n", "ab/p.yaml": policy}, 1, "patch ../ab/p.yaml is outside"},
		"a kustomization that kustomize refuses": {map[string]string{"kustomization.yaml": "patches: [{path: p.yaml}]\nx: y\n", "p.yaml": policy}, 0,
			`invalid Kustomization: json: unknown field "x"; the files that it names as patches are not read`},
		"a second document, which kustomize does not read": {map[string]string{"kustomization.yaml": "resources: []\n---\npatches: [{path: p.yaml}]\n", "p.yaml": policy}, 1, ""},
		"a list with an item that is no object": {map[string]string{"a.yaml": "apiVersion: v1\nkind: List\nitems:\n- spec: {}\n"}, 0,
			"an item of a list lacks apiVersion or kind, and kubectl rejects the whole list"},
		"lists in a list of another kind": {map[string]string{"a.yaml": "apiVersion: x/v1\nkind: X\nitems: [{items: [{items: [{apiVersion: v1, kind: Namespace, metadata: {name: a}}]}]}]\n"}, 1,
			"kubectl treats an object with items as a list"},
		"a long list of no API": {map[string]string{"a.json": `{"apiVersion":"a/b/c","kind":"ServiceList","items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}],"pad":"` + strings.Repeat("x", 20<<10) + `"}`}, 0,
			`"a/b/c" is not an apiVersion`},
		"a directory that begins with dots": {map[string]string{"..x/p.yaml": policy, "..2026_01_01/q.yaml": named("q")}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := read(t, source.Options{Files: []string{write(t, c.files)}})
			said := slices.ContainsFunc(in.Problems, func(p resolve.Problem) bool { return c.says != "" && strings.Contains(p.Message, c.says) })
			if len(in.Objects) != c.objects || said != (c.says != "") {
				t.Errorf("got %v", summary(in))
			}
		})
	}
}

// TestMountedConfigMap: the kubelet's own directories are read once; one that only looks
// like them is read.
func TestMountedConfigMap(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"..2026/a.yaml": named("a")})
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	link("..2026", "..data")
	for _, file := range []string{filepath.Join("..2026", "a.yaml"), "a.yaml"} {
		in := read(t, source.Options{Files: []string{dir}})
		if len(in.Objects) != 1 || in.Objects[0].Origin.File != filepath.Join(dir, file) {
			t.Errorf("%s: got %v", file, summary(in))
		}
		if file != "a.yaml" {
			link(filepath.Join("..data", "a.yaml"), "a.yaml")
		}
	}
}
