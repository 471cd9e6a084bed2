package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// HeadlessAmbient finds headless Services of ambient pods that sidecars call: these send no HBONE
// there (3.5.3, 3.6.6).
var HeadlessAmbient = register(&analyze.Check{
	Code:      "MTLS0233",
	Name:      "headless-ambient",
	Severity:  analyze.Error,
	Blocks:    true,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindNamespace, resolve.KindPeerAuthentication, resolve.KindDestinationRule},
	NeedsHost: true,
	Title:     "A headless Service of ambient pods that sidecars call",
	Why: `Clients of a headless Service connect to the pods by address. For such a host a sidecar does not use HBONE: it sends plaintext, or
the TLS of a DestinationRule, and both are without an identity to ztunnel. A STRICT port denies the call, a PERMISSIVE port
accepts it without encryption. Ambient clients and gateways send HBONE to the same pods, so that only the sidecars fail.`,
	Fix:      "call the pods through a Service with a cluster IP, or move the clients to ambient",
	Docs:     []string{"https://istio.io/latest/docs/ambient/architecture/data-plane/", "https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/#headless-services"},
	Controls: inTransit,
	Before:   ambientServer("STRICT") + headlessAmbient("None"),
	After:    ambientServer("STRICT") + headlessAmbient("10.0.0.7"),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.PeerAuthentications()
		p.DestinationRules()
		p.Services()
		for _, g := range groupsOf(p, func(c analyze.Call) string {
			if c.Server == nil || !remedy.PastTunnel(&c.Connection) || c.Outcome.Verdict == resolve.VerdictUnknown {
				return ""
			}
			return c.Host.Name + " " + c.Outcome.Verdict.String()
		}) {
			c := g.first
			effect := "accepts it unencrypted"
			if g.breaks() {
				effect = fmt.Sprintf("denies it: its port is %s", c.Serves.Mode)
			}
			p.Report(analyze.Finding{
				Object: c.Host.Ref, Origin: c.Host.Origin, Field: "spec.clusterIP", Subject: c.Outcome.Verdict.String(), Mild: !g.isMade() || !g.breaks(),
				Affected: g.affected(), Involved: []resolve.Ref{c.Server.Workload.Ref},
				Message: fmt.Sprintf("%s with a sidecar %s no HBONE to %s, because the Service is headless: ztunnel of %s gets %s and %s%s%s",
					workloads(g.callers()), verb(g.callers(), "sends", "send"), g.port(), c.Server, c.Sends.TLS, effect, g.moreText(), g.record.text()),
			})
		}
	},
})

// verb is the form of a verb for a number of subjects.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// headlessAmbient is a client with a sidecar, and a Service of the ambient pods with a cluster IP.
func headlessAmbient(clusterIP string) string {
	return `---
apiVersion: v1
kind: Namespace
metadata: {name: side, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cli, namespace: side}
spec:
  template:
    metadata: {labels: {app: cli}}
    spec: {containers: [{name: cli}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: side}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: mesh}
spec:
  clusterIP: ` + clusterIP + `
  selector: {app: pay}
  ports: [{name: http, port: 8080}]
`
}
