package amend_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
	"github.com/mtlsctl/mtlsctl/resolve"
)

const (
	ownFiles = "../../testdata"
	// corpus is outside of the repository; where it is not, the fixtures must do.
	corpus = "../../../shared/corpus"
	// largest is the size of the files that the test takes.
	largest     = 20_000
	perDocument = 6
)

// most is how many documents are tried; more take longer: go test -documents 3000.
var most = flag.Int("documents", 120, "documents of each folder that the tests of random edits take")

// tally counts how edits end, and keeps some errors to look at.
type tally struct {
	edits, documents int
	refused          map[string]int
	sample           []string
}

// TestEditsSayWhatTheyDo applies random edits to real files. Each is refused or gives what
// Edit.Apply gives, as another reader of YAML sees it, and leaves other documents alone.
func TestEditsSayWhatTheyDo(t *testing.T) {
	t.Parallel()
	c := tally{refused: map[string]int{}}
	for _, dir := range []string{filepath.Join(ownFiles, "checks"), filepath.Join(ownFiles, "mesh"), corpus} {
		limit := c.documents + *most
		for _, file := range files(t, dir) {
			if c.documents < limit {
				c.file(t, file)
			}
		}
	}
	t.Logf("%d edits in %d documents; refused: %v", c.edits, c.documents, c.refused)
	for _, s := range c.sample {
		t.Log(s)
	}
	if odd := c.refused["otherwise"]; odd*200 > c.edits {
		t.Errorf("%d of %d edits are refused without a good reason", odd, c.edits)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
			out = append(out, path)
		}
		return nil
	})
	rand.New(rand.NewSource(1)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

var marker = regexp.MustCompile(`(?m)^---([ \t].*)?\r?$`)

// stretch is where a document of a file begins and ends, and what Kubernetes reads in it.
type stretch struct {
	from, to int
	tree     any
}

// stretches are the documents of a text that hold something.
func stretches(text []byte) []stretch {
	var out []stretch
	from := 0
	for _, m := range append(marker.FindAllIndex(text, -1), []int{len(text), len(text)}) {
		if v := tree(text[from:m[0]]); v != nil {
			out = append(out, stretch{from, m[0], v})
		}
		from = m[1]
	}
	return out
}

func tree(text []byte) any {
	var v any
	if yaml.Unmarshal(text, &v) != nil {
		return nil
	}
	return v
}

func (c *tally) file(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil || len(text) > largest {
		return
	}
	for _, doc := range stretches(text) {
		for i, o := range items(doc.tree) {
			if ref, is := reference(o); is {
				c.documents++
				random := rand.New(rand.NewSource(int64(c.documents)))
				for range perDocument {
					c.edit(t, file, text, doc, i, edit(random, ref, o))
				}
			}
		}
	}
}

// items are the objects of a document: itself, or those that it lists.
func items(tree any) []map[string]any {
	m, _ := tree.(map[string]any)
	list, _ := m["items"].([]any)
	if list == nil {
		list, _ = m["objects"].([]any)
	}
	if list == nil {
		list = []any{m}
	}
	var out []map[string]any
	for _, item := range list {
		m, _ := item.(map[string]any)
		out = append(out, m)
	}
	return out
}

func reference(m map[string]any) (resolve.Ref, bool) {
	meta, _ := m["metadata"].(map[string]any)
	kind, _ := m["kind"].(string)
	name, _ := meta["name"].(string)
	namespace, _ := meta["namespace"].(string)
	group, _, _ := strings.Cut(fmt.Sprint(m["apiVersion"]), "/")
	if k := kind + "." + group; k == string(resolve.KindKubeGateway) || k == string(resolve.KindKnativeService) || k == string(resolve.KindLegacyPolicy) {
		kind = k
	}
	return resolve.Ref{Kind: resolve.Kind(kind), Namespace: namespace, Name: name}, kind != "" && name != "" && !strings.HasSuffix(kind, "List")
}

func (c *tally) edit(t *testing.T, file string, text []byte, doc stretch, i int, e analyze.Edit) {
	c.edits++
	gone := analyze.Edit{Object: e.Object, Field: e.Field}
	isNew := gone.Apply(items(tree(text[doc.from:doc.to]))[i]) != nil
	at := amend.New(file, text)
	err := at.Apply(&e, "")
	got := at.Bytes()
	want := tree(text[doc.from:doc.to])
	applies := e.Apply(items(want)[i])
	switch {
	case err != nil && !bytes.Equal(got, text):
		t.Fatalf("%s, %+v: refused, and changed all the same", file, e)
	case err != nil && applies == nil:
		c.count(err, e)
		return
	case err != nil:
		c.refused["not there"]++
		return
	case applies != nil:
		t.Fatalf("%s, %+v: changed what Apply refuses: %v", file, e, applies)
	}
	before, behind := text[:doc.from], text[doc.to:]
	if !bytes.HasPrefix(got, before) || !bytes.HasSuffix(got, behind) {
		t.Fatalf("%s, %+v: another document is not what it was", file, e)
	}
	if now := tree(got[len(before) : len(got)-len(behind)]); !reflect.DeepEqual(now, asJSON(want)) {
		t.Errorf("%s, %+v: the text says something else now:\n%s", file, e, got)
	}
	lost, come := difference(text, got)
	if e.Verb == analyze.Rename && (lost > 1 || come > 1) {
		t.Errorf("%s, %+v: more than a line is another one:\n%s", file, e, got)
	}
	if adds := e.Verb == analyze.Append || isNew; adds && lost > 1 || e.Verb == analyze.Remove && come > 1 {
		t.Errorf("%s, %+v: %d lines are lost and %d new:\n%s", file, e, lost, come, got)
	}
}

// difference is how many lines of a text are not in the other, both ways.
func difference(a, b []byte) (lost, come int) {
	count := map[string]int{}
	for line := range bytes.Lines(a) {
		count[string(bytes.TrimRight(line, "\r\n"))]++
	}
	for line := range bytes.Lines(b) {
		count[string(bytes.TrimRight(line, "\r\n"))]--
	}
	for _, n := range count {
		lost, come = lost+max(n, 0), come+max(-n, 0)
	}
	return lost, come
}

var reasons = []string{"is shared by an anchor", "there twice", "times: which one", "cannot be read", "is no list", "written out as a tag"}

func (c *tally) count(err error, e analyze.Edit) {
	for _, r := range reasons {
		if strings.Contains(err.Error(), r) {
			c.refused[r]++
			return
		}
	}
	c.refused["otherwise"]++
	if len(c.sample) < 25 {
		c.sample = append(c.sample, fmt.Sprintf("%v: %s %v", err, e.Verb, e.Value))
	}
}

func asJSON(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return tree(text)
}
