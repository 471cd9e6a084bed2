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
	Title:     "A client's proxy with certificates from files sends TLS to endpoints that do not take it",
	Why: `A proxy whose metadata names a client certificate (ISTIO_META_TLS_CLIENT_CERT_CHAIN) shows that instead of Istio's, by
auto mTLS and by ISTIO_MUTUAL. Auto mTLS does not tell endpoints apart for it: one without a sidecar gets a TLS handshake
too. A PERMISSIVE HTTP port has no filter chain for TLS that is not Istio's, so that every call to it fails.`,
	Fix:      "take the certificate out of the proxy's metadata, or say with a DestinationRule (mode: DISABLE) where plaintext is to be sent",
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
			f.Message = fmt.Sprintf("its proxy shows a certificate from files to every endpoint, also to %s, %s: every call fails (%s)%s%s",
				g.port(), serverSide(g.first), symptom(g.first), g.moreText(), g.record.text())
			if n := g.callers() - 1; n > 0 {
				f.Message += fmt.Sprintf("; %d more workloads have the same", n)
			}
			p.Report(f)
		}
	},
})

func filesWorld(annotations string) string {
	return strings.Replace(outboundWorld(annotations), "mode: STRICT", "mode: PERMISSIVE", 1)
}
