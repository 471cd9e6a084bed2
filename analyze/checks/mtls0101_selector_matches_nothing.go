package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// SelectorMatchesNothing finds policies whose selector picks no workload (6.4).
var SelectorMatchesNothing = register(&analyze.Check{
	Code:     "MTLS0101",
	Name:     "selector-matches-nothing",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindMeshConfig},
	Local:    true,
	Title:    "A policy whose selector matches no workload has no effect",
	Why: `A PeerAuthentication with a selector applies only to pods of its own namespace that have all of its labels.
If a label is misspelled, exists only on the Deployment and not on its pod template, or the namespace is wrong, the
ports keep the mode of the namespace or the mesh. Neither kubectl nor Istio's validation reports this.`,
	Fix:      "correct the labels, or delete the policy",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/"},
	Controls: inTransit,
	Before: `apiVersion: apps/v1
kind: Deployment
metadata: {name: reports, namespace: shop}
spec:
  template:
    metadata: {labels: {app: reports}}
    spec: {containers: [{name: reports}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: reports, namespace: shop}
spec:
  selector:
    matchLabels: {app: reprots}
  mtls: {mode: STRICT}
`,
	After: `apiVersion: apps/v1
kind: Deployment
metadata: {name: reports, namespace: shop}
spec:
  template:
    metadata: {labels: {app: reports}}
    spec: {containers: [{name: reports}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: reports, namespace: shop}
spec:
  selector:
    matchLabels: {app: reports}
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		byNamespace := workloadsByNamespace(p)
		for _, pa := range p.PeerAuthentications() {
			if !selectsNothing(p, pa, byNamespace) {
				continue
			}
			hint, sure := nearestSelector(p, pa, byNamespace)
			p.Report(analyze.Finding{
				Object: pa.Ref, Origin: pa.Origin, Field: "spec.selector.matchLabels", Confidence: picksNothing(p, byNamespace[pa.Ref.Namespace], sure),
				Message: fmt.Sprintf("has no effect: it selects %s, and no workload of namespace %s has these labels%s", pairs(pa.Selector), pa.Ref.Namespace, hint), Fix: selectorFix(p, byNamespace[pa.Ref.Namespace], sure, "delete the policy"),
			})
		}
	},
})

func workloadsByNamespace(p *analyze.Pass) map[string][]*inbound.Workload {
	byNamespace := map[string][]*inbound.Workload{}
	for _, w := range p.Workloads() {
		byNamespace[w.Ref.Namespace] = append(byNamespace[w.Ref.Namespace], w)
	}
	return byNamespace
}

// selectsNothing reports whether a policy's selector picks no workload. Without any
// workload of the namespace in the input nobody can tell.
func selectsNothing(p *analyze.Pass, pa *inbound.PeerAuthentication, byNamespace map[string][]*inbound.Workload) bool {
	return len(pa.Selector) > 0 && pa.Rejected == "" && len(p.Mesh().Selected(pa)) == 0 && pa.Ref.Namespace != p.RootNamespace() && len(byNamespace[pa.Ref.Namespace]) > 0 &&
		!slices.ContainsFunc(byNamespace[pa.Ref.Namespace], func(w *inbound.Workload) bool { return mayHold(w.Labels, pa.Selector) })
}

// nearestSelector names the selector that was probably meant: the nearest labels of a
// neighbour that no other policy selects, else the same labels in another
// namespace.
func nearestSelector(p *analyze.Pass, pa *inbound.PeerAuthentication, byNamespace map[string][]*inbound.Workload) (hint string, sure bool) {
	taken := map[*inbound.Workload]bool{}
	for _, other := range p.PeerAuthentications() {
		for _, w := range p.Mesh().Selected(other) {
			taken[w] = true
		}
	}
	free := slices.DeleteFunc(slices.Clone(byNamespace[pa.Ref.Namespace]), func(w *inbound.Workload) bool { return taken[w] })
	if near, typo := nearLabels(pa.Selector, free); near != "" {
		return near, typo
	}
	hint = elsewhere(pa.Selector, byNamespace)
	return hint, hint != ""
}

// mayHold reports that labels hold every pair of a selector, or would for some values of the
// variables in them.
func mayHold(labels, selector map[string]string) bool {
	for k, v := range selector {
		if has := labels[k]; has != v && analyze.Variable(has) == "" {
			return false
		}
	}
	return true
}

// picksNothing is how sure it is that a selector picks no workload of a list: files may be a
// part of what is applied, what was not rendered may hold the workload, and where the Namespace
// object stands elsewhere more of the namespace may.
func picksNothing(p *analyze.Pass, reach []*inbound.Workload, slip bool) analyze.Confidence {
	ns := p.Mesh().Namespace(reach[0].Ref.Namespace) // of files only: a cluster does not need it
	switch {
	case reach[0].Origin.File == "": // all that runs was read
		return analyze.Certain
	case !slip && (len(p.Unrendered) > 0 || ns == nil || !ns.Known):
		return analyze.Possible
	}
	return analyze.Likely
}

// selectorFix says what to do about a selector that picks nothing.
func selectorFix(p *analyze.Pass, reach []*inbound.Workload, slip bool, otherwise string) string {
	switch {
	case slip || reach[0].Origin.File == "":
		return "correct the labels, or " + otherwise
	case len(p.Unrendered) > 0:
		return fmt.Sprintf("%s was not rendered: its workloads may have these labels; otherwise correct them, or %s", p.Unrendered[0], otherwise)
	}
	return "add the workload to the input if it exists elsewhere; otherwise correct the labels, or " + otherwise
}

// nearLabels names the labels that a selector was probably meant for, "" for none; typo
// is false where the selector's value is only a part of theirs.
func nearLabels(selector map[string]string, free []*inbound.Workload) (hint string, typo bool) {
	for _, key := range sortedKeys(selector) {
		var values []string
		for _, w := range free {
			if v := w.Labels[key]; v != "" && v != selector[key] {
				values = append(values, v)
			}
		}
		slices.Sort(values)
		if near := spelling.Nearest(selector[key], slices.Compact(values)); len(near) > 0 {
			return fmt.Sprintf(" (%s=%s would match %s)", key, near[0], withLabel(free, key, near[0])), !strings.Contains(near[0], selector[key])
		}
	}
	return "", false
}

func elsewhere(selector map[string]string, byNamespace map[string][]*inbound.Workload) string {
	for _, ns := range sortedKeys(byNamespace) {
		for _, w := range byNamespace[ns] {
			if holds(w.Labels, selector) {
				return fmt.Sprintf(" (%s of namespace %s has them; a policy applies only to its own namespace)", w.Short(), ns)
			}
		}
	}
	return ""
}

func withLabel(workloads []*inbound.Workload, key, value string) string {
	i := slices.IndexFunc(workloads, func(w *inbound.Workload) bool { return w.Labels[key] == value })
	return workloads[i].Short()
}

func pairs(labels map[string]string) string {
	var out []string
	for _, k := range sortedKeys(labels) {
		out = append(out, k+"="+labels[k])
	}
	return strings.Join(out, ",")
}
