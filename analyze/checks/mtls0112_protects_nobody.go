package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// ProtectsNobody finds policies that demand mTLS where no proxy could (1.3, 2.1).
var ProtectsNobody = register(&analyze.Check{
	Code:     "MTLS0112",
	Name:     "protects-nobody",
	Severity: analyze.Warning,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload},
	Local:    true,
	Title:    "A STRICT policy applies only to workloads without a proxy",
	Why: `The proxy of a workload enforces a PeerAuthentication. Without a proxy nothing enforces it: the ports accept what the
application accepts, from any client, and the policy looks like a protection that does not exist.`,
	Fix:      "inject sidecars (or join ambient) and restart the pods; if the workloads are outside the mesh on purpose, delete the policy",
	Docs:     []string{"https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/"},
	Controls: inTransit,
	Before: nakedWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	After: nakedWorld,
	Run: func(p *analyze.Pass) {
		byNamespace := workloadsByNamespace(p)
		for _, pa := range p.PeerAuthentications() {
			if !demands(pa) || pa.Rejected != "" || pa.Undiscovered || pa.Scope == resolve.ScopeMesh {
				continue
			}
			if of := meantBy(p, pa, byNamespace); len(of) > 0 && !slices.ContainsFunc(of, mayHaveProxy) {
				cause := allWithoutProxy(of)
				p.Report(analyze.Finding{
					Object: pa.Ref, Origin: pa.Origin, Field: demandField(pa), Affected: affectedWorkloads(of), Cause: cause, Fix: proxyFix(of, cause, "the policy"),
					Message: fmt.Sprintf("applies to %s (%s) without a proxy (%s): nothing enforces STRICT, and their ports accept plaintext", workloads(len(of)), firstNames(of), words.Because(of[0].Membership.Why)),
				})
			}
		}
	},
})

const nakedWorld = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db, ports: [{containerPort: 5432}]}]}
---
`

// demands reports a policy that makes any port STRICT.
func demands(pa *inbound.PeerAuthentication) bool {
	return pa.Mode == resolve.Strict || slices.ContainsFunc(pa.Ports, func(p inbound.PortMode) bool { return p.Mode == resolve.Strict })
}

// demandField is where it does.
func demandField(pa *inbound.PeerAuthentication) resolve.Field {
	if pa.Mode == resolve.Strict {
		return pa.ModeField()
	}
	i := slices.IndexFunc(pa.Ports, func(p inbound.PortMode) bool { return p.Mode == resolve.Strict })
	return pa.PortField(pa.Ports[i].Port)
}

// meantBy are the workloads that a policy of a namespace is for.
func meantBy(p *analyze.Pass, pa *inbound.PeerAuthentication, byNamespace map[string][]*inbound.Workload) []*inbound.Workload {
	if pa.Scope == resolve.ScopeWorkload {
		return p.Mesh().Selected(pa)
	}
	return byNamespace[pa.Ref.Namespace]
}

func mayHaveProxy(w *inbound.Workload) bool {
	return w.Membership.Dataplane != resolve.DataplaneNone
}
