package fix

import (
	"github.com/aymanbagabas/go-udiff"
)

// Unified is the change of the file as a unified diff, under the name that it is patched by,
// with slashes. A file of which nothing is left is removed by it.
func (f *File) Unified(name string) (string, error) {
	was, is := "a/"+name, "b/"+name
	if len(f.text.Bytes()) == 0 {
		is = "/dev/null"
	}
	var edits []udiff.Edit
	for _, c := range f.text.Changes() { // document by document: a whole large file would be one hunk
		for _, e := range udiff.Lines(string(f.was[c.Start:c.End]), string(c.Text)) {
			edits = append(edits, udiff.Edit{Start: c.Start + e.Start, End: c.Start + e.End, New: e.New})
		}
	}
	return udiff.ToUnified(was, is, string(f.was), edits, udiff.DefaultContextLines)
}
