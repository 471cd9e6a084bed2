package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// InjectionInVain finds labels and annotations that ask for a sidecar and are not
// heard (1.4, 1.5, 6.17).
var InjectionInVain = register(&analyze.Check{
	Code:     "MTLS0302",
	Name:     "injection-in-vain",
	Severity: analyze.Warning,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindNamespace, resolve.KindWorkload},
	Local:    true,
	Title:    "A label or annotation for injection that has no effect",
	Why: `The namespace label comes first: istio-injection=disabled overrides everything on the pod. In a namespace without a label
the webhook sees only pods with the LABEL sidecar.istio.io/inject=true; the annotation of the same name is not considered.
The value must be "true" or "false": any other value counts as not set.`,
	Fix:      "use the pod label sidecar.istio.io/inject: \"true\", or label the namespace",
	Docs:     []string{"https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/"},
	Controls: inTransit,
	Before: `apiVersion: v1
kind: Namespace
metadata: {name: plain}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: report, namespace: plain}
spec:
  template:
    metadata:
      labels: {app: report}
      annotations: {sidecar.istio.io/inject: "true"}
    spec: {containers: [{name: report}]}
`,
	After: `apiVersion: v1
kind: Namespace
metadata: {name: plain}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: report, namespace: plain}
spec:
  template:
    metadata:
      labels: {app: report, sidecar.istio.io/inject: "true"}
    spec: {containers: [{name: report}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: plain}
spec:
  mtls: {mode: PERMISSIVE}
`,
	Run: func(p *analyze.Pass) {
		for _, w := range p.Workloads() {
			ns := p.Namespace(w.Ref.Namespace)
			if ns == nil || !ns.Known {
				continue
			}
			if field, value, what := asks(w); field != "" {
				if why := unheard(w, value); why != "" {
					p.Report(analyze.Finding{
						Object: w.Ref, Origin: w.Origin, Field: podField(w, field), Message: fmt.Sprintf("%s has no effect: %s", what, why),
						Cause: ofNamespace(w.Ref.Namespace, w.Membership.Why.Cause, field+"="+value),
					})
				}
			}
		}
	},
})

// asks finds the label or annotation by which a pod asks for or against injection.
func asks(w *inbound.Workload) (field, value, what string) {
	if v, ok := w.Labels[resolve.InjectLabel]; ok {
		return "labels", v, "pod label " + resolve.InjectLabel + "=" + v
	}
	if v, ok := w.Annotations[resolve.InjectLabel]; ok {
		return "annotations", v, "pod annotation " + resolve.InjectLabel + "=" + v
	}
	return "", "", ""
}

// unheard says why what the pod asks for is not done, "" when it is.
func unheard(w *inbound.Workload, value string) string {
	switch {
	case value != "true" && value != "false":
		return fmt.Sprintf("'%s' is neither 'true' nor 'false' and counts as not set", value)
	case value == "true" && w.Membership.Dataplane == resolve.DataplaneNone && !w.Membership.Observed:
		if w.Membership.Why.Cause == resolve.CauseAnnotationInVain {
			return words.Because(resolve.Reason{Cause: resolve.CauseNotLabelled}) // what to do instead is the fix
		}
		return words.Because(w.Membership.Why)
	}
	return ""
}

// podField is the injection key of the pod inside the object that makes it.
func podField(w *inbound.Workload, section string) resolve.Field {
	return podMetadata(w).Child(section).Child(resolve.InjectLabel)
}

// podMetadata is where the pod's metadata stand in the object that makes it.
func podMetadata(w *inbound.Workload) resolve.Field {
	switch w.Ref.Kind {
	case resolve.KindPod:
		return "metadata"
	case resolve.KindCronJob:
		return "spec.jobTemplate.spec.template.metadata"
	case resolve.KindWorkloadEntry:
		return "spec"
	}
	return "spec.template.metadata"
}
