package traffic

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// wires are the kinds of calls that are counted.
var wires = []resolve.Wire{"http", "grpc", "tcp"}

// check refuses a record that cannot be one: what is wrong with it would be taken for
// evidence.
func check(t *resolve.Traffic, path string) error {
	if t.To.Before(t.From) {
		return fmt.Errorf("%s: recorded to %s, which is before %s", path, stamp(t.To), stamp(t.From))
	}
	for _, e := range t.Edges {
		switch {
		case !slices.Contains(wires, e.Protocol):
			return fmt.Errorf("%s: %s -> %s: protocol %q: one of %v", path, e.Client, e.Server, e.Protocol, wires)
		case !(e.Count >= 0) || math.IsInf(e.Count, 0):
			return fmt.Errorf("%s: %s -> %s: count %v: want a number that is not negative", path, e.Client, e.Server, e.Count)
		}
	}
	return nil
}

// stamp is a time as people and queries write it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
