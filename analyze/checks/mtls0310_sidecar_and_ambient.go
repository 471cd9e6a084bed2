package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// SidecarAndAmbient finds namespaces and pods that ask for both dataplanes (1.4, 1.8).
var SidecarAndAmbient = register(&analyze.Check{
	Code:     "MTLS0310",
	Name:     "sidecar-and-ambient",
	Severity: analyze.Warning,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindNamespace, resolve.KindWorkload},
	Local:    true,
	Title:    "Both a sidecar and ambient are requested: the sidecar wins",
	Why: `Injection does not check istio.io/dataplane-mode, and ambient ignores every pod that has a sidecar. If both are requested,
pods get a sidecar and the ambient label has no effect; only pods that opt out of injection become ambient, and the
namespace is mixed. The two differ in the meaning of DISABLE and portLevelMtls, and in what they send to each other.`,
	Fix:  "keep one: remove the label for injection and restart the pods, or remove istio.io/dataplane-mode",
	Docs: []string{"https://istio.io/latest/docs/ambient/usage/add-workloads/", "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/"},

	Controls: inTransit,
	Before:   "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled, istio.io/dataplane-mode: ambient}}\n---\n" + strictPayWorld,
	After:    "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n---\n" + strictPayWorld,
	Run: func(p *analyze.Pass) {
		workloads := workloadsByNamespace(p)
		for _, ns := range p.Namespaces() {
			both := ns.Labels[resolve.DataplaneModeLabel] == "ambient" && injects(ns)
			if both {
				reportBoth(p, ns, workloads[ns.Name])
			}
			for _, w := range workloads[ns.Name] {
				if w.Membership.Dataplane == resolve.DataplaneSidecar {
					reportMixed(p, ns, w, both)
				}
			}
		}
	},
})

// reportBoth reports a namespace whose labels ask for both.
func reportBoth(p *analyze.Pass, ns *config.Namespace, of []*inbound.Workload) {
	label := resolve.InjectionLabel + "=enabled"
	if ns.Labels[resolve.InjectionLabel] == "" {
		label = resolve.RevisionLabel + "=" + ns.Labels[resolve.RevisionLabel]
	}
	sidecars, ambient := 0, 0
	for _, w := range of {
		switch w.Membership.Dataplane {
		case resolve.DataplaneSidecar:
			sidecars++
		case resolve.DataplaneAmbient:
			ambient++
		}
	}
	f := analyze.Finding{
		Object: resolve.Ref{Kind: resolve.KindNamespace, Name: ns.Name}, Origin: ns.Origin, Field: resolve.Path("metadata", "labels", resolve.DataplaneModeLabel),
		Message: fmt.Sprintf("requests sidecars (%s) and ambient: a pod with a sidecar does not join ambient", label),
	}
	if sidecars+ambient > 0 {
		f.Message += fmt.Sprintf(", so %s with a sidecar, %d ambient", workloadsHave(sidecars), ambient)
	}
	p.Report(f)
}

func workloadsHave(n int) string {
	if n == 1 {
		return "1 workload is"
	}
	return fmt.Sprintf("%d workloads are", n)
}

// reportMixed reports a workload with a sidecar that is also asked to be ambient, where
// the labels of the namespace do not say both already.
func reportMixed(p *analyze.Pass, ns *config.Namespace, w *inbound.Workload, both bool) {
	switch {
	case w.Labels[resolve.DataplaneModeLabel] == "ambient":
		p.Workload(w, labelField(w, resolve.DataplaneModeLabel), "remove the label, or disable the sidecar (label "+resolve.InjectLabel+": \"false\")",
			"its label %s=ambient has no effect: it has a sidecar (%s)", resolve.DataplaneModeLabel, words.Because(w.Membership.Why))
	case both || ns.Labels[resolve.DataplaneModeLabel] != "ambient" || w.Labels[resolve.DataplaneModeLabel] == "none":
	case w.Membership.Observed:
		p.Workload(w, "", "restart it (kubectl rollout restart) to make it ambient", "still has its sidecar (%s) although its namespace is ambient: ambient ignores the pod", words.Because(w.Membership.Why))
	default:
		p.Report(analyze.Finding{
			Object: w.Ref, Origin: w.Origin, Field: own(w), Mild: true, Fix: "ignore if intended; otherwise remove what requests the sidecar",
			Message: fmt.Sprintf("gets a sidecar (%s) in an ambient namespace: ambient ignores the pod", words.Because(w.Membership.Why)),
		})
	}
}
