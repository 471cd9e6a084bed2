package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// HiddenByOlder finds tls that an older rule for the same host keeps from counting, often
// without saying anything about TLS itself (3.2.9, 6.11).
var HiddenByOlder = register(&analyze.Check{
	Code:      "MTLS0210",
	Name:      "hidden-by-older",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "The tls of a DestinationRule is overridden by an older rule for the same host",
	Why: `istiod merges rules of one namespace for one host: it adds subsets, but uses only the trafficPolicy of the oldest rule,
as a whole. An old rule that sets nothing but a connection pool overrides every tls of newer rules. Files have no
creation time, so there the name decides.`,
	Fix:      "merge both into one rule",
	Docs:     []string{"https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-large-virtual-services-and-destination-rules-into-multiple-resources"},
	Controls: inTransit,
	Before:   callsWorld + permissiveShop + poolRule + "---\n" + payRuleOf("ISTIO_MUTUAL"),
	After: callsWorld + permissiveShop + poolRule + `    tls: {mode: ISTIO_MUTUAL}
`,
	Run: func(p *analyze.Pass) {
		for _, b := range besideOthers(p) {
			if !sameReaders(b.rule, b.by) {
				continue
			}
			field, _ := setsTLS(b.rule)
			f := analyze.Finding{Object: b.rule.Ref, Origin: b.rule.Origin, Field: field, Involved: []resolve.Ref{b.by.Ref}, Repair: merged(p, b)}
			f.Message = fmt.Sprintf("its tls has no effect: %s (3.2.9)", b.because)
			p.Report(f)
		}
	},
})

const poolRule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a-pool, namespace: shop}
spec:
  host: pay.shop.svc.cluster.local
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 100}}
`

// merged gives the tls to the rule that counts, where that has none, and takes it from the
// other; the rest of it, which never counted either, is left for people.
func merged(p *analyze.Pass, b beside) []analyze.Edit {
	is, by := b.rule.Spec().DeepCopy(), b.by.Spec().DeepCopy()
	policy := is.GetTrafficPolicy()
	if by.GetTrafficPolicy() == nil || policy.GetTls() == nil || len(policy.GetPortLevelSettings()) > 0 || by.GetTrafficPolicy().GetTls() != nil || len(by.GetTrafficPolicy().GetPortLevelSettings()) > 0 {
		return nil
	}
	by.TrafficPolicy.Tls = policy.Tls
	if policy.Tls = nil; len(analyze.Tree(policy)) == 0 {
		is.TrafficPolicy = nil
	}
	return proved(p, remedy.ChangeRule(b.by.Ref, by, b.by), remedy.ChangeRule(b.rule.Ref, is, b.rule))
}
