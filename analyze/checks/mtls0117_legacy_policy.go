package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// legacyGroup is the API group that Istio stopped to read.
const legacyGroup = "authentication.istio.io"

// LegacyPolicy finds policies from before Istio 1.6, which nothing reads.
var LegacyPolicy = register(&analyze.Check{
	Code:     "MTLS0117",
	Name:     "legacy-policy",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{},
	Reads:    []resolve.Kind{resolve.KindLegacyPolicy, resolve.KindMeshPolicy},
	Local:    true,
	Alone:    true,
	Title:    "Istio no longer reads a Policy or MeshPolicy of authentication.istio.io",
	Why: `Istio 1.6 removed the alpha authentication API. Such an object has no effect on mTLS. Without a PeerAuthentication in its
place the ports accept plaintext. (In the old API "mtls: {}" was STRICT.)`,
	Fix:      "create a PeerAuthentication instead, and delete the object; mtlsctl migrate-plan shows whether STRICT would break calls",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/"},
	Controls: inTransit,
	Before: `apiVersion: authentication.istio.io/v1alpha1
kind: MeshPolicy
metadata: {name: default}
spec:
  peers: [{mtls: {}}]
`,
	After: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		for _, kind := range []resolve.Kind{resolve.KindMeshPolicy, resolve.KindLegacyPolicy} {
			for _, o := range p.Objects(kind) {
				f := analyze.Finding{Object: o.Ref(), Origin: o.Origin, Field: "apiVersion", Cause: analyze.Cause{Value: legacyGroup}, Message: "has no effect: Istio has not read this kind since 1.6"}
				if mode := o.Value.(*resolve.LegacyPolicy).Mode; mode != resolve.Unset {
					f.Field, f.Message = "spec.peers", fmt.Sprintf("has no effect: it sets %s, but Istio has not read this kind since 1.6", mode)
				} else {
					f.Mild = true
				}
				p.Report(f)
			}
		}
	},
})
