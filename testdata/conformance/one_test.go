package conformance

import (
	"os"
	"strings"
	"testing"
)

// TestSeed shrinks the world of one seed, ONE=seed or ONE=mixed:seed, ONE=routed:seed, ONE=gateways:seed, ONE=listeners:seed, ONE=clusters:seed, or compares a file, ONE=file.
func TestSeed(t *testing.T) {
	text, err := os.ReadFile(os.Getenv("ONE"))
	var w world
	if err == nil {
		if w, err = parseWorld(string(text)); err != nil {
			t.Fatal(err)
		}
	} else if os.Getenv("ONE") == "" {
		t.Skip("ONE is not set")
	} else if seed, mixed := strings.CutPrefix(os.Getenv("ONE"), "mixed:"); mixed {
		t.Setenv("ONE", seed)
		w = generateMixed(number(t, "ONE", 0))
	} else if seed, routed := strings.CutPrefix(os.Getenv("ONE"), "routed:"); routed {
		t.Setenv("ONE", seed)
		w = generateRouted(number(t, "ONE", 0))
	} else if seed, gateways := strings.CutPrefix(os.Getenv("ONE"), "gateways:"); gateways {
		t.Setenv("ONE", seed)
		w = generateGateways(number(t, "ONE", 0))
	} else if seed, listeners := strings.CutPrefix(os.Getenv("ONE"), "listeners:"); listeners {
		t.Setenv("ONE", seed)
		w = generateListeners(number(t, "ONE", 0))
	} else if seed, several := strings.CutPrefix(os.Getenv("ONE"), "clusters:"); several {
		t.Setenv("ONE", seed)
		w = generateClusters(number(t, "ONE", 0))
	} else {
		w = generate(number(t, "ONE", 0))
	}
	if err := setEnvironment(w.environment()); err != nil {
		t.Fatal(err)
	}
	found, _, err := check(w)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		t.Error(d)
	}
	if len(found) > 0 && number(t, "SHRINK", 1) > 0 {
		small, d := shrunk(w, found[0])
		t.Logf("the smallest world that still disagrees: %v\n%s", d, small.YAML())
	}
}
