package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// GatewayCaptured finds gateways that nobody injected, and that ztunnel captures (2B.7).
var GatewayCaptured = register(&analyze.Check{
	Code:     "MTLS0322",
	Name:     "gateway-captured",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace},
	Title:    "ztunnel captures a gateway that was written by hand",
	Why: `istio-cni leaves pods with the annotation sidecar.istio.io/status alone: a gateway that Istio injects has it. The gateways of
istioctl, of Istio's charts and of the Gateway API have the label istio.io/dataplane-mode: none besides. A Deployment with a
container istio-proxy of its own has neither: in an ambient namespace ztunnel captures it. TLS and plaintext from outside
the mesh are then connections without an identity, which STRICT rejects before the gateway sees them, and the gateway's own
calls go through ztunnel a second time.`,
	Fix:      "give the pods of the gateway the label istio.io/dataplane-mode: none",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/add-workloads/", "https://istio.io/latest/docs/setup/additional-setup/gateway/"},
	Controls: available,
	Before:   ambientServer("STRICT") + handWritten(""),
	After:    ambientServer("STRICT") + handWritten(", istio.io/dataplane-mode: none"),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		for _, w := range p.Workloads() {
			if !capturedGateway(p, w) {
				continue
			}
			field := podMetadata(w).Child("labels").Child(resolve.DataplaneModeLabel)
			f := analyze.Finding{
				Object: w.Ref, Origin: w.Origin, Field: podMetadata(w).Child("labels"),
				Message: fmt.Sprintf("ztunnel captures %s, a gateway without label %s: none: STRICT rejects its clients outside the mesh before the gateway sees them (2B.7)", w.Short(), resolve.DataplaneModeLabel),
			}
			if w.Ref.Kind.MakesPods() {
				f.Repair = []analyze.Edit{{Object: w.Ref, Verb: analyze.Set, Field: field, Value: "none"}}
			}
			p.Report(f)
		}
	},
})

// capturedGateway reports a proxy of gateways that istio-cni takes for any other pod (2B.1).
func capturedGateway(p *analyze.Pass, w *inbound.Workload) bool {
	if w.Membership.Dataplane != resolve.DataplaneGateway || w.Membership.Why.Cause != resolve.CauseRouterProxy || w.HostNetwork || p.Mesh().Control.Unenrolled(w.Ref.Namespace) {
		return false
	}
	if _, injected := w.Annotations[resolve.SidecarStatusAnnotation]; injected || w.Annotations[resolve.TemplatesAnnotation] != "" {
		return false
	}
	switch w.Labels[resolve.DataplaneModeLabel] {
	case "ambient":
		return true
	case "none":
		return false
	}
	ns := p.Namespace(w.Ref.Namespace)
	return ns != nil && ns.Labels[resolve.DataplaneModeLabel] == "ambient"
}

func handWritten(label string) string {
	return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: mesh}
spec:
  template:
    metadata: {labels: {app: edge` + label + `}}
    spec: {containers: [{name: istio-proxy, image: "istio/proxyv2:1.31.0", args: [proxy, router], ports: [{containerPort: 8443}]}]}
`
}
