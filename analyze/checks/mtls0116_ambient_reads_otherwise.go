package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// AmbientReadsOtherwise finds policies that sidecars and ambient read differently (2A.4, 2A.6,
// 2C.6).
var AmbientReadsOtherwise = register(&analyze.Check{
	Code:     "MTLS0116",
	Name:     "ambient-reads-otherwise",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload},
	Title:    "A policy that applies to sidecars but not to ambient workloads",
	Why: `Two kinds of policies mean less in ambient. A mesh-wide policy with an empty selector applies to sidecars everywhere, but
only to the ambient workloads of the root namespace. And if the mesh is STRICT, a namespace policy without a mode together
with a workload policy that has no mode but a PERMISSIVE port makes istiod refer the workload to a policy that istiod does
not create: none of its ports requires mTLS. The same happens with a STRICT namespace policy that has an empty selector.
Under a STRICT mesh and no mode for the namespace, the STRICT port of a PERMISSIVE policy accepts plaintext.`,
	Fix:      "remove the empty selector; set a mode in the workload's policy",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/"},
	Controls: inTransit,
	Before: ambientServer("STRICT")[:len(ambientServer("STRICT"))-len("  mtls: {mode: STRICT}\n")] + `  mtls: {}
---
` + lostStrict(""),
	After: ambientServer("STRICT")[:len(ambientServer("STRICT"))-len("  mtls: {mode: STRICT}\n")] + `  mtls: {}
---
` + lostStrict("\n  mtls: {mode: STRICT}"),
	Run: func(p *analyze.Pass) {
		ambient := slices.DeleteFunc(slices.Clone(p.Workloads()), func(w *inbound.Workload) bool { return w.Membership.Dataplane != resolve.DataplaneAmbient })
		for _, pa := range p.PeerAuthentications() {
			if pa.Scope == resolve.ScopeMesh && pa.EmptySelector && pa.Rejected == "" && pa.Mode != resolve.Unset {
				reportEmptySelector(p, pa, ambient)
			}
		}
		told := map[resolve.Ref]bool{}
		for _, w := range ambient {
			if w.Default.Why.Cause == resolve.CauseAmbientPolicyLost {
				reportLost(p, told, w)
				continue
			}
			reportLostPorts(p, told, w)
		}
	},
})

func lostStrict(mode string) string {
	return `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: STRICT}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: mesh}
spec:
  selector:
    matchLabels: {app: pay}` + mode + `
  portLevelMtls:
    8080: {mode: PERMISSIVE}
`
}

func reportEmptySelector(p *analyze.Pass, pa *inbound.PeerAuthentication, ambient []*inbound.Workload) {
	missed := slices.DeleteFunc(slices.Clone(ambient), func(w *inbound.Workload) bool { return w.Ref.Namespace == pa.Ref.Namespace })
	if len(missed) == 0 {
		return
	}
	var repair []analyze.Edit
	if pa.Mode != resolve.Strict { // which plaintext calls would not survive
		repair = []analyze.Edit{{Object: pa.Ref, Verb: analyze.Remove, Field: "spec.selector"}}
	}
	p.Report(analyze.Finding{
		Object: pa.Ref, Origin: pa.Origin, Field: "spec.selector", Involved: []resolve.Ref{missed[0].Ref}, Affected: affectedWorkloads(missed),
		Message: fmt.Sprintf("its empty selector excludes %s in ambient, such as %s of %s (2A.4)", workloads(len(missed)), missed[0].Short(), missed[0].Ref.Namespace),
		Repair:  repair,
	})
}

// reportLost reports the policy of a workload that loses the STRICT of the mesh.
func reportLost(p *analyze.Pass, told map[resolve.Ref]bool, w *inbound.Workload) {
	for _, s := range w.Chain.Steps {
		if !s.Applies || s.Scope != resolve.ScopeWorkload || told[s.By] {
			continue
		}
		told[s.By] = true
		why := "because neither it nor the namespace's policy sets a mode (2A.6)"
		if w.Default.Scope == resolve.ScopeNamespace {
			why = "because it sets no mode, and the namespace's policy has an empty selector (2C.6c)"
		}
		p.Report(analyze.Finding{
			Object: s.By, Origin: s.Origin, Field: "spec.portLevelMtls", Involved: []resolve.Ref{w.Ref, w.Default.By},
			Message: fmt.Sprintf("its exceptions remove the STRICT of %s from every port of %s, %s", w.Default.By, w.Short(), why),
			Fix:     "set a mode in it: mtls: {mode: STRICT}",
		})
	}
}

// reportLostPorts reports STRICT ports that a policy of another mode does not get enforced.
func reportLostPorts(p *analyze.Pass, told map[resolve.Ref]bool, w *inbound.Workload) {
	for i := range w.Ports {
		d := &w.Ports[i].Decision
		if d.Why.Cause != resolve.CauseAmbientPolicyLost || told[d.By] {
			continue
		}
		told[d.By] = true
		p.Report(analyze.Finding{
			Object: d.By, Origin: d.Origin, Field: d.Field, Involved: []resolve.Ref{w.Ref},
			Message: fmt.Sprintf("port %d of %s is STRICT in this policy but accepts plaintext: under a STRICT mesh and without a mode for the namespace istiod uses the mesh's policy for the port, which the workload does not get (2C.6a)", w.Ports[i].Number, w.Short()),
			Fix:     "set its mode to STRICT, and its other ports to PERMISSIVE in portLevelMtls",
		})
	}
}
