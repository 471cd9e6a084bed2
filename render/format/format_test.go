package format_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/render/format"
)

// TestParseFormat: every word is taken, everything else is refused with the words.
func TestParseFormat(t *testing.T) {
	t.Parallel()
	for _, word := range append(format.Words(), "") {
		if _, err := format.Parse(strings.Replace(word, "TEMPLATE", "{.kind}", 1)); err != nil {
			t.Errorf("%q: %v", word, err)
		}
	}
	for bad, want := range map[string]string{
		"tabel": "one of table, wide, json", "jsonpath": "needs a value", "jsonpath=": "needs a value",
		"json=x": "takes no value", "jsonpath={.a": "jsonpath template",
	} {
		if _, err := format.Parse(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}
