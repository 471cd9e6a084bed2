package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// HeadlessMixed finds services whose clients keep the address: one setting for all of their
// endpoints, which differ (3.4.3, 6.7).
var HeadlessMixed = register(&analyze.Check{
	Code:      "MTLS0216",
	Name:      "headless-mixed",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A headless service whose endpoints differ: one setting is used for all",
	Why: `Clients of a headless service (or of one with load balancer PASSTHROUGH, or resolution NONE) keep the address that the
application chose, so auto mTLS has one answer for all endpoints: plaintext if any of them has no sidecar, otherwise
mTLS. The policies of workloads and ports are not considered. A single pod that was not restarted turns mTLS off for the
whole StatefulSet; a DISABLE port receives mTLS all the same.`,
	Fix:      "inject a sidecar into every endpoint and give all the same mode, or set the TLS mode with a DestinationRule",
	Docs:     []string{"https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/#headless-services"},
	Controls: inTransit,
	With:     []string{"MTLS0301"},
	Before:   headlessWorld("\n    metadata: {labels: {app: db, sidecar.istio.io/inject: \"false\"}}"),
	After:    headlessWorld("\n    metadata: {labels: {app: db}}"),
	Run: func(p *analyze.Pass) {
		for _, g := range groupsOf(p, oneForAll) {
			p.Report(g.mixed(p))
		}
	},
})

// headlessWorld is a client and a headless service of two workloads, one of which has the
// metadata.
func headlessWorld(metadata string) string {
	return shopNamespace + webWorkload + `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, ports: [{containerPort: 6379}]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db-old, namespace: shop}
spec:
  template:` + metadata + `
    spec: {containers: [{name: db, ports: [{containerPort: 6379}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  clusterIP: None
  selector: {app: db}
  ports: [{name: tcp-redis, port: 6379}]
---
` + strictShop
}

// oneForAll is the host of a call that suffers from the one answer for all endpoints: it
// breaks, or goes in plaintext to a port that takes mTLS.
func oneForAll(c analyze.Call) string {
	if !c.Sends.Auto || !c.Sends.Why.Cause.Kept() || c.Server == nil || c.Server.Workload == nil || c.Server.Address != "" || c.Server.Captured() {
		return ""
	}
	plain := c.Sends.TLS == resolve.SendsPlaintext && c.Serves.Mode == resolve.Permissive
	if c.Outcome.Verdict != resolve.VerdictBroken && !plain {
		return ""
	}
	return c.Host.Name + " " + string(c.Sends.TLS.String())
}

func (g *group) mixed(p *analyze.Pass) analyze.Finding {
	c := g.first
	f := analyze.Finding{Object: c.Host.Ref, Origin: c.Host.Origin, Field: keeps(c), Subject: c.Sends.TLS.String(), Mild: !g.isMade() || !g.breaks(), Affected: g.affected()}
	effect := "is sent in plaintext, although the endpoint accepts mTLS"
	if g.breaks() {
		effect = fmt.Sprintf("fails: its port is %s (%s)", c.Serves.Mode, symptom(c))
	}
	f.Message = fmt.Sprintf("TLS from %s to %s is decided for all endpoints at once, %s: the call to %s %s%s%s",
		workloads(g.callers()), g.port(), sayGate(c), c.Server, effect, g.moreText(), g.record.text())
	f.Involved = []resolve.Ref{c.Server.Workload.Ref}
	if g.breaks() {
		f.Fix = remedy.Fix(&c)
		f.Repair = g.repair(p)
	}
	return f
}

// sayGate is why it is what it is, without the words that open every reason.
func sayGate(c outbound.Connection) string {
	if c.Sends.TLS == resolve.SendsPlaintext {
		return "plaintext, because one endpoint has no sidecar"
	}
	return "mTLS, because all endpoints have a sidecar"
}

// keeps is the field by which clients keep the address.
func keeps(c outbound.Connection) resolve.Field {
	switch {
	case c.Host.Passthrough && c.Host.Service() != nil:
		return "spec.clusterIP"
	case c.Host.Passthrough:
		return "spec.resolution"
	}
	return "spec.ports"
}
