package source_test

import "testing"

// TestConfigMapBooleans: a word that kubectl takes for a boolean is no host, whatever its key.
func TestConfigMapBooleans(t *testing.T) {
	t.Parallel()
	const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata:\n  SEARCH_URL: "
	for text, objects := range map[string]int{"yes": 0, "on": 0, "true": 0, "7": 0, "'yes'": 1, "search": 1} {
		if in := readString(t, head+text+"\n"); len(in.Objects) != objects {
			t.Errorf("%s: %d objects, want %d", text, len(in.Objects), objects)
		}
	}
}
