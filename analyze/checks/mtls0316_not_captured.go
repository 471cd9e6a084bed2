package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// NotCaptured finds running pods that labels put into ambient and that ztunnel does not capture (2B.4).
var NotCaptured = register(&analyze.Check{
	Code:     "MTLS0316",
	Name:     "not-captured",
	Severity: analyze.Error,
	Blocks:   true,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace, resolve.KindPeerAuthentication},
	Title:    "A running pod with an ambient label that ztunnel does not capture",
	Why: `A label asks for ambient; istio-cni on the node of the pod redirects the pod and then sets the annotation
ambient.istio.io/redirection=enabled. Without that annotation the pod has no proxy, whatever its labels say: clients send it
plaintext, its own calls are plaintext, and no PeerAuthentication and no AuthorizationPolicy is enforced. Usual reasons:
istio-cni does not run on the node, the pod is in the host network, or it still has a sidecar.`,
	Fix:      "look at istio-cni on the pod's node (kubectl -n istio-system get pods -l k8s-app=istio-cni-node -o wide), then delete the pod, so that it is created again",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/add-workloads/", "https://istio.io/latest/docs/ambient/usage/troubleshoot-ztunnel/"},
	Controls: inTransit,
	With:     []string{"MTLS0112"},
	Before:   runningPod(""),
	After:    runningPod(`, annotations: {ambient.istio.io/redirection: enabled}`),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.PeerAuthentications()
		for _, w := range p.Workloads() {
			if why := w.Membership.Why.Cause; why != resolve.CauseNotRedirected && why != resolve.CauseRedirectionPending {
				continue
			}
			effect := "no policy is enforced, and clients send plaintext"
			if w.Default.IfMeshed == resolve.Strict {
				effect = "plaintext is accepted on every port although the policies set STRICT"
			}
			p.Report(analyze.Finding{
				Object: w.Ref, Origin: w.Origin, Mild: w.Default.IfMeshed != resolve.Strict,
				Message: fmt.Sprintf("%s: %s", words.Because(w.Membership.Why), effect),
			})
		}
	},
})

func runningPod(more string) string {
	return `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Pod
metadata: {name: pay, namespace: mesh, labels: {app: pay}` + more + `}
spec: {nodeName: n1, containers: [{name: pay, ports: [{containerPort: 8080}]}]}
status: {phase: Running, podIP: 10.1.0.1}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: mesh}
spec:
  mtls: {mode: STRICT}
`
}
