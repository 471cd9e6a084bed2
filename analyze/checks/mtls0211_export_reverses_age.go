package checks

import (
	"fmt"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ExportReversesAge finds rules for one host whose exportTo differ, so that the newest
// decides (3.2.9, 6.11).
var ExportReversesAge = register(&analyze.Check{
	Code:      "MTLS0211",
	Name:      "export-reverses-age",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "Two DestinationRules for one host with different exportTo: the newest applies, not the oldest",
	Why: `Rules of one namespace for one host are merged only if their exportTo is identical as written, and then the oldest
trafficPolicy applies. If it differs, both rules are kept and the last one is used: the newest. An exportTo that is not set
and an exportTo of "*" have the same effect, but are different here.`,
	Fix:      "write the same exportTo in both, or merge both into one rule",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule-export_to"},
	Controls: inTransit,
	Before: callsWorld + permissiveShop + payRuleOf("ISTIO_MUTUAL") + `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay-later, namespace: shop}
spec:
  host: pay.shop.svc.cluster.local
  exportTo: ["*"]
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 100}}
`,
	After: callsWorld + permissiveShop + payRuleOf("ISTIO_MUTUAL"),
	Run: func(p *analyze.Pass) {
		for _, b := range besideOthers(p) {
			if sameReaders(b.rule, b.by) {
				continue
			}
			field, _ := setsTLS(b.rule)
			f := analyze.Finding{Object: b.rule.Ref, Origin: b.rule.Origin, Field: field, Involved: []resolve.Ref{b.by.Ref}}
			f.Message = fmt.Sprintf("its tls has no effect: exportTo is %s here and %s in %s, which is newer: of such rules the last one applies (3.2.9)",
				readers(b.rule), readers(b.by), b.by.Ref.Path())
			f.Repair = sameExport(p, b)
			p.Report(f)
		}
	},
})

func readers(r *outbound.DestinationRule) string {
	if len(r.ExportTo()) == 0 {
		return "not set"
	}
	return strings.Join(r.ExportTo(), ",")
}

// sameExport gives the newer rule the exportTo of the older, so that they merge and the
// oldest policy counts as elsewhere; nil where that would hide the newer from somebody, or
// a tls that it sets, and where a third rule has a word in it.
func sameExport(p *analyze.Pass, b beside) []analyze.Edit {
	everyone := func(r *outbound.DestinationRule) bool { return readers(r) == "not set" || readers(r) == "*" }
	if _, sets := setsTLS(b.by); sets || !everyone(b.rule) || !everyone(b.by) {
		return nil
	}
	third := func(r *outbound.DestinationRule) bool {
		return r.FQDN == b.rule.FQDN && r.Ref.Namespace == b.rule.Ref.Namespace && r.Ref != b.rule.Ref && r.Ref != b.by.Ref
	}
	if slices.ContainsFunc(p.DestinationRules(), third) {
		return nil
	}
	return proved(p, respelled(b.by, func(spec *networkingapi.DestinationRule) { spec.ExportTo = b.rule.Spec().GetExportTo() }))
}
