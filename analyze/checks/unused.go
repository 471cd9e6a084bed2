package checks

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// unusedRule is a rule that sets tls, at a field, and counts for nobody.
type unusedRule struct {
	rule  *outbound.DestinationRule
	field resolve.Field
	reach outbound.Reach
}

// reportUnused reports the unused rules that match, those of one cause together.
func reportUnused(p *analyze.Pass, match func(unusedRule) bool) {
	var bundles []*bundle
	for _, r := range p.DestinationRules() {
		field, sets := setsTLS(r)
		if !sets {
			continue
		}
		reach := p.Reach(r)
		if !reach.Used && !reach.Why.IsZero() && match(unusedRule{r, field, reach}) {
			bundles = bundled(bundles, r, field, reach)
		}
	}
	for _, b := range bundles {
		f := b.finding()
		f.Repair = b.repair(p)
		p.Report(f)
	}
}

// saidElsewhere reports a rule of whose cause another check speaks.
func saidElsewhere(p *analyze.Pass, u unusedRule) bool {
	switch u.reach.Unused {
	case outbound.UnusedSpelling, outbound.UnusedPlace, outbound.UnusedMerged: // MTLS0206, 0226, 0210
		return true
	case outbound.UnusedRevision: // MTLS0110
		return len(p.Revisions()) > 0 && !slices.Contains(p.Revisions(), u.rule.Revision)
	case outbound.UnusedMasked: // MTLS0212
		return u.reach.Why.Cause != resolve.CauseRuleUnexportedFirst
	case outbound.UnusedBeaten: // MTLS0211, 0205
		return u.reach.Why.Cause == resolve.CauseRuleListedBefore || u.reach.By.Namespace != u.rule.Ref.Namespace && overExactBy(p, u)
	}
	return false
}

// overExactBy reports a rule for a service that a wildcard of its clients' namespace takes
// the place of.
func overExactBy(p *analyze.Pass, u unusedRule) bool {
	by := rulesNow(p)[u.reach.By]
	return by != nil && strings.HasPrefix(by.FQDN, "*") && !strings.HasPrefix(u.rule.FQDN, "*")
}
