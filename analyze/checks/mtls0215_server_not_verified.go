package checks

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ServerNotVerified finds TLS whose client does not check the server, or checks it by the
// wrong authorities (3.3.6).
var ServerNotVerified = register(&analyze.Check{
	Code:     "MTLS0215",
	Name:     "server-not-verified",
	Severity: analyze.Warning,
	Istioctl: []string{"IST0128", "IST0129"},
	Needs:    []resolve.Kind{resolve.KindDestinationRule},
	Reads:    []resolve.Kind{resolve.KindService, resolve.KindServiceEntry, resolve.KindWorkload, resolve.KindMeshConfig},
	Title:    "TLS that does not verify the server, or cannot",
	Why: `With insecureSkipVerify any system in between can act as the server. Without caCertificates Istio 1.31 verifies with the
certificate authorities of the operating system. That is right for public hosts, but not for a service of the cluster: its
certificate is rarely signed by one of them, so calls fail. Subsets have their own tls: istioctl's warnings about missing
caCertificates do not check subsets and do not consider the authorities of the operating system.`,
	Fix:      "set the authority in caCertificates, or delete the tls for services of the mesh",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-ca_certificates"},
	Controls: cryptography,
	Before:   callsWorld + permissiveShop + mapsEntry + skipRule("true"),
	After:    callsWorld + permissiveShop + mapsEntry + skipRule("false"),
	Run: func(p *analyze.Pass) {
		for l := range tlsLevels(p) {
			mode := l.tls.GetMode()
			if mode != networkingapi.ClientTLSSettings_SIMPLE && mode != networkingapi.ClientTLSSettings_MUTUAL {
				continue
			}
			if hosts := p.Reach(l.rule).Hosts; l.tls.GetInsecureSkipVerify().GetValue() {
				p.Report(anybody(p, l))
			} else if h := inCluster(p, hosts); h != nil && !allInMesh(hosts) && needsFiles(l.tls) == "" && l.tls.GetCaCertificates() == "" && l.tls.GetCredentialName() == "" {
				f := l.finding(l.at(), fmt.Sprintf("%s for %s%s has no caCertificates: the operating system's authorities probably did not sign the certificate of %s, and calls fail", mode, l.rule.Host, inSubset(l), h.Ref))
				f.Confidence, f.Involved = analyze.Likely, []resolve.Ref{h.Ref}
				p.Report(f)
			}
		}
	},
})

func skipRule(skip string) string {
	return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: maps, namespace: shop}
spec:
  host: api.maps.test
  trafficPolicy:
    tls: {mode: SIMPLE, insecureSkipVerify: ` + skip + `}
`
}

// anybody is a finding about a server that nobody verifies.
func anybody(p *analyze.Pass, l *tlsLevel) analyze.Finding {
	at := l.at().Child("insecureSkipVerify")
	f := l.finding(at, fmt.Sprintf("the %s for %s%s accepts any certificate: any system in between can act as the server", l.tls.GetMode(), l.rule.Host, inSubset(l)))
	f.Repair = l.with(p, l.changed(func(t *networkingapi.ClientTLSSettings) { t.InsecureSkipVerify = nil }))
	return f
}

func inSubset(l *tlsLevel) string {
	if l.name == "" {
		return ""
	}
	return " subset " + l.name
}

// inCluster is the first of the hosts that is a Service with workloads of the cluster.
func inCluster(p *analyze.Pass, hosts []*outbound.Host) *outbound.Host {
	for _, h := range hosts {
		if s := h.Service(); s != nil && len(p.Mesh().Behind(s)) > 0 {
			return h
		}
	}
	return nil
}
