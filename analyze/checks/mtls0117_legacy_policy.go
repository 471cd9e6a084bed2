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
	Title:    "A Policy or MeshPolicy of authentication.istio.io is not read by Istio any more",
	Why: `Istio 1.6 stopped to read the alpha authentication API. What such an object says about mTLS is not in force; without a
PeerAuthentication in its place the ports take plaintext. (In the old API "mtls: {}" was STRICT.)`,
	Fix:      "write a PeerAuthentication instead, and delete the object; mtlsctl migrate-plan says whether STRICT would break anything",
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
				f := analyze.Finding{Object: o.Ref(), Origin: o.Origin, Field: "apiVersion", Cause: analyze.Cause{Value: legacyGroup}, Message: "Istio has not read this kind since 1.6: it says nothing about mTLS"}
				if mode := o.Value.(*resolve.LegacyPolicy).Mode; mode != resolve.Unset {
					f.Field, f.Message = "spec.peers", fmt.Sprintf("it asks for %s, and Istio has not read this kind since 1.6", mode)
				} else {
					f.Mild = true
				}
				p.Report(f)
			}
		}
	},
})
