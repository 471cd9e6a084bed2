package runbook

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// crossing is a wave of the way from sidecars to ambient in a few words.
func crossing(w *plan.Wave) string {
	switch w.Kind {
	case plan.Tunnel:
		return "HBONE for " + count(w.Joining)
	case plan.Safe:
		return "prepare " + kinds(w)
	case plan.Enrol:
		return "move " + count(w.Joining) + " to ambient"
	case plan.Waypoint:
		return "waypoint: create " + kinds(w)
	case plan.Bind:
		return "lead " + kinds(w) + " through the waypoint"
	case plan.Outside:
		return "keep " + count(w.Joining) + " out of ambient"
	}
	return "label " + named("namespace", named1(w)) + " ambient"
}

// named1 are the names of the objects of a wave.
func named1(w *plan.Wave) (out []string) {
	for i := range w.Changes {
		out = append(out, w.Changes[i].Ref().Name)
	}
	return out
}

// ready is what has to be so before the first wave that moves workloads.
func ready(w *plan.Wave) []Step {
	switch w.Kind {
	case plan.Enrol:
		return []Step{
			{"ztunnel and istio-cni are ready on every node", []string{"kubectl get pods -n istio-system -l 'app in (ztunnel, istio-cni-node)' -o wide"}},
			{"no sidecar of a server is older than the wave hbone: clients that move send HBONE to all of them", nil},
		}
	case plan.Waypoint:
		return []Step{{"the Gateway API is installed", []string{"kubectl get crd gateways.gateway.networking.k8s.io"}}}
	case plan.Bind:
		return []Step{{"the waypoint has an address and ready pods: without an address calls go past it, without pods they fail", waypoints(w, "kubectl get gateway,pods -n %s -l 'istio.io/waypoint-for=service'", "istioctl waypoint status -n %s")}}
	case plan.Relabel, plan.Outside:
		return []Step{{"no new workload without a sidecar came into the namespace since the plan was made: its label enrols every pod at once, without a restart", nil}}
	}
	return nil
}

// moved shows that ztunnel holds what a wave moved, and has every policy that it refers to: it skips
// one that is missing (2C.6, 3.8).
func moved(w *plan.Wave) []Step {
	switch w.Kind {
	case plan.Tunnel:
		return []Step{{"the sidecars listen for HBONE: the pods have label networking.istio.io/tunnel=http", each(w, "kubectl get pods -n %s -L networking.istio.io/tunnel")}}
	case plan.Enrol:
		return []Step{
			{"the pods have no container istio-proxy, and annotation ambient.istio.io/redirection: enabled", each(w, `kubectl get pods -n %s -o custom-columns='NAME:.metadata.name,AMBIENT:.metadata.annotations.ambient\.istio\.io/redirection'`)},
			{"ztunnel has the pods with PROTOCOL HBONE", each(w, "istioctl ztunnel-config workloads --workload-namespace %s")},
			{"ztunnel misses no policy: no line with skipping unknown policy, otherwise plaintext is accepted; apply the policy again with an annotation, or restart istiod", []string{"kubectl logs -n istio-system -l app=ztunnel --since=15m --prefix | grep -F 'skipping unknown policy'"}},
		}
	case plan.Waypoint:
		return []Step{{"the waypoint has an address (PROGRAMMED is True), and each policy with targetRefs has condition WaypointAccepted", waypoints(w, "kubectl get gateway -n %s", "kubectl get authorizationpolicy -n %s -o yaml")}}
	case plan.Bind:
		return []Step{{"the Services have the waypoint in column WAYPOINT", waypoints(w, "istioctl ztunnel-config services --service-namespace %s")}}
	case plan.Relabel:
		var out []string
		for i := range w.Changes {
			out = append(out, fmt.Sprintf("kubectl get namespace %s --show-labels", shell.Word(w.Changes[i].Ref().Name)))
		}
		return []Step{{"the namespace has label istio.io/dataplane-mode=ambient, and no injection label", out}}
	}
	return nil
}

// waypoints are commands for each namespace of a wave that is about waypoints.
func waypoints(w *plan.Wave, formats ...string) (out []string) {
	for _, format := range formats {
		for i := range w.Changes {
			if line := fmt.Sprintf(format, shell.Word(w.Changes[i].Ref().Namespace)); !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// crossings are queries of ztunnel's own metrics, which say unknown for plaintext (3.8.5).
func crossings(w *plan.Wave) []Query {
	if w.Kind != plan.Enrol {
		return nil
	}
	at := selecting(w)
	return []Query{
		{"plaintext connections that ztunnel accepted, by server: no more than before the wave (ztunnel reports unknown for plaintext)", `sum by (destination_workload_namespace, destination_workload) (rate(istio_tcp_connections_opened_total{app="ztunnel", reporter="destination", connection_security_policy="unknown"` + at + "}[5m]))"},
		{"connections that ztunnel refused, by client and server: no more than before the wave", `sum by (source_workload, destination_workload) (rate(istio_tcp_connections_closed_total{app="ztunnel", response_flags="DENY"` + at + "}[5m]))"},
	}
}

// ambientSymptoms are what failure of these waves looks like.
var ambientSymptoms = []failure{
	{[]plan.Kind{plan.Enrol}, Symptom{"connection closed due to policy rejection: explicitly denied by ... istio_converted_static_strict, in the log of ztunnel", "a client sent plaintext to a STRICT port: it has neither a sidecar nor ztunnel, or its pod is not captured",
		"roll back; src.workload in that line is the client"}},
	{[]plan.Kind{plan.Enrol}, Symptom{"connection closed due to policy rejection: allow policies exist, but none allowed, in the log of ztunnel", "an ALLOW policy does not name the client: a field that ztunnel does not support, or another identity", "roll back; mtlsctl analyze names the policy"}},
	{[]plan.Kind{plan.Bind, plan.Enrol}, Symptom{"RBAC: access denied, for calls through the waypoint", "a policy at the waypoint or at the workload does not admit the caller: the workload gets the identity of the waypoint", "roll back; compare the policies with targetRefs with those of the workload"}},
	{[]plan.Kind{plan.Tunnel, plan.Enrol}, Symptom{"connection timed out on port 15008", "a NetworkPolicy or a firewall does not allow HBONE", "roll back; allow port 15008 (TCP) into the pods, and from 169.254.7.127 for probes"}},
	{[]plan.Kind{plan.Enrol, plan.Relabel}, Symptom{"pods without annotation ambient.istio.io/redirection: enabled", "istio-cni is not ready on the node: the pod is not captured, and no policy applies to it", "roll back; kubectl logs -n istio-system -l k8s-app=istio-cni-node"}},
	{[]plan.Kind{plan.Enrol}, Symptom{"retries, timeouts or routes no longer work", "ztunnel does not read VirtualServices and DestinationRules", "roll back, or deploy a waypoint for the Service"}},
}
