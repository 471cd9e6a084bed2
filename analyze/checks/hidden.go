package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// hiddenStrict are, by the namespace of the workloads that plaintext reaches for want
// of them, the STRICT policies that istiod does not see (1.14).
func hiddenStrict(p *analyze.Pass) map[string][]resolve.Ref {
	says := map[resolve.Ref]bool{}
	for _, pa := range p.PeerAuthentications() {
		says[pa.Ref] = pa.Undiscovered && pa.Rejected == "" && pa.Mode == resolve.Strict
	}
	hidden := map[string][]resolve.Ref{}
	for _, w := range p.Workloads() {
		for _, s := range w.Chain.Steps {
			if ns := w.Ref.Namespace; byDefault(w) && says[s.By] && !slices.Contains(hidden[ns], s.By) {
				hidden[ns] = append(hidden[ns], s.By)
			}
		}
	}
	return hidden
}

// byDefault reports whether plaintext reaches a workload because no policy speaks.
func byDefault(w *inbound.Workload) bool {
	return w.Default.Mode == resolve.Permissive && w.Default.Scope == resolve.ScopeDefault
}

func sayStrict(refs []resolve.Ref) string {
	if len(refs) == 1 {
		return "1 policy sets STRICT (" + refs[0].Path() + ")"
	}
	return fmt.Sprintf("%d policies set STRICT (%s)", len(refs), some(refs))
}

func leftOut(refs []resolve.Ref) string {
	return fmt.Sprintf("discoverySelectors exclude %s (1.14)", namespacesIn(refs))
}
