package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// WaypointSeesNoService finds Services whose waypoint gets no endpoints, since they are not exported
// to its namespace (3.6.2, 2D.1).
var WaypointSeesNoService = register(&analyze.Check{
	Code:      "MTLS0234",
	Name:      "waypoint-sees-no-service",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindWorkload, resolve.KindKubeGateway},
	Reads:     []resolve.Kind{resolve.KindNamespace},
	NeedsHost: true,
	Title:     "A waypoint that does not see the Service in front of which it stands",
	Why: `ztunnel does not read exportTo: it sends calls to the waypoint that the Service is bound to, whatever the Service is exported
to. The waypoint does read it. If the Service is not exported to the namespace of the waypoint, or another object there has
the same host, istiod gives the waypoint a cluster without endpoints, and every call of an ambient client fails with 503.`,
	Fix:      "export the Service to the namespace of the waypoint, or bind it to a waypoint of its own namespace",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/waypoint/"},
	Controls: available,
	Before:   ambientServer("STRICT") + waypointFor("All") + exportedTo("."),
	After:    ambientServer("STRICT") + waypointFor("All") + exportedTo("*"),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.Objects(resolve.KindKubeGateway)
		for _, g := range groupsOf(p, func(c analyze.Call) string {
			if c.Server == nil || !blindWaypoint(&c.Connection) {
				return ""
			}
			return c.Host.Ref.String()
		}) {
			c := g.first
			f := analyze.Finding{
				Object: c.Host.Ref, Origin: c.Host.Origin, Field: exportField(c.Host), Involved: []resolve.Ref{c.Sends.Waypoint}, Affected: g.affected(), Mild: !g.isMade(),
				Message: fmt.Sprintf("waypoint %s does not see %s: calls to %s%s fail%s", c.Sends.Waypoint.Path(), c.Host.Ref, g.port(), g.moreText(), g.record.text()),
			}
			if !c.Host.VisibleTo(c.Sends.Waypoint.Namespace) {
				f.Fix = fmt.Sprintf("export %s to namespace %s, or bind it to a waypoint of its own namespace", c.Host.Ref, c.Sends.Waypoint.Namespace)
			}
			p.Report(f)
		}
	},
})

// blindWaypoint reports a call that a waypoint has no endpoints for.
func blindWaypoint(c *outbound.Connection) bool {
	return len(c.Legs) > 0 && c.Arrives().Why.Cause == resolve.CauseWaypointBlind
}

// exportedTo is a client, and the annotation of the Service that waypointFor ends with.
func exportedTo(namespaces string) string {
	return `---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: mesh, annotations: {networking.istio.io/exportTo: "` + namespaces + `"}, labels: {istio.io/use-waypoint: wp, istio.io/use-waypoint-namespace: infra}}
spec:
  selector: {app: pay}
  ports: [{name: http, port: 80, targetPort: 8080}]
`
}
