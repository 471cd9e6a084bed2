package conformance

import (
	"strings"
	"testing"
)

// clusterSeeds are those of every disagreement about several clusters that there was.
const clusterSeeds = "2851127578 8 12 42 56 5003 5055 5075 5209"

// TestClusterSeeds looks at them again.
func TestClusterSeeds(t *testing.T) {
	for word := range strings.FieldsSeq(clusterSeeds) {
		t.Setenv("ONE", word)
		runOf(t, generateClusters, number(t, "ONE", 0), 1)
	}
}

// TestClusters compares random meshes of two and three clusters with the istiod of each: CLUSTERS of
// them from seed SEED on, and a quarter of FRESH more.
func TestClusters(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "CLUSTERS", 30)
	runOf(t, generateClusters, first, count)
	if fresh := number(t, "FRESH", 0) / 4; fresh > 0 {
		runOf(t, generateClusters, number(t, "FRESHSEED", 1)+4e6, fresh)
	}
}
