package amend_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
)

// TestObjectsComeAndGo deletes each document of real files, and adds it again at the end:
// the file says the same then, in another order.
func TestObjectsComeAndGo(t *testing.T) {
	t.Parallel()
	tried, refused := 0, 0
	for _, dir := range []string{filepath.Join(ownFiles, "checks"), corpus} {
		limit := tried + *most
		for _, file := range files(t, dir) {
			text, err := os.ReadFile(file)
			if err != nil || len(text) > largest || tried >= limit || bytes.Contains(text, twice) {
				continue
			}
			docs := stretches(text)
			for i, doc := range docs {
				m, is := doc.tree.(map[string]any)
				ref, named := reference(m)
				if !is || !named || len(docs) < 3 {
					continue
				}
				tried++
				at := amend.New(file, text)
				if err := at.Apply(&analyze.Edit{Object: ref}, ""); err != nil {
					refused++
					continue
				}
				compare(t, file, at.Bytes(), append(append([]stretch{}, docs[:i]...), docs[i+1:]...))
				if err := at.Apply(&analyze.Edit{Object: ref, Verb: analyze.Create, Value: m}, ""); err != nil {
					t.Errorf("%s: %v", file, err)
					continue
				}
				compare(t, file, at.Bytes(), append(append(append([]stretch{}, docs[:i]...), docs[i+1:]...), doc))
			}
		}
	}
	t.Logf("%d objects, %d refused", tried, refused)
	if refused*20 > tried {
		t.Errorf("%d of %d objects are not deleted", refused, tried)
	}
}

// twice are markers with nothing between them.
var twice = []byte("---\n---\n")

// compare looks at what a text says.
func compare(t *testing.T, file string, text []byte, want []stretch) {
	t.Helper()
	got := stretches(text)
	same := len(got) == len(want)
	for i := 0; same && i < len(got); i++ {
		same = reflect.DeepEqual(got[i].tree, want[i].tree)
	}
	if !same || bytes.Contains(text, twice) {
		t.Fatalf("%s says something else:\n%s", file, text)
	}
}
