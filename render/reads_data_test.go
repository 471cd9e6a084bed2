package render_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// spied is a View that knows whether its Data was read.
type spied struct {
	render.Plan
	read *bool
}

func (s spied) Data() any { *s.read = true; return map[string]any{"kind": "Spied"} }

// TestReadsData: a format that reads a View's Data says so, and no other does.
func TestReadsData(t *testing.T) {
	t.Parallel()
	for _, word := range format.Words() {
		f, err := format.Parse(strings.Replace(word, "TEMPLATE", "{.kind}", 1))
		if err != nil {
			t.Fatal(err)
		}
		read := false
		if err := format.Write(&strings.Builder{}, f, spied{render.Plan{Plan: new(plan.Plan)}, &read}, format.Options{}); err != nil {
			t.Errorf("%s: %v", word, err)
		}
		if read != format.ReadsData(f) {
			t.Errorf("%s: reads Data: %t, ReadsData is %t", word, read, format.ReadsData(f))
		}
	}
}
