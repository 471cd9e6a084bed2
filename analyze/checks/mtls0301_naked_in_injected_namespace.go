package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// NakedInInjectedNamespace finds workloads without a sidecar where the namespace
// promises one (1.4, 1.5, 1.7).
var NakedInInjectedNamespace = register(&analyze.Check{
	Code:     "MTLS0301",
	Name:     "naked-in-injected-namespace",
	Severity: analyze.Warning,
	Istioctl: []string{"IST0103"},
	Open:     true,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindNamespace, resolve.KindWorkload},
	Local:    true,
	Title:    "A workload without a sidecar in a namespace that injects one",
	Why: `No policy applies to its ports: any client that reaches the pod is accepted, and its own calls are plaintext, which STRICT
ports reject. Usual reasons: the pod opts out, it uses hostNetwork, or it is older than the namespace's label.`,
	Fix:      "enable injection and restart the workload (kubectl rollout restart), or write down that it stays outside the mesh",
	Docs:     []string{"https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/"},
	Controls: inTransit,
	Before: shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: report, namespace: shop}
spec:
  template:
    metadata: {labels: {app: report, sidecar.istio.io/inject: "false"}}
    spec: {containers: [{name: report}]}
`,
	After: shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: report, namespace: shop}
spec:
  template:
    metadata: {labels: {app: report}}
    spec: {containers: [{name: report}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
`,
	Run: func(p *analyze.Pass) {
		for _, w := range p.Workloads() {
			ns := p.Namespace(w.Ref.Namespace)
			if w.Membership.Dataplane != resolve.DataplaneNone || ns == nil || !injects(ns) {
				continue
			}
			f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Field: own(w), Message: "has no sidecar although its namespace injects one: " + words.Because(w.Membership.Why)}
			f.Cause = ofNamespace(w.Ref.Namespace, membershipCause(w), "")
			if h := w.Membership.Holder; !h.IsZero() && w.Membership.Field != "" {
				f.Message += fmt.Sprintf(" (%s, %s)", h, w.Membership.Field)
				f.Involved = []resolve.Ref{h}
			}
			if w.Pods < w.PodsOf {
				f.Message = fmt.Sprintf("%d of %d pods ", w.Pods, w.PodsOf) + f.Message
			}
			f.Mild, f.Fix = outside(w)
			p.Report(f)
		}
	},
})

// own is the field of the workload itself that keeps the sidecar away, "" where it is
// a label of the namespace or nothing at all. What is written in a pod came of the
// template, and is the same finding before the pod is there.
func own(w *inbound.Workload) resolve.Field {
	field, o := w.Membership.Field, w.Membership.Origin
	switch {
	case field == "" || !w.Membership.Holder.IsZero():
		return ""
	case w.Ref.Kind == resolve.KindPod && o.File == w.Origin.File && o.First == w.Origin.First, strings.HasPrefix(string(field), "spec.template."), strings.HasPrefix(string(field), "spec.jobTemplate."):
		return field
	case !w.Membership.Observed || w.Ref.Kind == resolve.KindPod:
		return ""
	case w.Ref.Kind == resolve.KindCronJob:
		return "spec.jobTemplate.spec.template." + field
	}
	return "spec.template." + field
}

// outside says whether somebody wrote down that a workload stays outside of the
// mesh, as an agent of a node does by its kind, and what to do if it should not.
func outside(w *inbound.Workload) (decided bool, fix string) {
	switch {
	case strings.Contains(string(w.Membership.Field), resolve.InjectLabel):
		return true, "ignore if intended; otherwise remove " + resolve.InjectLabel
	case w.HostNetwork:
		return w.Ref.Kind == resolve.KindDaemonSet, "remove hostNetwork, or leave the workload outside the mesh: a pod in the host's network gets no sidecar"
	case w.Ref.Kind == resolve.KindPod || w.Ref.Kind == resolve.KindJob:
		return false, "delete it and create it again: no controller restarts a " + w.Ref.Kind.Word()
	}
	return false, ""
}

// injects reports whether the labels of a namespace ask for sidecars.
func injects(ns *config.Namespace) bool {
	if v, ok := ns.Labels[resolve.InjectionLabel]; ok {
		return v == "enabled"
	}
	return ns.Labels[resolve.RevisionLabel] != ""
}
