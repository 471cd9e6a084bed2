package manifest

import (
	"maps"
	"reflect"
	"testing"
)

// TestLabelMaps: the same labels are one map, others never are.
func TestLabelMaps(t *testing.T) {
	t.Parallel()
	var l labelMaps
	said := [][]string{
		nil, {"a", "b"}, {"a", "c"}, {"a", "b", "c", "d"}, {"c", "d", "a", "b"}, {"a\x00b", "c\x00d"}, {"ab", ""}, {"", "ab"}, {"a", "b", "a", "c"}, {"a", "c", "a", "b"},
	}
	first := make([]map[string]string, len(said))
	for i, pairs := range said {
		want := map[string]string{}
		for k := 0; k < len(pairs); k += 2 {
			want[pairs[k]] = pairs[k+1]
		}
		first[i] = l.of(pairs)
		if !maps.Equal(first[i], want) || first[i] == nil {
			t.Errorf("%q becomes the map %v", pairs, first[i])
		}
		for k := range i {
			if reflect.ValueOf(first[i]).Pointer() == reflect.ValueOf(first[k]).Pointer() {
				t.Errorf("%q and %q are one map", pairs, said[k])
			}
		}
	}
	for i, pairs := range said[1:] {
		if reflect.ValueOf(l.of(pairs)).Pointer() != reflect.ValueOf(first[i+1]).Pointer() {
			t.Errorf("%q is another map the second time", pairs)
		}
	}
}
