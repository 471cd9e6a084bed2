package traffic

import (
	"bytes"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// FuzzRead: any text is a record or an error, and a record is written and read back.
func FuzzRead(f *testing.F) {
	t := &evidence.Traffic{Source: "a", Missing: []string{"b"}, Edges: []evidence.Edge{{Protocol: "http", Count: 1.5}}}
	var j, c bytes.Buffer
	_, _ = WriteJSON(&j, t), WriteCSV(&c, t)
	f.Add(j.Bytes(), false)
	f.Add(c.Bytes(), true)
	f.Fuzz(func(t *testing.T, text []byte, csv bool) {
		read, write := readJSON, WriteJSON
		if csv {
			read, write = readCSV, WriteCSV
		}
		got, err := read(text)
		if err != nil || check(got, "") != nil {
			return
		}
		got.Normalize()
		var b bytes.Buffer
		if err := write(&b, got); err != nil {
			return // a year that JSON has no form for
		}
		again, err := read(b.Bytes())
		if err != nil || len(again.Edges) != len(got.Edges) {
			t.Errorf("resolve/source/traffic: %q is written as %q and read back: %v", text, b.Bytes(), err)
		}
	})
}
