package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// OtherNetwork finds endpoints in other networks that clients cannot reach, since the
// gateway between takes mTLS only (3.4.7).
var OtherNetwork = register(&analyze.Check{
	Code:      "MTLS0228",
	Name:      "other-network",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindDestinationRule},
	NeedsHost: true,
	Title:     "Endpoints in another network are left out, because mTLS is off for them",
	Why: `Between networks of a mesh calls go through an east-west gateway, which routes by the mTLS handshake. An endpoint in another
network for which mTLS is off, because of a DestinationRule, a DISABLE policy or a missing sidecar, is not given to the
clients at all. As long as a local endpoint is available nothing fails; afterwards every call fails.`,
	Fix:      "keep mTLS on for services in several networks",
	Docs:     []string{"https://istio.io/latest/docs/ops/deployment/deployment-models/#multiple-networks"},
	Controls: available,
	With:     []string{"MTLS0223"},
	Before:   networksWorld("DISABLE"),
	After:    networksWorld("ISTIO_MUTUAL"),
	Run: func(p *analyze.Pass) {
		p.DestinationRules()
		groups := groupsOf(p, func(c analyze.Call) string {
			if c.Outcome.Verdict != resolve.VerdictBroken || c.Sends.TLS != resolve.SendsNothing || c.Sends.Why.Cause != resolve.CauseLeftOut || c.Server == nil {
				return ""
			}
			return fmt.Sprint(c.Sends.By, c.Sends.Field, c.Host.Ref)
		})
		for _, g := range groups {
			c := g.first
			f := analyze.Finding{Object: c.Sends.By, Origin: c.Sends.Origin, Field: c.Sends.Field, Subject: c.Host.Name, Mild: !g.isMade(), Fix: remedy.Fix(&c), Repair: g.repair(p), Affected: g.affected()}
			if f.Object.IsZero() {
				f.Object, f.Origin = c.Host.Ref, c.Host.Origin
			}
			f.Involved = []resolve.Ref{c.Host.Ref}
			if w := c.Server.Workload; w != nil {
				f.Involved = append(f.Involved, w.Ref)
			}
			f.Message = fmt.Sprintf("hides from %s the endpoint %s of %s: %s%s%s", workloads(g.callers()), c.Server, g.port(), words.Because(c.Sends.Reason()), g.moreText(), g.record.text())
			p.Report(f)
		}
	},
})

func networksWorld(mode string) string {
	return `apiVersion: v1
kind: Namespace
metadata: {name: istio-system, labels: {topology.istio.io/network: near}}
---
apiVersion: v1
kind: Service
metadata: {name: east-west, namespace: istio-system, labels: {topology.istio.io/network: away}}
spec:
  type: LoadBalancer
  externalIPs: [192.0.2.1]
  selector: {app: unused}
  ports: [{name: tls, port: 15443}]
---
` + shopNamespace + webWorkload + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay, topology.istio.io/network: away}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
` + payService + permissiveShop + payRuleOf(mode)
}
