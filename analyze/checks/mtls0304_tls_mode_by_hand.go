package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// TLSModeByHand finds pods whose tlsMode label says something else than their
// proxy (1.1, 6.18).
var TLSModeByHand = register(&analyze.Check{
	Code:     "MTLS0304",
	Name:     "tls-mode-by-hand",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindService},
	Title:    "The label security.istio.io/tlsMode does not match the proxy",
	Why: `Clients with auto mTLS check only this label: exactly "istio" means mTLS, any other value plaintext. Injection sets it,
and keeps an existing value. A pod without a proxy that has the value "istio" receives mTLS that it does not understand; a
pod with a sidecar that has another value receives plaintext, which its STRICT ports reject.`,
	Fix:      "remove the label so that injection sets it",
	Docs:     []string{"https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls"},
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
    metadata: {labels: {app: report, security.istio.io/tlsMode: istio}}
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
    metadata: {labels: {app: report}}
    spec: {containers: [{name: report}]}
`,
	Run: func(p *analyze.Pass) {
		headless := map[*inbound.Workload]bool{} // one of whose endpoints decides for all (3.4.3)
		for _, svc := range p.Services() {
			for _, w := range p.Mesh().Behind(svc) {
				headless[w] = headless[w] || svc.Headless
			}
		}
		for _, w := range p.Workloads() {
			label, ok := w.Labels[resolve.TLSModeLabel]
			if !ok {
				continue
			}
			if why := contradicts(label, w); why != "" {
				field := labelField(w, resolve.TLSModeLabel)
				f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Field: field, Message: fmt.Sprintf("its label %s=%s makes clients send %s", resolve.TLSModeLabel, label, why)}
				_, networked := w.Labels[resolve.NetworkLabel] // from another network it is reached in mTLS or not at all (3.4.7)
				if !headless[w] && !networked && !slices.ContainsFunc(w.Ports, pastItsProxy) {
					f.Repair = []analyze.Edit{{Object: w.Ref, Verb: analyze.Remove, Field: field}}
				}
				p.Report(f)
			}
		}
	},
})

// pastItsProxy reports a port of a workload with a proxy that does not take the mesh's mTLS,
// or one where the application speaks TLS: calls may get through by another way than the
// label says.
func pastItsProxy(q inbound.Port) bool {
	d := q.Decision
	past := d.Mode == resolve.Disable || d.Mode == resolve.TLS || d.Mode == resolve.None && d.IfMeshed != resolve.Unset && d.Why.Cause.Uncaptured()
	return past || q.Protocol == resolve.ProtocolHTTPS || q.Protocol == resolve.ProtocolTLS
}

// contradicts says what a label does that the proxy does not expect, "" for
// nothing.
func contradicts(label string, w *inbound.Workload) string {
	switch d := w.Membership.Dataplane; {
	case label == "istio" && (d == resolve.DataplaneNone || d == resolve.DataplaneGateway):
		return fmt.Sprintf("mTLS, which the workload does not understand: %s", words.Because(w.Membership.Why))
	case label != "istio" && (d == resolve.DataplaneSidecar || d == resolve.DataplaneVM):
		return fmt.Sprintf("plaintext although it has a sidecar (%s); its ports are %s", words.Because(w.Membership.Why), w.Default.Mode)
	}
	return ""
}

// labelField is one pod label inside the object that makes the pod.
func labelField(w *inbound.Workload, key string) resolve.Field {
	return podMetadata(w).Child("labels").Child(key)
}
