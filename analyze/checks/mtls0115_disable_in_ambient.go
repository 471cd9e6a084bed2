package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// DisableInAmbient finds DISABLE that ztunnel does not honour (2A.1, 2A.5, 6.22).
var DisableInAmbient = register(&analyze.Check{
	Code:     "MTLS0115",
	Name:     "disable-in-ambient",
	Severity: analyze.Warning,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload},
	Title:    "DISABLE has no effect on ambient workloads",
	Why: `ztunnel always accepts HBONE, and clients in the mesh use it. The only thing that ztunnel can do is to reject clients
without an identity. DISABLE means the same as PERMISSIVE there. One case is worse: an exception with DISABLE in a policy
without a mode of its own, below an inherited STRICT, is no exception at all. PERMISSIVE is one.`,
	Fix:      "write PERMISSIVE, which is the effective mode",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/l4-policy/"},
	Controls: inTransit,
	Before:   ambientServer("DISABLE"),
	After:    ambientServer("PERMISSIVE"),
	Run: func(p *analyze.Pass) {
		p.PeerAuthentications()
		told := map[string]bool{}
		for _, w := range p.Workloads() {
			if w.Membership.Dataplane != resolve.DataplaneAmbient {
				continue
			}
			reportUnheeded(p, told, w, "any port", &w.Default)
			for i := range w.Ports {
				reportUnheeded(p, told, w, fmt.Sprintf("port %d", w.Ports[i].Number), &w.Ports[i].Decision)
			}
		}
	},
})

func ambientServer(mode string) string {
	return `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: mesh}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: mesh}
spec:
  mtls: {mode: ` + mode + `}
`
}

// reportUnheeded reports the DISABLE behind a decision, once for each field that says it.
func reportUnheeded(p *analyze.Pass, told map[string]bool, w *inbound.Workload, what string, d *resolve.Decision) {
	by, field, origin := d.By, d.Field, d.Origin
	effect := "the port accepts plaintext and mTLS, the same as PERMISSIVE"
	if d.Why.Cause == resolve.CauseAmbientNoException {
		by, field, origin = exceptionOf(w, what)
		effect = "the port stays STRICT"
	}
	key := by.String() + string(field)
	if d.Why.Cause != resolve.CauseAmbientNotOff && d.Why.Cause != resolve.CauseAmbientNoException || by.IsZero() || told[key] {
		return
	}
	told[key] = true
	var repair []analyze.Edit
	if own := w.In.Winners[resolve.ScopeWorkload]; own != nil && own.Ref == by && onlyAmbient(p.Mesh().Selected(own)) { // clients with a sidecar go by a wider DISABLE (3.4.1)
		repair = []analyze.Edit{{Object: by, Verb: analyze.Set, Field: modeOfEntry(field), Value: "PERMISSIVE"}}
		if own.Mode == resolve.Unset && w.Default.Mode == resolve.Strict {
			repair = append(repair, analyze.Edit{Object: by, Verb: analyze.Set, Field: "spec.mtls.mode", Value: "STRICT"}) // else an order of events opens all ports (2C.7)
		}
	}
	p.Report(analyze.Finding{
		Object: by, Origin: origin, Field: field, Involved: []resolve.Ref{w.Ref},
		Message: fmt.Sprintf("ambient ignores DISABLE for %s of %s: %s (%s)", what, w.Short(), effect, words.Rule(d.Why)),
		Repair:  repair,
	})
}

// exceptionOf is where the policy of a workload says DISABLE for a port.
func exceptionOf(w *inbound.Workload, what string) (resolve.Ref, resolve.Field, resolve.Origin) {
	for _, s := range w.Chain.Steps {
		for _, e := range s.Ports {
			if s.Applies && s.Scope == resolve.ScopeWorkload && e.Mode == resolve.Disable && what == fmt.Sprintf("port %d", e.Port) {
				return s.By, resolve.Path("spec", "portLevelMtls", fmt.Sprint(e.Port)), s.Origin
			}
		}
	}
	return resolve.Ref{}, "", resolve.Origin{}
}

// modeOfEntry is the mode of a portLevelMtls entry, and any other field itself.
func modeOfEntry(f resolve.Field) resolve.Field {
	if f.Parent() == "spec.portLevelMtls" {
		return f.Child("mode")
	}
	return f
}

// onlyAmbient reports workloads that are ambient without exception, and that no client with a
// sidecar takes for one with a sidecar, by its label: such clients heed what ambient ignores.
func onlyAmbient(list []*inbound.Workload) bool {
	return !slices.ContainsFunc(list, func(w *inbound.Workload) bool {
		return w.Membership.Dataplane != resolve.DataplaneAmbient || w.Labels[resolve.TLSModeLabel] == "istio"
	})
}
