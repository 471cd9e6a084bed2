package traffic

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// wires are the kinds of calls that are counted.
var wires = []evidence.Wire{"http", "grpc", "tcp"}

// check refuses a record that cannot be one: what is wrong with it would be taken for
// evidence.
func check(t *evidence.Traffic, path string) error {
	if t.To.Before(t.From) {
		return fmt.Errorf("%s: recorded to %s, which is before %s", path, stamp(t.To), stamp(t.From))
	}
	for _, e := range t.Edges {
		switch {
		case !slices.Contains(wires, e.Protocol):
			return fmt.Errorf("%s: %s -> %s: protocol %q: one of %v", path, e.Client, e.Server, e.Protocol, wires)
		case !isCount(e.Count):
			return fmt.Errorf("%s: %s -> %s: count %v: want a number that is not negative", path, e.Client, e.Server, e.Count)
		case !arePorts(e.Port, e.ServicePort):
			return fmt.Errorf("%s: %s -> %s: port %d, servicePort %d: want 0 to 65535", path, e.Client, e.Server, e.Port, e.ServicePort)
		}
	}
	for _, f := range t.Failures {
		switch {
		case !slices.Contains(evidence.FailureKinds, f.Kind):
			return fmt.Errorf("%s: %s -> %s: failure %q: one of %q", path, f.Client, f.Server, f.Kind, evidence.FailureKinds)
		case !isCount(f.Count):
			return fmt.Errorf("%s: %s -> %s: count %v: want a number that is not negative", path, f.Client, f.Server, f.Count)
		case !arePorts(f.Port, f.ServicePort):
			return fmt.Errorf("%s: %s -> %s: port %d, servicePort %d: want 0 to 65535", path, f.Client, f.Server, f.Port, f.ServicePort)
		}
	}
	return nil
}

func isCount(n float64) bool { return n >= 0 && !math.IsInf(n, 0) }

func arePorts(numbers ...int32) bool {
	return !slices.ContainsFunc(numbers, func(n int32) bool { return n < 0 || n > 65535 })
}

// stamp is a time as people and queries write it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
