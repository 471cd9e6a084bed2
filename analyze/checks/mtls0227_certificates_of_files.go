package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// CertificatesOfFiles finds clients whose proxies have certificates from files, and show
// them to endpoints that do not take them (3.3.7).
var CertificatesOfFiles = register(&analyze.Check{
	Code:      "MTLS0227",
	Name:      "certificates-of-files",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A client's proxy with certificates from files sends TLS to endpoints that reject it",
	Why: `A proxy whose metadata names a client certificate (ISTIO_META_TLS_CLIENT_CERT_CHAIN) presents that certificate instead of
Istio's, with auto mTLS and with ISTIO_MUTUAL. Auto mTLS does not distinguish endpoints for such a proxy: an endpoint
without a sidecar receives a TLS handshake too. A PERMISSIVE HTTP port has no filter chain for TLS that is not Istio's, so
every call to it fails.`,
	Fix:      "remove the certificate from the proxy's metadata; accept the risk: add a DestinationRule (mode: DISABLE) for endpoints that need plaintext",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig"},
	Controls: available,
	Before:   filesWorld(", annotations: {proxy.istio.io/config: 'proxyMetadata: {ISTIO_META_TLS_CLIENT_CERT_CHAIN: /etc/certs/chain.pem}'}"),
	After:    filesWorld(""),
	Run: func(p *analyze.Pass) {
		groups := groupsOf(p, func(c analyze.Call) string {
			if !c.Sends.Auto || !c.Sends.Why.Cause.OfFiles() || c.Outcome.Verdict != resolve.VerdictBroken || c.Server == nil || c.Server.Workload == nil {
				return ""
			}
			return fmt.Sprintf("%p", c.Clients[0])
		})
		for _, g := range groups {
			w := g.first.Client.Workloads[0]
			f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Mild: !g.isMade(), Involved: []resolve.Ref{g.first.Host.Ref}, Affected: g.affected()}
			if w.Annotations[resolve.ProxyConfigAnnotation] != "" && g.first.Sends.Why.Details().Name == "annotation "+resolve.ProxyConfigAnnotation {
				f.Field = podMetadata(w).Child("annotations").Child(resolve.ProxyConfigAnnotation)
			}
			f.Message = fmt.Sprintf("its proxy presents a certificate from files to every endpoint, also to %s, %s: every call fails (%s)%s%s",
				g.port(), serverSide(g.first), symptom(g.first), g.moreText(), g.record.text())
			if n := g.callers() - 1; n > 0 {
				f.Message += fmt.Sprintf("; the same applies to %d more workloads", n)
			}
			p.Report(f)
		}
	},
})

func filesWorld(annotations string) string {
	return strings.Replace(outboundWorld(annotations), "mode: STRICT", "mode: PERMISSIVE", 1)
}
