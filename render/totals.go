package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Totals counts workloads and their named ports by mode. It repeats what the
// items say, for scripts that only want to know whether anything is open.
type Totals struct {
	Workloads  int `json:"workloads"`
	Ports      int `json:"ports"`
	Strict     int `json:"STRICT"`
	Permissive int `json:"PERMISSIVE"`
	Disable    int `json:"DISABLE"`
	None       int `json:"NONE"`
	TLS        int `json:"TLS"`
	Unknown    int `json:"UNKNOWN"`
}

// totalsOf counts a workload once, however many variants it has.
func totalsOf(lines []Line) Totals {
	var t Totals
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
			t.add(l.Port.Decision.Mode)
		}
	}
	return t
}

func (t *Totals) add(m resolve.Mode) {
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

// String is the last line of a table. The four modes of a port are always there,
// so that a zero is seen to be one.
func (t Totals) String() string {
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
