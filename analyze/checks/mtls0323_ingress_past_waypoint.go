package checks

import (
	"fmt"
	"strconv"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// IngressPastWaypoint finds labels that lead gateways through a waypoint, and do not (2D.5).
var IngressPastWaypoint = register(&analyze.Check{
	Code:     "MTLS0323",
	Name:     "ingress-past-waypoint",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindService},
	Reads:    []resolve.Kind{resolve.KindNamespace, resolve.KindServiceEntry, resolve.KindKubeGateway, resolve.KindGatewayClass},
	Title:    "A label istio.io/ingress-use-waypoint that has no effect",
	Why: `A gateway goes past a waypoint unless the Service, or its namespace, has the label istio.io/ingress-use-waypoint: "true". The
waypoint is the one that the label istio.io/use-waypoint names. Without such a label, or with another value than true,
requests of gateways go directly to the pods, and the policies of the waypoint are not enforced for them.`,
	Fix:      "add the label istio.io/use-waypoint, and set istio.io/ingress-use-waypoint to \"true\"",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/waypoint/", "https://istio.io/latest/docs/reference/config/labels/"},
	Controls: access,
	Before:   ambientServer("STRICT") + ingressWaypoint(""),
	After:    ambientServer("STRICT") + ingressWaypoint(", istio.io/use-waypoint: wp"),
	Run: func(p *analyze.Pass) {
		for _, kind := range []resolve.Kind{resolve.KindServiceEntry, resolve.KindKubeGateway, resolve.KindGatewayClass} {
			p.Objects(kind)
		}
		p.Services()
		bound, told := map[string]bool{}, map[resolve.Ref]bool{}
		for _, h := range p.Mesh().Hosts() {
			if h.Waypoint != nil {
				bound[h.Ref.Namespace] = true
			}
			value, set := h.Labels[resolve.IngressUseWaypointLabel]
			if !set || told[h.Ref] {
				continue
			}
			told[h.Ref] = true // a ServiceEntry has several hosts
			field := resolve.Path("metadata", "labels").Child(resolve.IngressUseWaypointLabel)
			ns := p.Namespace(h.Ref.Namespace)
			if h.Waypoint == nil && (ns == nil || !ns.Known) {
				continue // it may name one
			}
			if text := ingressText(value, h.Waypoint); text != "" {
				p.Report(analyze.Finding{Object: h.Ref, Origin: h.Origin, Field: field, Message: text + ": gateways call the pods directly (2D.5)"})
			}
		}
		for _, ns := range p.Namespaces() {
			value, set := ns.Labels[resolve.IngressUseWaypointLabel]
			if !set || !ns.Known {
				continue
			}
			at := ns.Label(resolve.IngressUseWaypointLabel)
			text := ingressText(value, &config.Binding{})
			if text == "" && !bound[ns.Name] {
				text = fmt.Sprintf("%s: no Service of the namespace has a waypoint", resolve.IngressUseWaypointLabel)
			}
			if text != "" {
				p.Report(analyze.Finding{Object: ns.Ref(), Origin: at.Origin, Field: at.Field, Message: text + ": gateways call the pods directly (2D.5)"})
			}
		}
	},
})

// ingressText is why the label has no effect, "" where it has, or is one that says no.
func ingressText(value string, b *config.Binding) string {
	uses, err := strconv.ParseBool(value)
	switch {
	case err != nil:
		return fmt.Sprintf("%s: %s is neither true nor false, and counts as false", resolve.IngressUseWaypointLabel, value)
	case uses && b == nil:
		return fmt.Sprintf("%s alone names no waypoint, and label %s is missing or none", resolve.IngressUseWaypointLabel, resolve.UseWaypointLabel)
	}
	return ""
}

func ingressWaypoint(label string) string {
	return `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: wp, namespace: mesh}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: mesh, labels: {istio.io/ingress-use-waypoint: "true"` + label + `}}
spec:
  selector: {app: pay}
  ports: [{name: http, port: 80, targetPort: 8080}]
`
}
