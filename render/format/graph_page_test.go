package format

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
)

// TestCytoscape: the library is that of the npm package cytoscape 3.35.0, byte for byte, and its
// licence goes with it.
func TestCytoscape(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, sum string }{
		"cytoscape/cytoscape.min.js": {cytoscape, "71fa9ebec21a7ca2c40cff6aacc30d1f6464e363662ad4b2c197e1adc770cd94"},
		"cytoscape/LICENSE":          {cytoscapeLicence, "eb319c6e6f233607f71e8e2f450391751883cfc0eeb3ca7ef574c13d1d9c2203"},
	} {
		sum := sha256.Sum256([]byte(c.text))
		if got := hex.EncodeToString(sum[:]); got != c.sum {
			t.Errorf("%s has the checksum %s, want %s", name, got, c.sum)
		}
	}
	if !strings.Contains(cytoscapeLicence, "Permission is hereby granted, free of charge") {
		t.Error("the licence is another one")
	}
	if strings.Contains(strings.ToLower(cytoscape+graphProgram), "</script") || strings.Contains(cytoscape+graphProgram, "<!--") {
		t.Error("the scripts end their element, or hide what follows")
	}
}

type drawnReport struct {
	oneTable
	drawing Drawing
	data    any
}

func (v drawnReport) Drawing() Drawing { return v.drawing }
func (v drawnReport) PageData() any    { return v.data }
func (v drawnReport) Data() any        { return v.data }

// TestGraphPageData: names end no script, begin no comment and hide nothing, and the page has them.
func TestGraphPageData(t *testing.T) {
	t.Parallel()
	const evil = "</script><script>alert(1)</script><!-- \u202e\x1b[31m\u2028 '\"&"
	v := drawnReport{oneTable: oneTable{&Table{}}, drawing: Drawing{Notes: []string{"1 node " + evil}}, data: map[string]any{"name": evil}}
	var b bytes.Buffer
	if err := Write(&b, htmlFormat{}, v, Options{}); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	_, rest, found := strings.Cut(page, `id="data">`)
	data, rest, closed := strings.Cut(rest, "</script>")
	if !found || !closed || strings.Contains(page, "alert(1)</script><!--") || strings.Contains(data, "<") || !strings.HasPrefix(strings.TrimSpace(rest), "<script>") {
		t.Fatalf("the data of the page is %q", data)
	}
	var read struct{ Graph struct{ Name string } }
	if err := json.Unmarshal([]byte(data), &read); err != nil || read.Graph.Name != Visible(evil) {
		t.Errorf("the page has the name %q (%v), want %q", read.Graph.Name, err, Visible(evil))
	}
}
