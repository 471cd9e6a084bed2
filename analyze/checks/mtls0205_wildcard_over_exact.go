package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// WildcardOverExact finds wildcard rules of the clients' namespace that take the place of
// rules which the services have for themselves (3.2.4, 6.8).
var WildcardOverExact = register(&analyze.Check{
	Code:      "MTLS0205",
	Name:      "wildcard-over-exact",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "A wildcard rule in the client namespace overrides the service's own rule",
	Why: `istiod looks for a DestinationRule in the client namespace first, and compares how specific hosts are only within one
namespace. A rule for *.local or * there overrides the exact rule in the service's namespace: the tls of the exact rule
does not apply to these clients.`,
	Fix:      "repeat the service's rule in the client namespace, or narrow the wildcard",
	Docs:     []string{"https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration"},
	Controls: inTransit,
	Before:   callsWorld + permissiveShop + farWorld + payRuleOf("ISTIO_MUTUAL") + "---\n" + wildcardOfFar,
	After:    callsWorld + permissiveShop + farWorld + payRuleOf("ISTIO_MUTUAL"),
	With:     []string{"MTLS0223"},
	Run: func(p *analyze.Pass) {
		for _, r := range p.DestinationRules() {
			if !strings.HasPrefix(r.FQDN, "*") {
				continue
			}
			var lost []outbound.Displaced
			for _, d := range p.Displaces(r) {
				if !d.Masked && d.Rule.FQDN == d.Host.Name && r.FQDN != d.Host.Name {
					lost = append(lost, d)
				}
			}
			if len(lost) > 0 {
				p.Report(overExact(p, r, lost))
			}
		}
	},
})

// payRuleOf is a rule of namespace shop for its service pay.
func payRuleOf(mode string) string {
	return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay.shop.svc.cluster.local
  trafficPolicy:
    tls: {mode: ` + mode + `}
`
}

const wildcardOfFar = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: any, namespace: far}
spec:
  host: "*.local"
  trafficPolicy:
    tls: {mode: DISABLE}
`

func overExact(p *analyze.Pass, r *outbound.DestinationRule, lost []outbound.Displaced) analyze.Finding {
	first := lost[0]
	f := analyze.Finding{Object: r.Ref, Origin: r.Origin, Field: "spec.host"}
	f.Message = fmt.Sprintf("host %s overrides %s for %s: %s instead of %s at %s:%d (3.2.4)",
		r.Host, first.Rule.Ref, clientsOf(first.Clients), first.Ports[0].Says, first.Ports[0].Lost, shortHost(first.Host), first.Ports[0].Number)
	var more []string
	for _, d := range lost[1:] {
		if d.Host != first.Host && len(more) < maxExamples-1 {
			more = append(more, d.Rule.Ref.Path())
		}
	}
	if len(lost) > 1 {
		f.Message += fmt.Sprintf("; and overrides %d more rules", len(lost)-1)
	}
	if len(more) > 0 {
		f.Message += ", such as " + strings.Join(more, ", ")
	}
	for _, d := range lost {
		f.Involved = append(f.Involved, d.Rule.Ref)
	}
	if len(lost) <= maxExamples {
		f.Repair = repeated(p, r, lost)
	}
	return f
}

// repeated are the rules of services again, for the clients of one namespace.
func repeated(p *analyze.Pass, in *outbound.DestinationRule, lost []outbound.Displaced) []analyze.Edit {
	rules := rulesNow(p)
	var changes []remedy.RuleChange
	for _, d := range lost {
		if slices.ContainsFunc(changes, func(c remedy.RuleChange) bool { return c.Spec.Host == d.Host.Name }) {
			continue // for other clients
		}
		spec := d.Rule.Spec().DeepCopy()
		spec.Host, spec.ExportTo = d.Host.Name, nil // one that says "." would be merged into a rule with a selector (3.2.9)
		changes = append(changes, remedy.ChangeRule(freeName(rules, changes, in.Ref.Namespace, d.Rule.Ref.Name), spec, d.Rule))
	}
	return proved(p, changes...)
}
