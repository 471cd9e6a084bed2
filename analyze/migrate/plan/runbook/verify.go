package runbook

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// mostShown is how many of many things a guide names with commands of their own.
const mostShown = 3

// verify shows that a wave did what it should.
func verify(w *plan.Wave) []Step {
	out := []Step{{"all proxies are in sync: SYNCED everywhere", []string{"istioctl proxy-status"}}}
	if w.Kind == plan.Inject {
		out = append(out, Step{"the rollouts are complete, and every pod has its container istio-proxy (READY 2/2, or more)", append(rollouts(w), each(w, "kubectl get pods -n %s")...)})
	}
	if w.Kind != plan.Inject && restarts(w) {
		out = append(out, Step{"the rollouts are complete", rollouts(w)})
	}
	out = append(out, moved(w)...)
	out = append(out, Step{"its ports have the planned stage", []string{status}})
	if words := described(w); len(words) > 0 {
		out = append(out, Step{"show why each port has its mode", words})
	}
	out = append(out, Step{"no new broken calls", connections(w)})
	if t, ok := example(w); ok && !w.Kind.OfAmbient() {
		ns := shell.Word(t.Workload.Namespace)
		listener := fmt.Sprintf("istioctl proxy-config listener %s --port 15006 -o json", shell.Word(typed(t.Workload)))
		if t.Port > 0 {
			listener += fmt.Sprintf(` | jq '.[].filterChains[].filterChainMatch | select(.destinationPort == %d)'`, t.Port)
		}
		out = append(out, Step{"show Istio's view of one pod: the effective policy, and the filter chains of the port in the inbound listener 15006 (a STRICT port has none with transportProtocol raw_buffer)", []string{
			fmt.Sprintf(`istioctl x describe pod -n %s "$(kubectl get pods -n %s -o name | grep -m 1 -F -- %s | cut -d / -f 2)"`, ns, ns, shell.Word("pod/"+t.Workload.Name+"-")),
			listener,
		}})
	}
	return out
}

// example is a port, or a workload, that the wave changes.
func example(w *plan.Wave) (plan.Target, bool) {
	if len(w.Strict) > 0 {
		return w.Strict[0], true
	}
	if len(w.Joining) > 0 {
		return plan.Target{Workload: w.Joining[0]}, true
	}
	return plan.Target{}, false
}

// described are commands that tell the stories of what the wave changes.
func described(w *plan.Wave) []string {
	var out []string
	add := func(ref resolve.Ref) {
		if command := "mtlsctl describe " + shell.Word(typed(ref)); len(out) < mostShown && (len(out) == 0 || out[len(out)-1] != command) {
			out = append(out, command)
		}
	}
	for _, t := range w.Strict {
		add(t.Workload)
	}
	for i := range w.Changes {
		if c := &w.Changes[i]; c.How != plan.Delete && len(w.Strict) == 0 && c.Ref().Kind != resolve.KindSidecar {
			add(c.Ref())
		}
	}
	return out
}

// connections are commands that show the calls that the wave is about.
func connections(w *plan.Wave) []string {
	out := []string{"mtlsctl connections -A --verdict broken"}
	for i, t := range w.Strict {
		if i == mostShown {
			break
		}
		out = append(out, "mtlsctl connections --to "+shell.Word(fmt.Sprintf("%s:%d", typed(t.Workload), t.Port)))
	}
	return out
}

// rollouts are commands that wait for what is restarted.
func rollouts(w *plan.Wave) []string {
	var out []string
	for _, r := range w.Joining {
		name, ns := r.Name, shell.Word(r.Namespace)
		switch r.Kind {
		case resolve.KindRollout:
			out = append(out, fmt.Sprintf("kubectl argo rollouts status %s -n %s", shell.Word(name), ns))
		case resolve.KindDeploymentConfig:
			out = append(out, fmt.Sprintf("oc rollout status %s -n %s", shell.Word("dc/"+name), ns))
		default:
			out = append(out, fmt.Sprintf("kubectl rollout status %s -n %s", shell.Word(strings.ToLower(r.Kind.Word())+"/"+name), ns))
		}
	}
	return out
}
