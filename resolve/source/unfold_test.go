package source_test

import (
	"strings"
	"testing"
)

// TestAliasesThatUnfoldToTooMuch: a text of a megabyte, two hundred times over, is not
// written out to be compared.
func TestAliasesThatUnfoldToTooMuch(t *testing.T) {
	t.Parallel()
	text := "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nx: &x " + strings.Repeat("x", 1<<20) + "\ny: [" + strings.Repeat("*x, ", 200) + "*x]\n---\n" + policy
	in := readString(t, text)
	if len(in.Objects) != 1 || len(in.Problems) != 1 || in.Problems[0].Message != "not valid YAML: its aliases expand to too much" {
		t.Errorf("aliases that unfold to too much are read to %v", summary(in))
	}
}
