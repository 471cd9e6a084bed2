package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// TunnelUnheard finds pods whose label promises HBONE and that have nothing to listen for it (2B.11).
var TunnelUnheard = register(&analyze.Check{
	Code:     "MTLS0317",
	Name:     "tunnel-unheard",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindMeshConfig, resolve.KindNamespace},
	Title:    "A label that promises HBONE where nothing listens for it",
	Why: `The label networking.istio.io/tunnel=http makes every client of the mesh use HBONE to port 15008 of the pod. Injection sets
the label where the sidecar is configured for that. Written by hand on a pod whose proxy does not listen, or that has none,
the label makes ztunnel, waypoints and sidecars send HBONE to a closed port: there is no fallback, and the calls fail.`,
	Fix:      "remove the label, or let the sidecar accept HBONE (ISTIO_META_ENABLE_HBONE: \"true\" in proxyMetadata)",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/labels/", "https://istio.io/latest/docs/ambient/architecture/hbone/"},
	Controls: available,
	Before:   ambientServer("STRICT") + tunnelWorld(", networking.istio.io/tunnel: http"),
	After:    ambientServer("STRICT") + tunnelWorld(""),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.RootNamespace()
		for _, w := range p.Workloads() {
			if w.Tunnel != inbound.TunnelDeaf {
				continue
			}
			field := podMetadata(w).Child("labels").Child(resolve.TunnelLabel)
			what := "has no proxy"
			if w.Membership.Dataplane == resolve.DataplaneSidecar {
				what = "has a sidecar that does not listen on port 15008"
			}
			p.Report(analyze.Finding{
				Object: w.Ref, Origin: w.Origin, Field: field,
				Message: fmt.Sprintf("label %s promises HBONE, but %s %s: HBONE calls to it fail", resolve.TunnelLabel, w.Short(), what),
				Repair:  []analyze.Edit{{Object: w.Ref, Verb: analyze.Remove, Field: field}},
			})
		}
	},
})

func tunnelWorld(label string) string {
	return `---
apiVersion: v1
kind: Namespace
metadata: {name: plain}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: old, namespace: plain}
spec:
  template:
    metadata: {labels: {app: old` + label + `}}
    spec: {containers: [{name: old, ports: [{containerPort: 8080}]}]}
`
}
