package checks_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// FuzzChecks: no object makes a check slip, whatever is missing in it or stands where
// something else is expected. The worlds are the fixtures, with a few nodes replaced.
func FuzzChecks(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(fixtures, "*.yaml"))
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures", err)
	}
	for i := range files {
		f.Add(uint(i), uint64(i))
	}
	f.Fuzz(func(t *testing.T, file uint, seed uint64) {
		text, err := os.ReadFile(files[file%uint(len(files))])
		if err != nil {
			t.Fatal(err)
		}
		docs, r := documents(t, string(text)), rand.New(rand.NewPCG(seed, 1))
		for range 1 + r.IntN(4) {
			spoil(docs[r.IntN(len(docs))], r)
		}
		world := join(t, docs)
		in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(world), Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if p := recover(); p != nil {
				t.Fatalf("%v\n%s", p, world)
			}
		}()
		analyze.Run(mesh.Build(resolve.Options{}, in.Objects), checks.All())
	})
}

// spoil replaces or takes away one node somewhere below an object.
func spoil(object map[string]any, r *rand.Rand) {
	var at any = object
	for depth := 0; ; depth++ {
		switch v := at.(type) {
		case map[string]any:
			keys := sorted(v)
			if len(keys) == 0 {
				return
			}
			key := keys[r.IntN(len(keys))]
			if depth == 0 && (key == "kind" || key == "apiVersion") {
				key = "spec"
			}
			if depth > 0 && r.IntN(3) == 0 || !isTree(v[key]) {
				if v[key] = odd(r); r.IntN(3) == 0 {
					delete(v, key)
				}
				return
			}
			at = v[key]
		case []any:
			if len(v) == 0 {
				return
			}
			i := r.IntN(len(v))
			if r.IntN(3) == 0 || !isTree(v[i]) {
				v[i] = odd(r)
				return
			}
			at = v[i]
		default:
			return
		}
	}
}

func isTree(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

func odd(r *rand.Rand) any {
	return []any{nil, map[string]any{}, []any{}, []any{nil}, "", "*", "x.y", 0, -1, 65536, true, map[string]any{"a": nil}, []any{map[string]any{}}}[r.IntN(13)]
}
