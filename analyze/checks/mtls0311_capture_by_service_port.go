package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// CaptureByServicePort finds annotations that exclude or include the port of a Service, where
// they count ports of the pod (2.11).
var CaptureByServicePort = register(&analyze.Check{
	Code:     "MTLS0311",
	Name:     "capture-by-service-port",
	Severity: analyze.Error,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload, resolve.KindService},
	Local:    true,
	Title:    "excludeInboundPorts and includeInboundPorts use container ports, not Service ports",
	Why: `The annotations match packets that arrive at the pod, on the port on which the application listens: the Service's
targetPort. The Service port is translated before. An annotation with the Service port has no effect on calls through the
Service: a port to be excluded is still captured, and a port to be included is not.`,
	Fix:      "use the target port",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/annotations/"},
	Controls: available,
	Before:   captureWorld("443"),
	After:    captureWorld("9443"),
	Run: func(p *analyze.Pass) {
		p.Services()
		for _, w := range p.Workloads() {
			if d := w.Membership.Dataplane; d != resolve.DataplaneSidecar && d != resolve.DataplaneUnknown {
				continue
			}
			for _, c := range []struct {
				key, stays string
				ports      []int32
			}{
				{resolve.ExcludeInboundPortsAnnotation, "stays captured", w.Capture.Exclude},
				{resolve.IncludeInboundPortsAnnotation, "is not captured", w.Capture.Include},
			} {
				if w.Annotations[c.key] == "" || c.key == resolve.ExcludeInboundPortsAnnotation && w.Capture.Limited {
					continue // the injector's own, or nothing that counts
				}
				for _, n := range c.ports {
					if target := meantTarget(w, n, c.ports); target != nil {
						s := serviceBehind(*target, n)
						p.Report(analyze.Finding{
							Object: w.Ref, Origin: w.Origin, Field: podMetadata(w).Child("annotations").Child(c.key), Subject: fmt.Sprint(n), Fix: fmt.Sprintf("use %d, the target port of Service %s:%d", target.Number, s.Name, n),
							Message:  fmt.Sprintf("%d is the port of Service %s, but the annotation uses container ports: port %d %s", n, s.Name, target.Number, c.stays),
							Involved: []resolve.Ref{{Kind: resolve.KindService, Namespace: s.Namespace, Name: s.Name}},
						})
					}
				}
			}
		}
	},
})

// meantTarget is the port behind the Service's port that a list names, nil for a port on which
// the pod may listen itself, and where the list has the right one too.
func meantTarget(w *inbound.Workload, port int32, list []int32) *inbound.Port {
	if w.Listens(port) {
		return nil
	}
	targets := w.Behind(port)
	i := slices.IndexFunc(targets, func(t inbound.Port) bool { return !slices.Contains(list, t.Number) })
	if i < 0 {
		return nil
	}
	return &targets[i]
}

// excludesServicePort is the Service's port that excludeInboundPorts names in the place of a
// port of the pod, 0 for none.
func excludesServicePort(w *inbound.Workload, p *inbound.Port) int32 {
	for _, n := range w.Capture.Exclude {
		if t := meantTarget(w, n, w.Capture.Exclude); t != nil && t.Number == p.Number {
			return n
		}
	}
	return 0
}

// captureWorld has a webhook whose server's exclusion names a port.
func captureWorld(port string) string {
	return shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: guard, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: guard}
      annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "` + port + `"}
    spec: {containers: [{name: guard, ports: [{containerPort: 9443}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: shop}
spec: {selector: {app: guard}, ports: [{name: https, port: 443, targetPort: 9443}]}
---
` + permissiveShop + `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
  - name: guard.shop.example
    clientConfig: {service: {name: guard, namespace: shop}}
`
}
