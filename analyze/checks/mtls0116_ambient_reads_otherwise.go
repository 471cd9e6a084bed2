package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// AmbientReadsOtherwise finds policies that sidecars and ambient read differently (2A.4,
// 2A.6).
var AmbientReadsOtherwise = register(&analyze.Check{
	Code:     "MTLS0116",
	Name:     "ambient-reads-otherwise",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload},
	Title:    "A policy that sidecars obey and ambient workloads do not get",
	Why: `Two policies mean less in ambient. A mesh-wide policy whose selector is written but empty counts for sidecars everywhere,
and for ambient workloads of the root namespace only. And where the mesh is STRICT, a namespace's policy that sets no mode
and a workload's policy without a mode but with a PERMISSIVE port make istiod refer the workload to a policy that it does
not make: nothing demands mTLS on any of its ports.`,
	Fix:      "take the empty selector away; give the workload's policy a mode of its own",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/"},
	Controls: inTransit,
	Before: ambientServer("STRICT")[:len(ambientServer("STRICT"))-len("  mtls: {mode: STRICT}\n")] + `  mtls: {}
---
` + lostStrict(""),
	After: ambientServer("STRICT")[:len(ambientServer("STRICT"))-len("  mtls: {mode: STRICT}\n")] + `  mtls: {}
---
` + lostStrict("\n  mtls: {mode: STRICT}"),
	Run: func(p *analyze.Pass) {
		ambient := slices.DeleteFunc(slices.Clone(p.Workloads()), func(w *resolve.Workload) bool { return w.Membership.Dataplane != resolve.DataplaneAmbient })
		for _, pa := range p.PeerAuthentications() {
			if pa.Scope == resolve.ScopeMesh && pa.EmptySelector && pa.Rejected == "" && pa.Mode != resolve.Unset {
				reportEmptySelector(p, pa, ambient)
			}
		}
		told := map[resolve.Ref]bool{}
		for _, w := range ambient {
			if w.Default.Why.Cause == resolve.CauseAmbientPolicyLost {
				reportLost(p, told, w)
			}
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

func reportEmptySelector(p *analyze.Pass, pa *resolve.PeerAuthentication, ambient []*resolve.Workload) {
	missed := slices.DeleteFunc(slices.Clone(ambient), func(w *resolve.Workload) bool { return w.Ref.Namespace == pa.Ref.Namespace })
	if len(missed) == 0 {
		return
	}
	p.Report(analyze.Finding{
		Object: pa.Ref, Origin: pa.Origin, Field: "spec.selector", Involved: []resolve.Ref{missed[0].Ref}, Affected: affectedWorkloads(missed),
		Message: fmt.Sprintf("its empty selector keeps it from %s in ambient, such as %s of %s (2A.4)", workloads(len(missed)), missed[0].Short(), missed[0].Ref.Namespace),
		Repair:  []analyze.Edit{{Object: pa.Ref, Verb: analyze.Remove, Field: "spec.selector"}},
	})
}

// reportLost reports the policy of a workload that loses the STRICT of the mesh.
func reportLost(p *analyze.Pass, told map[resolve.Ref]bool, w *resolve.Workload) {
	for _, s := range w.Chain.Steps {
		if !s.Applies || s.Scope != resolve.ScopeWorkload || told[s.By] {
			continue
		}
		told[s.By] = true
		p.Report(analyze.Finding{
			Object: s.By, Origin: s.Origin, Field: "spec.portLevelMtls", Involved: []resolve.Ref{w.Ref, w.Default.By},
			Message: fmt.Sprintf("its exceptions take the STRICT of %s from every port of %s, since neither it nor the namespace's policy sets a mode (2A.6)", w.Default.By, w.Short()),
			Fix:     "give it a mode of its own: mtls: {mode: STRICT}",
			Repair:  []analyze.Edit{{Object: s.By, Verb: analyze.Set, Field: "spec.mtls.mode", Value: "STRICT"}},
		})
	}
}
