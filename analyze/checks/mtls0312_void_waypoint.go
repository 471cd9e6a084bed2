package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// VoidWaypoint finds labels that bind Services and namespaces to a waypoint which does not serve
// them (2D.2 to 2D.4).
var VoidWaypoint = register(&analyze.Check{
	Code:     "MTLS0312",
	Name:     "void-waypoint",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindKubeGateway},
	Reads:    []resolve.Kind{resolve.KindService, resolve.KindServiceEntry, resolve.KindNamespace, resolve.KindGatewayClass},
	Title:    "A binding to a waypoint that has no effect",
	Why: `The label istio.io/use-waypoint has no effect if the Gateway that it names does not exist, has no address in its status,
does not admit objects of the namespace (allowedRoutes of the HBONE listener; the default is Same), or handles other
traffic (istio.io/waypoint-for). ztunnel then sends calls directly to the endpoints: the AuthorizationPolicies, routes and
DestinationRules that count on the waypoint are not enforced, and nothing reports an error.`,
	Fix:      "create the waypoint, let it admit the namespace, or correct the label",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/waypoint/"},
	Controls: access,
	Before:   ambientServer("STRICT") + waypointFor("Same"),
	After:    ambientServer("STRICT") + waypointFor("All"),
	Run: func(p *analyze.Pass) {
		p.Services()
		p.Namespaces()
		for _, kind := range []resolve.Kind{resolve.KindKubeGateway, resolve.KindServiceEntry, resolve.KindGatewayClass} {
			p.Objects(kind)
		}
		told := map[resolve.Ref]*config.Binding{}
		for _, h := range p.Mesh().Hosts() {
			b := h.Waypoint
			if b == nil || b.Bound() || b.Unsure || told[b.Holder] != nil {
				continue
			}
			told[b.Holder] = b
			p.Report(analyze.Finding{
				Object: b.Holder, Origin: b.Origin, Field: b.Field, Involved: []resolve.Ref{b.Named}, Fix: bindingFix(b),
				Message: fmt.Sprintf("the binding to a waypoint has no effect: %s; calls go directly to the endpoints, and policies of the waypoint are not enforced", words.Because(b.Void)),
			})
		}
	},
})

// waypointFor is a waypoint of another namespace, which admits namespaces, and a Service that is
// bound to it.
func waypointFor(from string) string {
	return `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: wp, namespace: infra}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE, allowedRoutes: {namespaces: {from: ` + from + `}}}]
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: mesh, labels: {istio.io/use-waypoint: wp, istio.io/use-waypoint-namespace: infra}}
spec:
  selector: {app: pay}
  ports: [{name: http, port: 80, targetPort: 8080}]
`
}

// bindingFix says what makes a binding count, by what keeps it from that.
func bindingFix(b *config.Binding) string {
	switch b.Void.Cause {
	case resolve.CauseWaypointMissing:
		return fmt.Sprintf("create it (istioctl waypoint apply -n %s --name %s), or correct the label", b.Named.Namespace, b.Named.Name)
	case resolve.CauseWaypointDenies:
		return fmt.Sprintf("set allowedRoutes.namespaces.from: All on the HBONE listener of %s", b.Named)
	case resolve.CauseWaypointOther:
		return fmt.Sprintf("set label %s: all on %s", resolve.WaypointForLabel, b.Named)
	}
	return fmt.Sprintf("find out why it has no address: kubectl -n %s describe gateways.gateway.networking.k8s.io %s", b.Named.Namespace, b.Named.Name)
}
