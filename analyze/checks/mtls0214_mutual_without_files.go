package checks

import (
	"fmt"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// MutualWithoutFiles finds MUTUAL without the certificate that it needs, mostly written
// for ISTIO_MUTUAL (3.3.5, 6.13).
var MutualWithoutFiles = register(&analyze.Check{
	Code:     "MTLS0214",
	Name:     "mutual-without-files",
	Severity: analyze.Error,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindDestinationRule},
	Reads:    []resolve.Kind{resolve.KindService, resolve.KindServiceEntry, resolve.KindWorkload, resolve.KindMeshConfig},
	Alone:    true,
	Title:    "MUTUAL without certificate and key is rejected, and sends plaintext if applied",
	Why: `MUTUAL is TLS with your own certificates: it needs clientCertificate and privateKey, or a credentialName. For Istio's
certificates the mode is ISTIO_MUTUAL. Istio's validation rejects MUTUAL without certificates. If such a rule is applied
all the same, the cluster is built without TLS.`,
	Fix:      "use ISTIO_MUTUAL for services of the mesh; for other hosts set clientCertificate and privateKey",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-TLSmode"},
	Controls: inTransit,
	With:     []string{"MTLS0223"},
	Before:   callsWorld + permissiveShop + payRuleOf("MUTUAL"),
	After:    callsWorld + permissiveShop + payRuleOf("ISTIO_MUTUAL"),
	Run: func(p *analyze.Pass) {
		for l := range tlsLevels(p) {
			t := l.tls
			if needsFiles(t) == "" {
				continue
			}
			f := l.finding(l.at().Child("mode"), fmt.Sprintf("MUTUAL for %s without %s: Istio's validation rejects it, and if applied clients send plaintext (3.3.5)", l.rule.Host, needsFiles(t)))
			if allInMesh(p.Reach(l.rule).Hosts) && t.GetClientCertificate() == "" && t.GetPrivateKey() == "" {
				f.Fix = "use ISTIO_MUTUAL, the mode for Istio's certificates"
				f.Repair = l.with(p, &networkingapi.ClientTLSSettings{Mode: networkingapi.ClientTLSSettings_ISTIO_MUTUAL})
			}
			p.Report(f)
		}
	},
})

// needsFiles names what a MUTUAL lacks, "" for nothing and for other modes.
func needsFiles(t *networkingapi.ClientTLSSettings) string {
	switch cert, key := t.GetClientCertificate() != "", t.GetPrivateKey() != ""; {
	case t.GetMode() != networkingapi.ClientTLSSettings_MUTUAL, t.GetCredentialName() != "", cert && key:
		return ""
	case cert:
		return "privateKey"
	case key:
		return "clientCertificate"
	}
	return "clientCertificate and privateKey"
}

// allInMesh reports hosts of which every endpoint has a proxy that takes Istio's mTLS.
func allInMesh(hosts []*outbound.Host) bool {
	n := 0
	for _, h := range hosts {
		for _, p := range h.Ports {
			for _, e := range p.Endpoints {
				if e.Workload == nil || e.Workload.Membership.Dataplane != resolve.DataplaneSidecar {
					return false
				}
				if !slices.ContainsFunc(e.Workload.Ports, func(q inbound.Port) bool {
					return q.Number == e.Port && (q.Decision.Mode == resolve.Strict || q.Decision.Mode == resolve.Permissive)
				}) {
					return false
				}
				n++
			}
		}
	}
	return n > 0
}
