package runbook

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
)

// Section is a part of the runbook that is of no wave in particular.
type Section struct {
	Title string
	Text  []string
	Steps []Step
}

// Opening is what has to be known before the first wave.
func Opening(p *plan.Plan) []Section {
	return []Section{
		{Title: "How to use this", Text: []string{
			"Every wave has a folder: apply.yaml is applied server-side, replace.yaml takes the place of objects, delete.yaml names what goes; rollback/ has the same three for the way back. Go through the waves in their order, one at a time, and through each from top to bottom: before, look, apply, verify, watch. Commands are run in this folder.",
			"mtlsctl itself writes nothing to a cluster. What carries the label mtlsctl.io/plan=" + p.ID + " was changed by this plan; a plan that is made anew goes on after the last wave that it finds.",
			"Where Git is what the cluster follows (Argo CD, Flux), make the same change there, wave by wave, instead of by kubectl, or it will be undone: what is new and what is replaced becomes a file, pod labels go into the template of the workload's own manifest, and a rollback is a revert.",
		}, Steps: []Step{{"say where Prometheus is", []string{"export PROMETHEUS=http://localhost:9090"}}, {"see what of this plan the cluster has", []string{
			"kubectl get peerauthentications,destinationrules,sidecars,deployments,statefulsets,daemonsets -A -l mtlsctl.io/plan=" + p.ID + " -L mtlsctl.io/wave",
		}}}},
		{Title: "Why several waves", Text: []string{
			"Proxies do not hear of a change at once: for seconds, under load for minutes, some still have the state before (istio#48290). So no wave changes what clients send together with what servers take: a server takes both before its clients send mTLS, clients send mTLS before it refuses the rest. Each state was looked at on the model, and the way back from it.",
			"That is the way from DISABLE to PERMISSIVE (sidecars, then servers that take both, then clients that send mTLS, then looking at traffic) and from PERMISSIVE to STRICT (look for plaintext, find who sends it, give those clients sidecars or mend their rules, look again, switch, watch, and roll back at the first failure). A client never falls back to plaintext by itself, so what is broken stays so until somebody acts.",
		}},
	}
}

// Closing is how all of it is taken back, and where to look when something fails that no
// table names.
func Closing(p *plan.Plan) []Section {
	back := []string{"Wave by wave, the last one first; between two of them every proxy has to be SYNCED again. Leave out those that were not applied."}
	if len(p.Applied) > 0 {
		back = append(back, "Waves of earlier runs come after those below: their folders are as those runs left them, rollback/ in them.")
	}
	return []Section{{Title: "Roll back everything", Text: back, Steps: allBack(p)}, {Title: "When something fails", Text: []string{
		"Roll back first, then look: a wave is taken back in a minute, and its folder stays for the next try.",
	}, Steps: []Step{
		{"which policy counts for a pod: describe names it, with its scope and what lost", []string{"mtlsctl describe deploy/NAME.NAMESPACE", "istioctl x describe pod POD -n NAMESPACE", "istioctl x describe service NAME.NAMESPACE"}},
		{"what its proxy was told: the listener of all that comes in at the server, clusters, endpoints and certificates of the client", []string{
			"istioctl proxy-config listener POD.NAMESPACE --port 15006 -o json", "istioctl proxy-config cluster CLIENT.NAMESPACE --fqdn HOST --port PORT -o json",
			"istioctl proxy-config endpoint CLIENT.NAMESPACE", "istioctl proxy-config secret POD.NAMESPACE",
		}},
		{"what its proxy says: response flags and refused connections", []string{
			"kubectl logs -n NAMESPACE POD -c istio-proxy --since=15m | grep -E 'filter_chain_not_found|WRONG_VERSION_NUMBER|CERTIFICATE_VERIFY_FAILED|UF|UC|URX'",
		}},
		{"which calls are plaintext still; in Kiali, Graph with Display > Security shows a lock on every edge that is mTLS", []string{`mtlsctl connections -A --verdict broken,plaintext --prometheus "$PROMETHEUS"`}},
		{"to tell client from server, a DestinationRule for exactly that host with trafficPolicy.tls.mode ISTIO_MUTUAL or DISABLE changes what clients send, and nothing of what the server takes; look at it first, and take it away again", []string{"mtlsctl diff -f test.yaml"}},
	}}}
}

// allBack takes all waves back, the last one first.
func allBack(p *plan.Plan) []Step {
	var out []Step
	for i := range slices.Backward(p.Waves) {
		w := &p.Waves[i]
		out = append(out, Step{fmt.Sprintf("wave %d, %s", w.Number, What(w)), append(applying(Folder(w)+"/rollback", w.Undo())[0].Commands, "istioctl proxy-status")})
	}
	return out
}
