package checks

import (
	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// OtherIdentityExpected finds ISTIO_MUTUAL rules whose subjectAltNames are not the identity of
// the server (3.3.8).
var OtherIdentityExpected = register(&analyze.Check{
	Code:      "MTLS0230",
	Name:      "other-identity-expected",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "subjectAltNames of an ISTIO_MUTUAL rule do not name the server's identity",
	Why: `With ISTIO_MUTUAL the client compares the server's certificate with subjectAltNames, letter by letter. A certificate of the
mesh has one name, spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT, and no DNS name. Where subjectAltNames lack it, every
call fails. Without subjectAltNames istiod names the accounts of the service by itself, and follows when they change.`,
	Fix:      "remove subjectAltNames, or name the server's SPIFFE identity",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-subject_alt_names"},
	Controls: available,
	Before:   callsWorld + strictShop + namesRule("\n      subjectAltNames: [pay.shop.svc.cluster.local]"),
	After:    callsWorld + strictShop + namesRule(""),
	Run: func(p *analyze.Pass) {
		if !anyLevel(p, func(t *networkingapi.ClientTLSSettings) bool { return len(t.GetSubjectAltNames()) > 0 }) {
			return
		}
		causes := causesOf(p, func(c outbound.Connection) bool {
			return c.Outcome.Verdict == resolve.VerdictBroken && c.Outcome.Why.Cause == resolve.CauseOtherAccount
		})
		for _, cause := range causes {
			f := cause.finding("accepts only other server identities (subjectAltNames) in its mTLS")
			f.Field, f.Fix = f.Field.Child("subjectAltNames"), remedy.Fix(&cause.some[0].Connection)
			f.Repair = []analyze.Edit{{Object: f.Object, Verb: analyze.Remove, Field: f.Field}}
			p.Report(f)
		}
	},
})

func namesRule(names string) string {
	return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay.shop.svc.cluster.local
  trafficPolicy:
    tls:
      mode: ISTIO_MUTUAL` + names + `
`
}
