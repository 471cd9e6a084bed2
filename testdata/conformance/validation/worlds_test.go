package validation

import (
	"bytes"
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// world is a file of this repository's tests: Istio's objects among others.
type world struct {
	file string
	docs []map[string]any
}

// readWorlds reads the files of meshes, vectors and checks that hold a judged object.
func readWorlds(t *testing.T) []world {
	var list []world
	for _, dir := range []string{"mesh", "vectors", "checks"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(file) != ".yaml" {
				return err
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if w := (world{file, documents(text)}); slices.ContainsFunc(w.docs, isJudged) {
				list = append(list, w)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// documents are the objects of a text, up to one that cannot be read.
func documents(text []byte) []map[string]any {
	var list []map[string]any
	d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 1<<16)
	for {
		var raw map[string]any
		if err := d.Decode(&raw); err != nil {
			return list
		}
		text, err := utiljson.Marshal(raw)
		var o map[string]any
		if err == nil && utiljson.Unmarshal(text, &o) == nil && o["kind"] != nil && o["apiVersion"] != nil {
			list = append(list, o)
		}
	}
}

func isJudged(o map[string]any) bool {
	kind, _ := o["kind"].(string)
	version, _ := o["apiVersion"].(string)
	return slices.Contains(kinds, kind) && kind != "ProxyConfig" && strings.Contains(version, ".istio.io/")
}

// TestWorlds: of whole worlds in which some objects were changed, those count that a
// cluster would take, each document for itself.
func TestWorlds(t *testing.T) {
	crds, err := readCRDs()
	if err != nil {
		t.Fatal(err)
	}
	j, err := newJudge(crds)
	if err != nil {
		t.Fatal(err)
	}
	worlds := readWorlds(t)
	n := objects(t) / 10
	if n == 0 {
		n = 9000
	}
	r := rand.New(rand.NewPCG(3, 4))
	taken, refused, wrong := 0, 0, 0
	for i := range n {
		w := worlds[r.IntN(len(worlds))]
		if i < len(worlds) {
			w = worlds[i] // each once as it is
		}
		docs := slices.Clone(w.docs)
		for k, o := range docs {
			if i >= len(worlds) && isJudged(o) && r.IntN(3) == 0 {
				docs[k] = mixed(r, o, changes(o, crds[o["kind"].(string)].Spec.Versions[0].Schema.OpenAPIV3Schema))
			}
		}
		a, b, bad := judgeWorld(t, j, w.file, docs)
		taken, refused, wrong = taken+a, refused+b, wrong+bad
		if wrong > 20 {
			break
		}
	}
	t.Logf("%d worlds of %d files judged: %d objects taken, %d refused, %d disagreements", n, len(worlds), taken, refused, wrong)
}

func judgeWorld(t *testing.T, j *judge, file string, docs []map[string]any) (taken, refused, wrong int) {
	var text bytes.Buffer
	var begins []int // line of each document
	var counts []bool
	for _, o := range docs {
		begins = append(begins, bytes.Count(text.Bytes(), []byte("\n"))+1)
		body, err := sigsyaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n")
		text.Write(body)
		counts = append(counts, false)
	}
	in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: bytes.NewReader(text.Bytes()), Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range in.Objects {
		at, found := slices.BinarySearch(begins, o.Origin.First)
		if !found {
			at--
		}
		counts[at] = counts[at] || o.Refused == nil
	}
	for i, o := range docs {
		if !isJudged(o) {
			continue
		}
		body, _ := sigsyaml.Marshal(o)
		// As it is written: of a number with a point, the text may have a whole one.
		theirs := j.refuses(documents(body)[0])
		if theirs == nil {
			taken++
		} else {
			refused++
		}
		if counts[i] != (theirs == nil) {
			wrong++
			t.Errorf("%s: %s\n  a cluster: %v\n  we: %v %v", file, body, theirs, counts[i], in.Problems)
		}
	}
	return taken, refused, wrong
}
