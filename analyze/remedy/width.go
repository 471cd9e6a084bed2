package remedy

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// widest is how many pairs of port and subset a host may have for a change to be tried on it:
// each field of a rule that breaks calls is tried, so that a rule with as many subsets as its
// Service has ports would cost the cube of their number. What is not tried is not proved, and
// not told as a repair.
const widest = 3000

// tooWide reports a host with more pairs than that, of ports and of the subsets that the
// changed namespaces define for it.
func (t *trial) tooWide() bool {
	return slices.ContainsFunc(t.hosts, func(h *outbound.Host) bool {
		if len(h.Ports) < 2 {
			return false
		}
		subsets := 1
		for _, r := range t.rules {
			if r.FQDN == h.Name {
				subsets += len(r.Spec().GetSubsets())
			}
		}
		return subsets*len(h.Ports) > widest
	})
}
