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
			"Every wave has a folder: apply.yaml is applied server-side, replace.yaml replaces objects, delete.yaml lists the objects to delete; rollback/ has the same three for the way back. Go through the waves in order, one at a time, and through each wave from top to bottom: before, look, apply, verify, watch. Run the commands in this folder.",
			"mtlsctl itself changes nothing in a cluster. Objects with the label mtlsctl.io/plan=" + p.ID + " were changed by this plan; a new plan continues after the last wave that it finds.",
			"If the cluster follows Git (Argo CD, Flux), make the same change there, wave by wave, instead of with kubectl, otherwise it is undone: a new or replaced object becomes a file, pod labels go into the template of the workload's own manifest, and a rollback is a revert.",
		}, Steps: []Step{{"set the address of Prometheus", []string{"export PROMETHEUS=http://localhost:9090"}}, {"show which objects of this plan are in the cluster", []string{
			"kubectl get " + changeable(p) + " -A -l mtlsctl.io/plan=" + p.ID + " -L mtlsctl.io/wave",
		}}}},
		whyWaves(p),
	}
}

// changeable are the kinds of objects that a plan changes, as kubectl lists them.
func changeable(p *plan.Plan) string {
	if !p.Options.Trust.None() {
		return "configmaps,authorizationpolicies,destinationrules,serviceentries,gateways.networking.istio.io"
	}
	const all = "peerauthentications,destinationrules,sidecars,namespaces,deployments,statefulsets,daemonsets"
	if !slices.ContainsFunc(p.Waves, func(w plan.Wave) bool { return w.Kind == plan.Waypoint }) {
		return all // a cluster need not have the others
	}
	return all + ",services,authorizationpolicies,gateways.gateway.networking.k8s.io"
}

// whyRenaming is why the trust domain is not changed at once.
func whyRenaming(p *plan.Plan) Section {
	from, to := p.Options.Trust.From, p.Options.Trust.To
	return Section{Title: "Why several waves", Text: []string{
		"A proxy keeps its certificate for hours, and proxies do not get a configuration at the same moment. So for a long time some have a certificate of " + from + " and some one of " + to + ", and each must accept the other. Both are aliases from the first wave to the last, the former one too: istiod names endpoints by the trust domain that it had when it registered them, until it is restarted, and adds the aliases and nothing else.",
		"Each wave was tried on the model for every call, with each combination of what both ends can have at that moment: the configuration from before the wave or after it, a certificate of either trust domain, endpoints named by either. No server or client refuses the other, and every AuthorizationPolicy names the same callers as before, in its ALLOW and DENY rules.",
		"In a mesh of several clusters or control planes, apply each wave everywhere before the next one. The root certificate must be the same throughout: an alias is a name, and no alias helps against another root.",
	}}
}

// whyWaves is why the plan does not do everything at once.
func whyWaves(p *plan.Plan) Section {
	if !p.Options.Trust.None() {
		return whyRenaming(p)
	}
	if p.Options.Ambient {
		return Section{Title: "Why several waves", Text: []string{
			"A sidecar wins over ambient until its pod is recreated, so during a rollout clients see both kinds of pods behind one Service. ztunnel sends HBONE only to pods that accept it, and plaintext to all others: so sidecars accept HBONE first. Then workloads move, and each combination of moved and unmoved pods was tried on the model. The label of the namespace comes last: it enrols pods without a sidecar at once.",
			"ztunnel enforces AuthorizationPolicies without HTTP fields only. Workloads for which that is not enough move behind a waypoint once their clients have moved: a waypoint enforces a copy of their policies, with targetRefs, and they accept only calls that come through it. Where that is not possible they keep their sidecar, and so does every workload whose move would break, weaken or expose a call: the plan names them, with what helps. PeerAuthentication is not changed, except for its form: istiod does not convert every policy for ztunnel as a sidecar reads it, and does not convert it again when the policy above it changes.",
		}}
	}
	return Section{Title: "Why several waves", Text: []string{
		"Proxies do not get a change at the same moment: for seconds, under load for minutes, some still have the previous state (istio#48290). So no wave changes both what clients send and what servers accept: a server accepts mTLS and plaintext before its clients send mTLS, and clients send mTLS before the server rejects plaintext. Each state, and the rollback from it, was tried on the model.",
		"The way from DISABLE to PERMISSIVE: sidecars, then servers that accept both, then clients that send mTLS, then a check of the traffic. The way from PERMISSIVE to STRICT: look for plaintext, find its senders, inject sidecars into those clients or repair their rules, look again, switch, watch, and roll back at the first failure. A client never falls back to plaintext by itself, so a broken call stays broken until somebody acts.",
	}}
}

// Closing is how all of it is taken back, and where to look when something fails that no
// table names.
func Closing(p *plan.Plan) []Section {
	back := []string{"Wave by wave, the last one first; between two waves every proxy has to be SYNCED again. Leave out waves that were not applied."}
	if len(p.Applied) > 0 {
		back = append(back, "Waves of earlier runs come after the waves below: their folders, with rollback/, are unchanged.")
	}
	return []Section{{Title: "Roll back everything", Text: back, Steps: allBack(p)}, {Title: "When something fails", Text: []string{
		"Roll back first, then investigate: a rollback takes a minute, and the folder of the wave stays for the next attempt.",
	}, Steps: []Step{
		{"which policies apply to a pod: describe shows each one, its scope, and which are overridden", []string{"mtlsctl describe deploy/NAME.NAMESPACE", "istioctl x describe pod POD -n NAMESPACE", "istioctl x describe service NAME.NAMESPACE"}},
		{"the proxy's configuration: the inbound listener of the server, clusters, endpoints and certificates of the client", []string{
			"istioctl proxy-config listener POD.NAMESPACE --port 15006 -o json", "istioctl proxy-config cluster CLIENT.NAMESPACE --fqdn HOST --port PORT -o json",
			"istioctl proxy-config endpoint CLIENT.NAMESPACE", "istioctl proxy-config secret POD.NAMESPACE",
		}},
		{"the proxy's log: response flags and refused connections", []string{
			"kubectl logs -n NAMESPACE POD -c istio-proxy --since=15m | grep -E 'filter_chain_not_found|WRONG_VERSION_NUMBER|CERTIFICATE_VERIFY_FAILED|UF|UC|URX'",
		}},
		{"which calls are still plaintext; in Kiali, Graph with Display > Security shows a lock on every mTLS edge", []string{`mtlsctl connections -A --verdict broken,plaintext --prometheus "$PROMETHEUS"`}},
		{"to find out whether the client or the server is the reason, a DestinationRule for exactly that host with trafficPolicy.tls.mode ISTIO_MUTUAL or DISABLE changes what clients send, and nothing that the server accepts; check it with diff first, and remove it afterwards", []string{"mtlsctl diff -f test.yaml"}},
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
