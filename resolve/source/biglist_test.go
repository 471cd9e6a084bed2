package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// list writes n Services as kubectl prints a list, dashes at a column.
func list(n int, dash string) string {
	var b strings.Builder
	b.WriteString("apiVersion: v1\nitems:\n")
	for i := range n {
		fmt.Fprintf(&b, "%[2]s- apiVersion: v1\n%[2]s  kind: Service\n%[2]s  metadata:\n%[2]s    annotations:\n%[2]s      note: |\n%[2]s        - a\n%[2]s        kind: Secret\n\n# comment\n%[2]s    name: web-%[1]d\n%[2]s  spec:\n%[2]s    ports:\n%[2]s    - port: 80\n", i, dash)
	}
	b.WriteString("kind: List\nmetadata:\n  resourceVersion: \"\"\n")
	return b.String()
}

func TestALongListIsReadItemByItem(t *testing.T) {
	t.Parallel()
	for name, dash := range map[string]string{"at column 0": "", "indented": "  "} {
		in := readString(t, list(2000, dash))
		if len(in.Objects) != 2000 || len(in.Problems) > 0 || in.Stats.Documents != 1 {
			t.Fatalf("%s: %d objects, problems %v, stats %+v", name, len(in.Objects), in.Problems, in.Stats)
		}
		last := in.Objects[1999]
		wantLines(t, last, map[resolve.Field]int{"metadata.name": 3 + 1999*13 + 9, "spec.ports[0].port": 3 + 1999*13 + 12})
		if last.Origin.First != 3+1999*13 || last.Value.GetName() != "web-1999" {
			t.Errorf("%s: %s begins in line %d", name, last.Ref(), last.Origin.First)
		}
	}
}

func TestABrokenItemCostsOnlyItself(t *testing.T) {
	t.Parallel()
	in := readString(t, strings.Replace(list(2000, ""), "name: web-7\n", "name: web: 7\n", 1))
	if len(in.Objects) != 1999 || len(in.Problems) != 1 || in.Problems[0].Position.Line != 3+7*13+9 {
		t.Errorf("%d objects, problems %v", len(in.Objects), in.Problems)
	}
}

func TestALongJSONListKnowsItsLines(t *testing.T) {
	t.Parallel()
	one := "  {\n   \"metadata\": {\n    \"name\": \"web\",\n    \"annotations\": {\"a\": \"" + strings.Repeat("x", 100) + "\"}\n   }\n  }"
	in := readString(t, "{\n \"kind\": \"ServiceList\", \"apiVersion\": \"v1\",\n \"items\": [\n"+strings.TrimSuffix(strings.Repeat(one+",\n", 500), ",\n")+"\n ]\n}\n")
	if len(in.Objects) != 500 || len(in.Problems) > 0 || in.Stats.Documents != 1 {
		t.Fatalf("%d objects, problems %v, stats %+v", len(in.Objects), in.Problems, in.Stats)
	}
	last := in.Objects[499]
	wantLines(t, last, map[resolve.Field]int{"metadata.name": 4 + 499*6 + 2})
	if last.Kind != resolve.KindService || last.Origin.First != 4+499*6 {
		t.Errorf("%s begins in line %d", last.Ref(), last.Origin.First)
	}
}

func TestAnUnusualLongListIsReadAllTheSame(t *testing.T) {
	t.Parallel()
	usual := list(1000, "")
	for name, text := range map[string]string{
		"anchors":             strings.Replace(usual, "name: web-0\n", "name: &n web-0\n", 1),
		"a dash alone":        strings.Replace(usual, "- apiVersion: v1\n", "-\n  apiVersion: v1\n", 1),
		"items written twice": "items: []\n" + usual,
	} {
		in := readString(t, text)
		got := map[string]int{}
		for _, o := range in.Objects {
			got[o.Value.GetName()]++
		}
		if len(got) != 1000 || len(in.Objects) != 1000 {
			t.Errorf("%s: %d objects, problems %v", name, len(in.Objects), in.Problems)
		}
		line := in.Objects[999].Origin.Lines.Line("metadata.name")
		if diff := cmp.Diff(in.Objects[999].Origin.First+9, line); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
