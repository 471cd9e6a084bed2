package conformance

import (
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// mixedSeeds are those of every disagreement that there was.
const mixedSeeds = "11 55 99 144 175 213 265 395 554 707 3270 5537 5803 5828 5987 6264 4001133 4001302 4001466 4001556 5001365 5001496 6000144 3912443328 480720361"

// TestMixedSeeds looks at them again.
func TestMixedSeeds(t *testing.T) {
	for word := range strings.FieldsSeq(mixedSeeds) {
		t.Setenv("ONE", word)
		runOf(t, generateMixed, number(t, "ONE", 0), 1)
	}
}

// TestMixed compares random meshes of sidecars, ambient, waypoints, gateways, machines and
// entries: MIXED of them from seed SEED on, and a quarter of FRESH more.
func TestMixed(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "MIXED", 50)
	seen := runOf(t, generateMixed, first, count)
	t.Logf("%d calls with an ambient side in %d meshes", seen[ambientCalls], count)
	for rule, n := range seen {
		if why, unknown := strings.CutPrefix(rule, ambientUnknown); unknown {
			t.Logf("%d of them unknown: %s", n, why)
			if !slices.Contains(untold, resolve.Cause(why)) {
				t.Errorf("%d calls with an ambient side are unknown by %s: say what becomes of them, or why the input does not tell", n, why)
			}
		}
	}
	if fresh := number(t, "FRESH", 0) / 4; fresh > 0 {
		runOf(t, generateMixed, number(t, "FRESHSEED", 1)+2e6, fresh)
	}
}
