package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// DeclaredCallDenied finds calls that configuration names and that AuthorizationPolicies deny
// whatever they ask for (5.3).
var DeclaredCallDenied = register(&analyze.Check{
	Code:      "MTLS0515",
	Name:      "declared-call-denied",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindNamespace, resolve.KindMeshConfig, resolve.KindKubeGateway},
	NeedsHost: true,
	Title:     "A client that an AuthorizationPolicy denies is configured to call the server",
	Why: `If workloads have ALLOW policies, a call needs a rule that matches it. A call that no rule can match is denied, and so is one that a
DENY rule always matches: HTTP 403 "RBAC: access denied", or a closed connection for TCP. The client has a certificate, and the
environment, arguments or a ConfigMap of the client name the server: either the rule for this client is missing, or the setting is.`,
	Fix:      "add a rule for the client's principal and the port to an ALLOW policy of the server, or except it in the DENY policy; if it must not call, remove the setting",
	Docs:     []string{"https://istio.io/latest/docs/concepts/security/#implicit-enablement", "https://istio.io/latest/docs/ops/common-problems/security-issues/"},
	Before:   guardedWorld + guardedStrict + declaringReport + reportPolicy("web"),
	After:    guardedWorld + guardedStrict + declaringReport + reportPolicy("report"),
	Controls: access,
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.Objects(resolve.KindKubeGateway)
		denied := map[resolve.Ref][]deniedCall{}
		court := authz.In(p.Mesh())
		for _, w := range p.Workloads() {
			if w.Membership.Dataplane == resolve.DataplaneNone || w.Membership.Dataplane == resolve.DataplaneUnknown {
				continue // without an identity MTLS0501 speaks of it
			}
			for _, d := range p.DependenciesOf(w) {
				if policy := deniedAlways(p, court, d); policy != nil {
					denied[policy.Ref] = append(denied[policy.Ref], deniedCall{w, d})
				}
			}
		}
		for _, policy := range p.AuthorizationPolicies().All() {
			if calls := denied[policy.Ref]; len(calls) > 0 {
				p.Report(deniedCalls(policy, calls))
			}
		}
	},
})

// deniedCall is a call that is denied, and who makes it.
type deniedCall struct {
	client *inbound.Workload
	*declared.Call
}

// deniedAlways is the first policy that denies a call whichever endpoint takes it, nil where one
// lets it in, or nobody can tell.
func deniedAlways(p *analyze.Pass, court *authz.Court, d *declared.Call) *authz.Policy {
	if d.Handed || d.Routed || !d.Away.IsZero() || d.By.Kind == resolve.KindAuthorizationPolicy {
		return nil
	}
	if !guardedHost(p, court, d.Host) {
		return nil
	}
	var by *authz.Policy
	for _, one := range path.In(p.Mesh()).Of(d) {
		a := court.Admit(&one.Connection, authz.Of(d.Client))
		behind := len(one.Legs) > 0 && a.Waypoint.IsZero() // MTLS0513 speaks of what the pods deny then
		if !a.Denied() || behind || ownPod(d.Client, &one.Connection) {
			return nil
		}
		if by == nil {
			by = a.By[0]
		}
	}
	return by
}

// guardedHost reports a host behind which policies may act: at a server, or at a waypoint.
func guardedHost(p *analyze.Pass, court *authz.Court, h *outbound.Host) bool {
	return len(p.Mesh().Objects(resolve.KindKubeGateway)) > 0 || slices.ContainsFunc(h.Ports, func(port outbound.HostPort) bool {
		return slices.ContainsFunc(port.Endpoints, func(e outbound.Endpoint) bool { return court.Guarded(e.Workload) })
	})
}

// ownPod reports a call of a workload to itself.
func ownPod(client *inbound.Workload, c *outbound.Connection) bool {
	return c.Server != nil && c.Server.Workload == client
}

func deniedCalls(policy *authz.Policy, calls []deniedCall) analyze.Finding {
	first := calls[0]
	var clients []*inbound.Workload
	for _, c := range calls {
		if !slices.Contains(clients, c.client) {
			clients = append(clients, c.client)
		}
	}
	target := shortHost(first.Host)
	if first.Port != 0 {
		target = fmt.Sprintf("%s:%d", target, first.Port)
	}
	why, fix := "has a DENY rule for it", "except "+authz.Of(first.client).Principal()+" in the DENY policy, or remove the setting"
	if policy.Action == authz.Allow {
		why, fix = "has no rule for it", "add a rule for "+authz.Of(first.client).Principal()+" to this policy, or remove the setting"
	}
	more := ""
	if n := len(clients) - 1; n > 0 {
		more = fmt.Sprintf(" and the calls of %s", counted(n, "other client"))
	}
	return analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: "spec.rules", Involved: []resolve.Ref{first.client.Ref, first.Host.Ref}, Affected: affectedWorkloads(clients), Fix: fix,
		Message: fmt.Sprintf("denies every call of %s to %s%s: %s; declared: %s", first.client.Short(), target, more, why, first.Says),
	}
}

// declaringReport is a client with a sidecar whose environment names the server.
const declaringReport = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: report, namespace: shop}
spec:
  template:
    metadata: {labels: {app: report}}
    spec: {serviceAccountName: report, containers: [{name: report, env: [{name: PAY_URL, value: "http://pay"}]}]}
`

func reportPolicy(account string) string {
	return `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: report, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/` + account + `]}}]
`
}
