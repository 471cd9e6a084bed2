package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// RouteToNothing finds routes that lead calls to a subset, a port or a host that the proxy does not
// know, or to a gateway that has no route for the host (2.15, 3.3.1).
var RouteToNothing = register(&analyze.Check{
	Code:      "MTLS0237",
	Name:      "route-to-nothing",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindVirtualService, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A route leads calls to something that the proxy does not know",
	Why: `A client's proxy sends calls where the VirtualService or HTTPRoute for the host leads them. Where that is a subset, no
DestinationRule that applies to the client may define it: the rule is in a namespace that is not searched, is not exported, or
another rule for the host takes its place. Such calls end with 503 and the response flag NC. Where it is an egress gateway, the
gateway needs a route for the host as well, bound to its Gateway: else they end there with 404 and NR. The mode of the server
does not matter for such calls: they never get there.`,
	Fix:      "define the subset for these clients, or lead the route to what there is: mtlsctl connections --from CLIENT --to HOST shows where calls go",
	Docs:     []string{"https://istio.io/latest/docs/ops/common-problems/network-issues/", "https://istio.io/latest/docs/reference/config/analysis/ist0101/"},
	Controls: available,
	Before:   lostWorld("v2"),
	After:    lostWorld("v1"),
	Run: func(p *analyze.Pass) {
		p.Objects(resolve.KindVirtualService)
		for _, cause := range causesOf(p, func(c outbound.Connection) bool { return c.Lost != "" && c.Outcome.Verdict == resolve.VerdictBroken }) {
			p.Report(cause.lost())
		}
		for _, r := range lostAtGateways(p.Mesh()) {
			p.Report(r.finding())
		}
	},
})

// lost is the finding about a route in the mesh.
func (c *cause) lost() analyze.Finding {
	f, ports := c.workloads.first, len(c.workloads.ports)
	message := fmt.Sprintf("%s: such calls to %s:%d from %s fail", words.Because(f.Outcome.Why), shortHost(f.Host), f.Port.Number, workloads(c.callers()))
	if ports > 1 {
		message += fmt.Sprintf(", and those to %d other ports", ports-1)
	}
	return analyze.Finding{
		Object: f.Sends.By, Origin: f.Sends.Origin, Field: f.Sends.Field, Subject: f.Lost,
		Message: message + " (" + symptom(f) + ")" + c.record.text(), Fix: remedy.Fix(&f), Involved: []resolve.Ref{f.Host.Ref},
		Mild: !c.record.known(), Affected: c.affected(), Cause: c.shared(),
	}
}

// lostRoute is a route that leads the calls of gateways to nothing.
type lostRoute struct {
	way      outbound.GatewayWay
	end      resolve.Outcome
	gateways []*inbound.Workload
}

// lostAtGateways are the routes of gateways that lead to nothing, each once for all that have it.
func lostAtGateways(m *mesh.Mesh) (list []*lostRoute) {
	type key struct {
		causeKey
		target string
	}
	index := map[key]*lostRoute{}
	for _, w := range m.Workloads() {
		if len(w.Servers) == 0 {
			continue
		}
		class := m.ClassOf(w)
		if class == nil {
			continue
		}
		for _, way := range m.GatewayWays(class, w) {
			end := m.LostAtGateway(class, &way)
			if end.Verdict != resolve.VerdictBroken {
				continue
			}
			k := key{causeKey{way.By.Ref, way.Field}, way.Target()}
			if index[k] == nil {
				index[k] = &lostRoute{way: way, end: end}
				list = append(list, index[k])
			}
			if r := index[k]; !slices.Contains(r.gateways, w) {
				r.gateways = append(r.gateways, w)
			}
		}
	}
	return list
}

func (r *lostRoute) finding() analyze.Finding {
	at := r.gateways[0].Short()
	if more := len(r.gateways) - 1; more > 0 {
		at += fmt.Sprintf(" (and %d more)", more)
	}
	f := analyze.Finding{
		Object: r.way.By.Ref, Origin: r.way.By.Origin, Field: r.way.Field, Subject: "gateway " + r.way.Target(),
		Message: fmt.Sprintf("%s routes calls for %s from gateway %s to %s: %s, so they fail (%s)",
			r.way.By.Ref, r.way.Name, at, r.way.Target(), words.Because(r.end.Why), words.Symptom(r.end.Symptom)),
		Fix: remedy.FixRoute(r.end.Why, r.gateways[0].Ref.Namespace),
	}
	for _, w := range r.gateways {
		f.Involved = append(f.Involved, w.Ref)
	}
	return f
}

func lostWorld(subset string) string {
	return strictShop + `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, env: [{name: PAY_URL, value: "http://pay"}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  template:
    metadata: {labels: {app: pay, version: v1}}
    spec: {containers: [{name: pay, image: pay}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec: {host: pay, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pay, namespace: shop}
spec: {hosts: [pay], http: [{route: [{destination: {host: pay, subset: ` + subset + `}}]}]}
`
}
