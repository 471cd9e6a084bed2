package checks

import (
	"fmt"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TunnelLabelOnEndpoint finds inline endpoints whose label for HBONE ztunnel does not read (2B.11).
var TunnelLabelOnEndpoint = register(&analyze.Check{
	Code:     "MTLS0321",
	Name:     "tunnel-label-on-endpoint",
	Severity: analyze.Warning,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindServiceEntry, resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace, resolve.KindService},
	Title:    "A label for HBONE on an inline endpoint, which ztunnel does not read",
	Why: `For inline endpoints of a ServiceEntry, istiod gives ztunnel and waypoints the labels and annotations of the ServiceEntry, not
those of the endpoint. Sidecars read both. With the label networking.istio.io/tunnel=http on the endpoint alone, sidecars use
HBONE, and ambient clients send plaintext to the same address.`,
	Fix:      "set the label networking.istio.io/tunnel: http in metadata.labels of the ServiceEntry, or describe the endpoint with a WorkloadEntry",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/service-entry/", "https://istio.io/latest/docs/reference/config/labels/"},
	Controls: inTransit,
	Before:   ambientServer("STRICT") + inlineTunnel(""),
	After:    ambientServer("STRICT") + inlineTunnel(", labels: {networking.istio.io/tunnel: http}"),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		ambient := false
		for _, class := range p.Clients() {
			ambient = ambient || class.Dataplane == resolve.DataplaneAmbient || class.Dataplane == resolve.DataplaneWaypoint
		}
		for _, o := range p.Objects(resolve.KindServiceEntry) {
			entry, ok := o.Value.(*networkingv1.ServiceEntry)
			if !ok || !ambient || outbound.EntryTunnels(entry) {
				continue
			}
			promised, first := 0, -1
			for i, e := range entry.Spec.GetEndpoints() {
				if inbound.Tunnels(e.GetLabels()) {
					if promised++; first < 0 {
						first = i
					}
				}
			}
			if promised == 0 {
				continue
			}
			f := analyze.Finding{
				Object: o.Ref(), Origin: o.Origin, Field: resolve.Path("spec", "endpoints").Index(first).Child("labels").Child(resolve.TunnelLabel),
				Message: fmt.Sprintf("ztunnel does not read label %s of an inline endpoint: ambient clients send plaintext to %s, sidecars HBONE (2B.11)", resolve.TunnelLabel, entry.Spec.GetEndpoints()[first].GetAddress()),
			}
			if promised == len(entry.Spec.GetEndpoints()) { // else it would promise HBONE for the others too
				f.Repair = []analyze.Edit{{Object: o.Ref(), Verb: analyze.Set, Field: resolve.Path("metadata", "labels").Child(resolve.TunnelLabel), Value: "http"}}
			}
			p.Report(f)
		}
	},
})

func inlineTunnel(labels string) string {
	return `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: till, namespace: mesh` + labels + `}
spec:
  hosts: [till.example.com]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}]
  endpoints: [{address: 10.1.0.7, labels: {networking.istio.io/tunnel: http}}]
`
}
