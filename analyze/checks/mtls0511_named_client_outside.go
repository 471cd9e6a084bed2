package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// NamedClientOutside finds ALLOW rules that name callers without a proxy (5.1, 5.3).
var NamedClientOutside = register(&analyze.Check{
	Code:     "MTLS0511",
	Name:     "named-client-outside",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindMeshConfig},
	Controls: access,
	Title:    "An ALLOW rule names a client without a proxy, which has no identity",
	Why: `The identity in a principal, a namespace or a service account is that of the client's certificate, which the client's proxy
presents. A workload without a proxy may use the same service account as the rule: its calls have no certificate, and the
rule does not allow them.`,
	Fix:    "inject a sidecar into the client; accept the risk: allow it without an identity, by ipBlocks, a port or a JWT",
	Docs:   []string{"https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls"},
	Before: guardedWorld + guardedPermissive + allowReport + reportJob("{name: batch}"),
	After:  guardedWorld + guardedPermissive + allowReport + reportJob("{name: batch, labels: {istio-injection: enabled}}") + permissiveBatch,
	Run: func(p *analyze.Pass) {
		all, acting := newPeople(p.Workloads()), actingOn(p)
		if p.Mesh().Cluster() != "" {
			return // the caller may be in another cluster
		}
		for _, policy := range p.AuthorizationPolicies().All() {
			servers := acting[policy]
			if policy.Action != authz.Allow || len(servers) == 0 {
				continue
			}
			for _, r := range policy.Rules {
				for _, t := range r.Peers(false) {
					for i, v := range t.Values {
						n, ok := namedBy(policy, t, v)
						if n == (identity{p.RootNamespace(), ""}) {
							continue // the gateways, which are seldom among the files
						}
						if outside := all.outside(n); ok && len(outside) > 0 {
							p.Report(outsiders(policy, t.Field.Index(i), n, outside, servers))
						}
					}
				}
			}
		}
	},
})

const allowReport = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow-report, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/batch/sa/report]}}]
    - to: [{operation: {methods: [GET]}}]
---
`

// reportJob is a job in a namespace of its own that calls the Service pay.
func reportJob(namespace string) string {
	return `apiVersion: v1
kind: Namespace
metadata: ` + namespace + `
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: batch}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: report}}
        spec:
          serviceAccountName: report
          containers:
            - name: report
              env: [{name: PAY_URL, value: "http://pay.shop/report"}]
`
}

// actingOn are, by policy, the workloads whose proxies act upon it.
func actingOn(p *analyze.Pass) map[*authz.Policy][]*inbound.Workload {
	set, out := p.AuthorizationPolicies(), map[*authz.Policy][]*inbound.Workload{}
	for _, w := range p.Workloads() {
		if !authz.Guards(w) {
			continue
		}
		for _, policy := range set.On(w) {
			out[policy] = append(out[policy], w)
		}
	}
	return out
}

// outsiders is the finding about callers without a proxy; where a whole namespace is
// named, others of it may be meant that the input does not have.
func outsiders(policy *authz.Policy, field resolve.Field, n identity, outside, servers []*inbound.Workload) analyze.Finding {
	f := analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: field, Mild: n.account == "", Involved: []resolve.Ref{outside[0].Ref, servers[0].Ref},
		Fix: plainFix(outside),
		Message: fmt.Sprintf("allows %s, but the workload %s has no proxy to present that identity (%s: %s): the rule does not allow its calls to %s",
			n, n.place(), firstNames(outside), words.Because(outside[0].Membership.Why), firstNames(servers)),
	}
	if n.account == "" && outside[0].Origin.File != "" {
		f.Confidence = analyze.Likely
	}
	return f
}
