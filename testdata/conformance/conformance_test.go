package conformance

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"istio.io/istio/pkg/test"
)

// fixedSeed is where the meshes of every run begin.
const fixedSeed = 1

func number(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestMeshes compares random meshes: MESHES of them from seed SEED on, which
// together must come by every rule, and FRESH more from FRESHSEED on, which make
// takes from the commit: every change meets meshes that none met before it, and
// meets the same ones wherever it is tested.
func TestMeshes(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "MESHES", 100)
	rules := run(t, first, count)
	missed := rules.unreached()
	switch {
	case len(missed) > 0 && count >= 1000:
		t.Errorf("rules that no mesh reached: %v", missed)
	case len(missed) > 0:
		t.Logf("rules that no mesh reached, which fails from 1000 meshes on: %v", missed)
	}
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		t.Logf("rule %s: %d times", rule, rules[rule])
	}
	if fresh := number(t, "FRESH", 0); fresh > 0 {
		run(t, number(t, "FRESHSEED", uint64(time.Now().UnixNano())%1e12)+1e6, fresh)
	}
}

// run compares count meshes and shrinks the first that disagree.
func run(t *testing.T, first, count uint64) reached { return runOf(t, generate, first, count) }

// runOf is run for the meshes of a generator.
func runOf(t *testing.T, generate func(uint64) world, first, count uint64) reached {
	t.Logf("SEED=%d MESHES=%d", first, count)
	began, bad, shrinking, rules := time.Now(), 0, int(number(t, "SHRINK", 5)), reached{}
	var mu sync.Mutex
	group(first, count, generate, func(seed uint64, w world) {
		if refusedThen(w) != "" {
			return
		}
		found, o, err := check(w)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, w.YAML())
			return
		}
		rules.of(o)
		if len(found) == 0 {
			return
		}
		if found, _, err = check(w); err == nil && len(found) == 0 {
			t.Logf("seed %d: istiod's registries had not settled, a second look agrees", seed)
			return
		}
		bad++
		t.Errorf("seed %d: %d disagreements, first: %v", seed, len(found), found[0])
		if shrinking--; shrinking >= 0 {
			small, d := shrunk(w, found[0])
			t.Logf("seed %d: the smallest world that still disagrees: %v\n%s", seed, d, small.YAML())
		}
	})
	t.Logf("%d meshes in %v, %d disagree", count, time.Since(began).Round(time.Second), bad)
	return rules
}

// check compares one world and cleans up after istiod.
func check(w world) (found []disagreement, o *ours, err error) {
	failed := test.Wrap(func(t test.Failer) {
		found, o, err = compareWorld(t, w)
	})
	if err == nil {
		err = failed
	}
	return found, o, err
}
