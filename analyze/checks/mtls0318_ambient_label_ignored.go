package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// AmbientLabelIgnored finds labels istio.io/dataplane-mode that do not do what they say (2B.1, 2B.3).
var AmbientLabelIgnored = register(&analyze.Check{
	Code:     "MTLS0318",
	Name:     "ambient-label-ignored",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace},
	Local:    true,
	Title:    "A label istio.io/dataplane-mode that has no effect",
	Why: `istio-cni compares the label with two values: ambient adds a pod to ambient, none keeps it out. Every other value counts as if
the label were absent, so a pod with the label "sidecar" in an ambient namespace is ambient all the same, and a typo leaves
a pod without any proxy. Pods of kube-system are never added: istio-cni excludes that namespace unless its chart is
configured otherwise.`,
	Fix:      "use ambient or none",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/add-workloads/"},
	Controls: inTransit,
	Before:   modeLabelWorld("sidecar"),
	After:    modeLabelWorld("none"),
	Run: func(p *analyze.Pass) {
		for _, ns := range p.Namespaces() {
			mode, set := ns.Labels[resolve.DataplaneModeLabel]
			at := ns.Label(resolve.DataplaneModeLabel)
			f := analyze.Finding{Object: ns.Ref(), Origin: at.Origin, Field: at.Field}
			switch {
			case !set || !ns.Known:
				continue
			case mode == "ambient" && p.Mesh().Control.Unenrolled(ns.Name):
				f.Message = "istio-cni adds no pod of this namespace to ambient, the label has no effect (2B.3)"
				f.Fix = "move the workloads to another namespace, or change excludeNamespaces of the istio-cni chart"
			case known(mode):
				continue
			default:
				f.Message = fmt.Sprintf("value %s has no effect: pods of the namespace are not added to ambient", mode)
			}
			p.Report(f)
		}
		for _, w := range p.Workloads() {
			mode, set := w.Labels[resolve.DataplaneModeLabel]
			if !set || known(mode) || inbound.IsMachine(w.Ref.Kind) || w.Ref.Kind == resolve.KindKubeGateway {
				continue
			}
			is := "is " + w.Membership.Dataplane.String()
			if w.Membership.Dataplane == resolve.DataplaneNone {
				is = "has no proxy"
			}
			p.Report(analyze.Finding{
				Object: w.Ref, Origin: w.Origin, Field: podMetadata(w).Child("labels").Child(resolve.DataplaneModeLabel),
				Message: fmt.Sprintf("value %s counts as absent: %s %s (2B.1)", mode, w.Short(), is),
			})
		}
	},
})

// known reports a value of the label that istio-cni knows.
func known(mode string) bool { return mode == "ambient" || mode == "none" }

func modeLabelWorld(mode string) string {
	return `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: mesh}
spec:
  template:
    metadata: {labels: {app: pay, istio.io/dataplane-mode: ` + mode + `}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: PERMISSIVE}
`
}
