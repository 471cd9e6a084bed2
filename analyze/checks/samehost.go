package checks

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// beside is a rule whose traffic policy does not count because of another rule of its
// namespace for the same host.
type beside struct {
	rule, by *outbound.DestinationRule
	because  string
}

// besideOthers are the rules with a tls of their own that an equal of their namespace
// leaves without effect, in whole or in part (3.2.9).
func besideOthers(p *analyze.Pass) []beside {
	type place struct{ namespace, host string }
	count := map[place]int{}
	for _, r := range p.DestinationRules() {
		count[place{r.Ref.Namespace, r.FQDN}]++
	}
	rules := rulesNow(p)
	var out []beside
	for _, r := range p.DestinationRules() {
		field, sets := setsTLS(r)
		if !sets || count[place{r.Ref.Namespace, r.FQDN}] < 2 {
			continue
		}
		if strings.HasPrefix(string(field), "spec.subsets") && p.Reach(r).Used {
			continue // what does not count sets no tls
		}
		for o := range p.Overruled(r) {
			if by := rules[o.By]; ofSameHost[o.Why.Cause] && by != nil && by.Ref.Namespace == r.Ref.Namespace {
				out = append(out, beside{r, by, words.Because(o.Why)})
				break
			}
		}
	}
	return out
}

// ofSameHost are the reasons why a rule does not count beside another of its host (3.2.9).
var ofSameHost = map[resolve.Cause]bool{resolve.CauseRuleMerged: true, resolve.CauseRuleOnlySubsets: true, resolve.CauseRuleListedBefore: true}

// sameReaders reports whether two rules are exported to the same namespaces, as written:
// unset and "*" are not the same to Istio here (3.2.9).
func sameReaders(a, b *outbound.DestinationRule) bool {
	return slices.Equal(slices.Sorted(slices.Values(a.ExportTo())), slices.Sorted(slices.Values(b.ExportTo())))
}
