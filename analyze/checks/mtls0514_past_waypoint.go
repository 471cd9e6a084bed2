package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// PastWaypoint finds policies of a waypoint that clients with a sidecar pass by (2D.5, 2D.9).
var PastWaypoint = register(&analyze.Check{
	Code:      "MTLS0514",
	Name:      "past-waypoint",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindKubeGateway, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindNamespace, resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "A policy of a waypoint that clients with a sidecar are not subject to",
	Why: `Only ambient clients go through a waypoint, and gateways with istio.io/ingress-use-waypoint. A client with a sidecar sends HBONE
directly to the pods, with its own identity: STRICT accepts it, and a policy that is attached to the waypoint with targetRefs
is not enforced for it. Only an ALLOW policy on the pods for the waypoint's principal closes that way.`,
	Fix:      "add an ALLOW policy with a selector on the pods that names the waypoint's principal (and the clients with a sidecar that may call directly), or move the clients to ambient",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/waypoint/", "https://github.com/istio/istio/issues/51445"},
	Controls: access,
	Before:   ambientServer("STRICT") + waypointFor("All") + pastWaypoint(""),
	After:    ambientServer("STRICT") + waypointFor("All") + pastWaypoint(allowWaypoint),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.Objects(resolve.KindKubeGateway)
		set := p.AuthorizationPolicies()
		behind := behindWaypoints(p)
		if len(behind) == 0 {
			return
		}
		sidecars := slices.DeleteFunc(slices.Clone(p.Clients()), func(c *outbound.ClientClass) bool { return c.Dataplane != resolve.DataplaneSidecar })
		for _, policy := range set.All() {
			if !policy.Acts() || policy.Action != authz.Allow && policy.Action != authz.Deny && policy.Action != authz.Custom {
				continue
			}
			for _, b := range behind {
				if set.Attaches(policy, b.waypoint.Ref, b.host.Ref) && len(ofZtunnel(set, b.workload)) == 0 {
					if reportPast(p, policy, b, sidecars) {
						break
					}
				}
			}
		}
	},
})

// reportPast reports the clients that pass by, and whether there are any.
func reportPast(p *analyze.Pass, policy *authz.Policy, b behindWaypoint, sidecars []*outbound.ClientClass) bool {
	var clients []*inbound.Workload
	made := ""
	for _, c := range sidecars {
		if b.host.VisibleTo(c.Namespace) {
			clients = append(clients, c.Workloads...)
		}
	}
	for _, call := range p.DependenciesOn(b.host) {
		if call.Client != nil && !call.Handed && slices.Contains(clients, call.Client) && made == "" {
			made = fmt.Sprintf("; declared client %s: %s", call.Client.Short(), call.Says)
		}
	}
	if len(clients) == 0 {
		return false
	}
	p.Report(analyze.Finding{
		Object: policy.Ref, Origin: policy.Origin, Field: targetField(policy), Involved: []resolve.Ref{b.waypoint.Ref, clients[0].Ref}, Affected: affectedWorkloads(clients), Mild: made == "",
		Message: fmt.Sprintf("calls to %s from %s with a sidecar, such as %s of %s, go directly to the pods, past waypoint %s: this policy is not enforced for them%s",
			shortHost(b.host), workloads(len(clients)), clients[0].Short(), clients[0].Ref.Namespace, b.waypoint.Ref.Path(), made),
	})
	return true
}

// targetField is where the policy says what it is attached to: in the list, or in its older form.
func targetField(policy *authz.Policy) resolve.Field {
	if policy.Origin.Lines != nil && policy.Origin.Lines.Line("spec.targetRefs") == 0 && policy.Origin.Lines.Line("spec.targetRef") != 0 {
		return "spec.targetRef"
	}
	return "spec.targetRefs"
}

const allowWaypoint = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: pods, namespace: mesh}
spec:
  selector: {matchLabels: {app: pay}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/infra/sa/wp]}}]
`

func pastWaypoint(more string) string {
	return `---
apiVersion: v1
kind: Namespace
metadata: {name: infra}
---
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
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: pay, namespace: mesh}
spec:
  targetRefs: [{kind: Service, group: "", name: pay}]
  rules:
    - to: [{operation: {methods: [GET]}}]
` + more
}
