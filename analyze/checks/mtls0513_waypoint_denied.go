package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// WaypointDenied finds ALLOW policies that ztunnel enforces behind a waypoint and that name clients,
// where the waypoint is the only client that ztunnel sees (2D.8).
var WaypointDenied = register(&analyze.Check{
	Code:      "MTLS0513",
	Name:      "waypoint-denied",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindKubeGateway, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindNamespace, resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "An ALLOW policy that denies the waypoint in front of the pods",
	Why: `Behind a waypoint, the ztunnel of the pod does not see the client: the call comes from the waypoint, with the identity
ns/NAMESPACE/sa/GATEWAY. An ALLOW policy with a selector, or without targetRefs, is enforced by ztunnel, also where a waypoint
stands. If no ALLOW policy of the pods names the waypoint, ztunnel denies every call that comes through it.`,
	Fix:      "allow the waypoint's principal in the policy of the pods, and name the clients in a policy with targetRefs, which the waypoint enforces",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/l7-features/", "https://istio.io/latest/docs/ambient/usage/l4-policy/"},
	Controls: access,
	Before:   ambientServer("STRICT") + waypointFor("All") + allowed("cluster.local/ns/mesh/sa/web"),
	After:    ambientServer("STRICT") + waypointFor("All") + allowed("cluster.local/ns/infra/sa/wp"),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.Objects(resolve.KindKubeGateway)
		set := p.AuthorizationPolicies()
		denied := map[*authz.Policy]*deniedWaypoint{}
		for _, b := range behindWaypoints(p) {
			policies, call := ofZtunnel(set, b.workload), b.call()
			if len(policies) == 0 || slices.ContainsFunc(policies, func(policy *authz.Policy) bool { return policy.Answer(call) != authz.Never }) {
				continue
			}
			d := denied[policies[0]]
			if d == nil {
				d = &deniedWaypoint{first: b, who: call.Who}
				denied[policies[0]] = d
			}
			d.workloads = append(d.workloads, b.workload)
			for _, call := range p.DependenciesOn(b.host) {
				if call.Client != nil && !call.Handed && call.Client.Membership.Dataplane == resolve.DataplaneAmbient && d.made == "" {
					d.made = fmt.Sprintf("; declared client %s: %s", call.Client.Short(), call.Says)
				}
			}
		}
		for _, policy := range set.All() {
			if d := denied[policy]; d != nil {
				p.Report(d.finding(policy))
			}
		}
	},
})

// deniedWaypoint is a waypoint that a policy denies, and in front of whom it stands.
type deniedWaypoint struct {
	first     behindWaypoint
	who       *authz.Identity
	workloads []*inbound.Workload
	made      string
}

func (d *deniedWaypoint) finding(policy *authz.Policy) analyze.Finding {
	f := analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: "spec.rules", Involved: []resolve.Ref{d.first.waypoint.Ref, d.first.workload.Ref}, Affected: affectedWorkloads(d.workloads), Mild: d.made == "",
		Message: fmt.Sprintf("does not allow %s, so ztunnel denies all calls to %s that come through waypoint %s%s", d.who.Principal(), firstNames(d.workloads), d.first.waypoint.Ref.Path(), d.made),
	}
	if terms := peersOf(policy); len(terms) > 0 {
		f.Field = terms[0].Field
	}
	return f
}

func peersOf(policy *authz.Policy) []authz.Term {
	for _, r := range policy.Rules {
		if terms := r.Peers(false); len(terms) > 0 {
			return terms
		}
	}
	return nil
}

func allowed(principal string) string {
	return `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: pay, namespace: mesh}
spec:
  selector: {matchLabels: {app: pay}}
  rules:
    - from: [{source: {principals: [` + principal + `]}}]
---
apiVersion: v1
kind: Namespace
metadata: {name: infra}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: mesh}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, containers: [{name: web, env: [{name: PAY, value: "http://pay"}]}]}
`
}
