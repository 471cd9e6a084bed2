package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// TrustDomainsApart finds control planes whose proxies reject each other's certificates,
// since they are of different trust domains (2.14, 3.3.8).
var TrustDomainsApart = register(&analyze.Check{
	Code:      "MTLS0512",
	Name:      "trust-domains-apart",
	Severity:  analyze.Error,
	Blocks:    true,
	Needs:     []resolve.Kind{resolve.KindMeshConfig, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "Proxies of two revisions reject each other's certificates: their trust domains differ",
	Why: `The certificate of a workload carries the trust domain of its control plane. A server accepts the trustDomain and the
trustDomainAliases of its own control plane's mesh configuration, and a client expects them of the server. Between two
revisions, or two clusters, with different trust domains and no aliases every mTLS call fails, in PERMISSIVE mode too.`,
	Fix: `add the other trust domain to trustDomainAliases in both mesh configurations, and change trustDomain only
after that; remove the old name when no workload has it any more`,
	Docs:     []string{"https://istio.io/latest/docs/tasks/security/authorization/authz-td-migration/"},
	Controls: available,
	Before:   trustWorld("", ""),
	After:    trustWorld("\n    trustDomainAliases: [acme.prod]", "\n    trustDomainAliases: [cluster.local]"),
	Run: func(p *analyze.Pass) {
		p.Objects(resolve.KindMeshConfig)
		if !severalDomains(p) {
			return
		}
		groups := groupsOf(p, func(c analyze.Call) string {
			if c.Outcome.Verdict != resolve.VerdictBroken || !c.Outcome.Why.Cause.ForeignTrust() {
				return ""
			}
			client, server := trusts(c)
			return fmt.Sprint(min(client.Domain(), server.Domain()), max(client.Domain(), server.Domain()))
		})
		for _, g := range groups {
			p.Report(apart(g))
		}
	},
})

// severalDomains reports workloads of more than one trust domain: most meshes have one.
func severalDomains(p *analyze.Pass) bool {
	var first *config.Trust
	for _, w := range p.Workloads() {
		switch {
		case w.Trust == nil || w.Trust == first:
		case first == nil:
			first = w.Trust
		case w.Trust.Domain() != first.Domain():
			return true
		}
	}
	return false
}

// trusts are what the control planes of both sides say of trust domains.
func trusts(c analyze.Call) (client, server *config.Trust) {
	return c.Call.Trust(), c.Server.Workload.Trust
}

func apart(g *group) analyze.Finding {
	client, server := trusts(g.some[0])
	by := server
	if by.Source.IsZero() {
		by = client
	}
	f := analyze.Finding{Object: by.Source, Origin: by.Place.Origin, Field: by.Place.Field, Subject: client.Domain() + " " + server.Domain(), Mild: !g.isMade(), Affected: g.affected()}
	f.Message = fmt.Sprintf("mTLS from trust domain %s (revision %s) to trust domain %s (revision %s) fails, from %s to %s%s: %s%s",
		client.Domain(), client.Revision, server.Domain(), server.Revision, workloads(g.callers()), g.port(), g.moreText(), words.Because(g.first.Outcome.Why), g.record.text())
	f.Fix = remedy.Fix(&g.first)
	return f
}

func trustWorld(old, new string) string {
	return `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    trustDomain: cluster.local` + old + `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-next, namespace: istio-system, labels: {istio.io/rev: next}}
data:
  mesh: |
    trustDomain: acme.prod` + new + `
---
apiVersion: v1
kind: Namespace
metadata: {name: next, labels: {istio.io/rev: next}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: next}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, env: [{name: PAY, value: "http://pay.shop"}]}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
---
` + shopNamespace + payWorkload + payService
}
