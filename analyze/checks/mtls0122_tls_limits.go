package checks

import (
	"fmt"
	"maps"
	"slices"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// TLSLimits finds limits of TLS versions that control planes set and that do not go together, or
// that have no effect (2.14).
var TLSLimits = register(&analyze.Check{
	Code:     "MTLS0122",
	Name:     "tls-limits",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindMeshConfig},
	Title:    "Limits of TLS versions that do not go together, or have no effect",
	Why: `meshMTLS.minProtocolVersion is the lowest TLS version that the sidecars of a control plane accept from each other.
COMPLIANCE_POLICY of istiod comes after it: fips-140-2 limits all its proxies to TLS 1.2, as client and as server, regardless of
minProtocolVersion; pqc demands 1.3. Between control planes of which one allows at most 1.2 and another demands 1.3, no
handshake succeeds. fips-140-3 is known since Istio 1.31: an older istiod ignores the value and limits nothing.`,
	Fix:      "set the same COMPLIANCE_POLICY for all control planes, and a minProtocolVersion that the policy allows",
	Docs:     []string{"https://istio.io/latest/docs/tasks/security/tls-configuration/workload-min-tls-version/", "https://istio.io/latest/docs/reference/commands/pilot-discovery/#envvars"},
	Controls: cryptography,
	Before:   limitsWorld("fips-140-2", "TLSV1_3"),
	After:    limitsWorld("fips-140-3", "TLSV1_3"),
	Run: func(p *analyze.Pass) {
		p.Objects(resolve.KindMeshConfig)
		planes := p.Mesh().Control.Planes
		names := slices.SortedFunc(maps.Keys(planes), resolve.CompareRevisions)
		for _, name := range names {
			if f, found := vainLimit(planes[name]); found {
				p.Report(f)
			}
		}
		for _, low := range names {
			for _, high := range names {
				if a, b := planes[low], planes[high]; low != high && atMost12(a) && demands13(b) {
					by, at := b.Writes("meshMTLS")
					p.Report(analyze.Finding{
						Object: by, Origin: at.Origin, Field: at.Field, Involved: []resolve.Ref{a.Source},
						Message: fmt.Sprintf("proxies of revision %s demand TLS 1.3, and those of revision %s have TLS 1.2 at most (COMPLIANCE_POLICY fips-140-2): every mTLS handshake between them fails", high, low),
					})
				}
			}
		}
	},
})

// vainLimit is a limit of one control plane that has no effect.
func vainLimit(k *config.Plane) (f analyze.Finding, found bool) {
	by, at := k.Writes("meshMTLS")
	f = analyze.Finding{Object: by, Origin: at.Origin, Field: at.Field, Mild: true}
	switch {
	case atMost12(k) && k.Config.GetMeshMTLS().GetMinProtocolVersion() == meshv1alpha1.MeshConfig_TLSConfig_TLSV1_3:
		f.Message = "meshMTLS.minProtocolVersion TLSV1_3 has no effect: COMPLIANCE_POLICY fips-140-2 limits all proxies to TLS 1.2"
		f.Fix = "use COMPLIANCE_POLICY fips-140-3 (Istio 1.31 and later) to allow TLS 1.3; otherwise remove minProtocolVersion"
	case k.CompliancePolicy() == "fips-140-3" && !k.Has(release.CompliancePolicy3):
		f.Field = ""
		f.Message = fmt.Sprintf("COMPLIANCE_POLICY fips-140-3 has no effect: Istio %s does not know the value, and limits neither TLS versions nor ciphers", k.Release)
		f.Fix = "upgrade istiod to 1.31 or later, or use fips-140-2"
	default:
		return f, false
	}
	return f, true
}

// atMost12 reports a control plane whose proxies know no TLS 1.3.
func atMost12(k *config.Plane) bool { return k.CompliancePolicy() == "fips-140-2" }

// demands13 reports a control plane whose proxies accept no TLS 1.2.
func demands13(k *config.Plane) bool {
	return k.CompliancePolicy() == "pqc" || !atMost12(k) && k.Config.GetMeshMTLS().GetMinProtocolVersion() == meshv1alpha1.MeshConfig_TLSConfig_TLSV1_3
}

func limitsWorld(policy, version string) string {
	return `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    meshMTLS: {minProtocolVersion: ` + version + `}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: pilot, env: [{name: COMPLIANCE_POLICY, value: ` + policy + `}]}]}
`
}
