package resolve_test

import (
	"slices"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestSegments: a field tells what it was made of.
func TestSegments(t *testing.T) {
	t.Parallel()
	for field, want := range map[resolve.Field][]string{
		"":                                   nil,
		"spec":                               {"spec"},
		"spec.portLevelMtls[8080].mode":      {"spec", "portLevelMtls", "8080", "mode"},
		"spec.l[0][1]":                       {"spec", "l", "0", "1"},
		`metadata.labels["a.b/c"]`:           {"metadata", "labels", "a.b/c"},
		`metadata.labels[""]`:                {"metadata", "labels", ""},
		`metadata.labels["[\"x\"].\n"].mode`: {"metadata", "labels", "[\"x\"].\n", "mode"},
	} {
		if got := field.Segments(); !slices.Equal(got, want) {
			t.Errorf("Segments of %s are %q, want %q", field, got, want)
		}
		if got := resolve.Path(want...); got != field {
			t.Errorf("Path of %q is %s, want %s", want, got, field)
		}
	}
	for _, none := range []resolve.Field{".spec", "spec..mode", "spec.", "spec[", "spec[x]", "spec[0", `spec["x]`, `spec["mode"]`, `spec["\q"]`, "spec mode"} {
		if got := none.Segments(); got != nil {
			t.Errorf("Segments of %s are %q, which is no field", none, got)
		}
	}
}
