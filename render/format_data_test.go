package render_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/render"
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
	for _, word := range render.FormatWords() {
		f, err := render.ParseFormat(strings.Replace(word, "TEMPLATE", "{.kind}", 1))
		if err != nil {
			t.Fatal(err)
		}
		read := false
		if err := render.Write(&strings.Builder{}, f, spied{render.Plan{Plan: new(plan.Plan)}, &read}, render.Options{}); err != nil {
			t.Errorf("%s: %v", word, err)
		}
		if read != render.ReadsData(f) {
			t.Errorf("%s: reads Data: %t, ReadsData is %t", word, read, render.ReadsData(f))
		}
	}
}
