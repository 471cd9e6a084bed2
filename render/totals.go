package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// totalsOf counts a workload once, however many variants it has.
func totalsOf(lines []Line) wire.Totals {
	var t wire.Totals
	type one struct {
		ref     resolve.Ref
		cluster string
	}
	seen := make(map[one]bool, len(lines)/2)
	for _, l := range lines {
		if w := (one{l.Workload.Ref, l.Workload.Cluster}); !seen[w] {
			seen[w] = true
			t.Workloads++
		}
		if l.Port != nil {
			countMode(&t, l.Port.Decision.Mode)
		}
	}
	return t
}

func countMode(t *wire.Totals, m resolve.Mode) {
	t.Ports++
	switch m {
	case resolve.Strict:
		t.Strict++
	case resolve.Permissive:
		t.Permissive++
	case resolve.Disable:
		t.Disable++
	case resolve.None:
		t.None++
	case resolve.TLS:
		t.TLS++
	default:
		t.Unknown++
	}
}

// totalsText is the last line of a table. The four modes of a port are always there,
// so that a zero is seen to be one.
func totalsText(t wire.Totals) string {
	s := fmt.Sprintf("%s, %s: %d STRICT, %d PERMISSIVE, %d DISABLE, %d NONE",
		count(t.Workloads, "workload"), count(t.Ports, "port"), t.Strict, t.Permissive, t.Disable, t.None)
	if t.TLS > 0 {
		s += fmt.Sprintf(", %d TLS", t.TLS)
	}
	if t.Unknown > 0 {
		s += fmt.Sprintf(", %d unknown", t.Unknown)
	}
	return s
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
