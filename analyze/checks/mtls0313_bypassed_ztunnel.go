package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// BypassedZtunnel finds ambient pods whose inbound connections pass ztunnel by (2B.8).
var BypassedZtunnel = register(&analyze.Check{
	Code:     "MTLS0313",
	Name:     "bypassed-ztunnel",
	Severity: analyze.Error,
	Blocks:   true,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindPeerAuthentication},
	Title:    "An ambient pod that accepts plaintext past ztunnel",
	Why: `With the annotation ambient.istio.io/bypass-inbound-capture=true only outbound connections of the pod go through ztunnel.
Plaintext reaches the application directly: no PeerAuthentication and no AuthorizationPolicy is enforced for the pod, STRICT
included. istiod does not read the annotation, so clients of the mesh still send HBONE, and nothing shows that the policy
has no effect.`,
	Fix:      "remove the annotation",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/annotations/"},
	Controls: inTransit,
	Before:   bypassWorld("true"),
	After:    bypassWorld("false"),
	Run: func(p *analyze.Pass) {
		p.PeerAuthentications()
		for _, w := range p.Workloads() {
			if w.Default.Why.Cause != resolve.CauseBypassed {
				continue
			}
			policy := w.Default.IfMeshed
			f := analyze.Finding{
				Object: w.Ref, Origin: w.Origin, Field: podMetadata(w).Child("annotations").Child(resolve.BypassInboundAnnotation), Mild: policy != resolve.Strict,
				Message: "inbound connections bypass ztunnel: plaintext is accepted on every port, and no policy is enforced",
			}
			if policy == resolve.Strict {
				f.Message = fmt.Sprintf("inbound connections bypass ztunnel: plaintext is accepted on every port although %s sets STRICT", w.Default.Shadowed[0].By)
				f.Involved = []resolve.Ref{w.Default.Shadowed[0].By}
			}
			p.Report(f)
		}
	},
})

func bypassWorld(value string) string {
	return `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: mesh}
spec:
  template:
    metadata:
      labels: {app: pay}
      annotations: {ambient.istio.io/bypass-inbound-capture: "` + value + `"}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: mesh}
spec:
  mtls: {mode: STRICT}
`
}
