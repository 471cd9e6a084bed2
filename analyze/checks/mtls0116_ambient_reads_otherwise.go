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
	Title:    "A policy that sidecars obey and ambient workloads do not get",
	Why: `Two policies mean less in ambient. A mesh-wide policy whose selector is written but empty counts for sidecars everywhere,
and for ambient workloads of the root namespace only. And where the mesh is STRICT, a namespace's policy that sets no mode
and a workload's policy without a mode but with a PERMISSIVE port make istiod refer the workload to a policy that it does
not make: nothing demands mTLS on any of its ports. The same comes of a namespace's STRICT with an empty selector; and
under a STRICT mesh without a mode for the namespace the STRICT port of a PERMISSIVE policy takes plaintext.`,
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
	p.Report(analyze.Finding{
		Object: pa.Ref, Origin: pa.Origin, Field: "spec.selector", Involved: []resolve.Ref{missed[0].Ref}, Affected: affectedWorkloads(missed),
		Message: fmt.Sprintf("its empty selector keeps it from %s in ambient, such as %s of %s (2A.4)", workloads(len(missed)), missed[0].Short(), missed[0].Ref.Namespace),
		Repair:  []analyze.Edit{{Object: pa.Ref, Verb: analyze.Remove, Field: "spec.selector"}},
	})
}

// reportLost reports the policy of a workload that loses the STRICT of the mesh.
func reportLost(p *analyze.Pass, told map[resolve.Ref]bool, w *inbound.Workload) {
	for _, s := range w.Chain.Steps {
		if !s.Applies || s.Scope != resolve.ScopeWorkload || told[s.By] {
			continue
		}
		told[s.By] = true
		why := "since neither it nor the namespace's policy sets a mode (2A.6)"
		if w.Default.Scope == resolve.ScopeNamespace {
			why = "since it sets no mode, and the namespace's policy has an empty selector (2C.6c)"
		}
		p.Report(analyze.Finding{
			Object: s.By, Origin: s.Origin, Field: "spec.portLevelMtls", Involved: []resolve.Ref{w.Ref, w.Default.By},
			Message: fmt.Sprintf("its exceptions take the STRICT of %s from every port of %s, %s", w.Default.By, w.Short(), why),
			Fix:     "give it a mode of its own: mtls: {mode: STRICT}",
			Repair:  []analyze.Edit{{Object: s.By, Verb: analyze.Set, Field: "spec.mtls.mode", Value: "STRICT"}},
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
			Message: fmt.Sprintf("port %d of %s is STRICT by it and accepts plaintext: under a STRICT mesh and no mode for the namespace istiod leaves the port to the mesh's policy, which the workload does not get (2C.6a)", w.Ports[i].Number, w.Short()),
			Fix:     "give it the mode STRICT, with its other ports PERMISSIVE in portLevelMtls",
		})
	}
}
