package fix

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestShifted: edits of a list's elements find them again after others were taken out.
func TestShifted(t *testing.T) {
	t.Parallel()
	rule := resolve.Ref{Kind: resolve.KindDestinationRule, Namespace: "a", Name: "b"}
	remove := func(f resolve.Field) analyze.Edit { return analyze.Edit{Object: rule, Field: f} }
	removed := []analyze.Edit{remove("spec.subsets[1]"), remove("spec.subsets[0].trafficPolicy.portLevelSettings[2]")}
	for field, want := range map[resolve.Field]resolve.Field{
		"spec.subsets[0].labels":                                 "spec.subsets[0].labels",
		"spec.subsets[1].labels":                                 "gone",
		"spec.subsets[3].trafficPolicy.portLevelSettings[2].tls": "spec.subsets[2].trafficPolicy.portLevelSettings[2].tls",
		"spec.subsets[0].trafficPolicy.portLevelSettings[3].tls": "spec.subsets[0].trafficPolicy.portLevelSettings[2].tls",
		"spec.trafficPolicy.portLevelSettings[3].tls":            "spec.trafficPolicy.portLevelSettings[3].tls",
		"spec.subsets": "spec.subsets",
	} {
		got, gone := shifted(analyze.Edit{Object: rule, Verb: analyze.Set, Field: field}, removed)
		if gone {
			got.Field = "gone"
		}
		if got.Field != want {
			t.Errorf("%s is %s after the others, want %s", field, got.Field, want)
		}
	}
	if other, gone := shifted(analyze.Edit{Object: resolve.Ref{Name: "c"}, Field: "spec.subsets[1]"}, removed); gone || other.Field != "spec.subsets[1]" {
		t.Error("an edit of another object moved")
	}
	for field, want := range map[resolve.Field]bool{"spec.subsets[1]": true, "spec.portLevelMtls[80]": false, "spec.host": false} {
		e := remove(field)
		if element(&e) != want {
			t.Errorf("%s is an element: %t, want %t", field, !want, want)
		}
	}
}
