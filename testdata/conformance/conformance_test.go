package conformance

import (
	"os"
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

// TestMeshes compares random meshes: MESHES of them from seed SEED on.
func TestMeshes(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "MESHES", 100)
	run(t, first, count)
}

func run(t *testing.T, first, count uint64) {
	began, bad := time.Now(), 0
	var mu sync.Mutex
	shrinking := 5
	group(first, count, func(seed uint64, w world) {
		found, err := check(w)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, w.YAML())
			return
		}
		if len(found) > 0 {
			bad++
			t.Errorf("seed %d: %d disagreements, first: %v", seed, len(found), found[0])
			if shrinking--; shrinking >= 0 {
				small, d := shrunk(w, found[0])
				t.Logf("seed %d: the smallest world that still disagrees: %v\n%s", seed, d, small.YAML())
			}
		}
	})
	t.Logf("%d meshes from seed %d in %v, %d disagree", count, first, time.Since(began).Round(time.Second), bad)
}

// check compares one world and cleans up after istiod.
func check(w world) (found []disagreement, err error) {
	failed := test.Wrap(func(t test.Failer) {
		found, _, err = compareWorld(t, w)
	})
	if err == nil {
		err = failed
	}
	return found, err
}
