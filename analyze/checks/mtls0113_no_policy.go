package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// NoPolicy finds a mesh in which nobody ever said what ports take.
var NoPolicy = register(&analyze.Check{
	Code:     "MTLS0113",
	Name:     "no-policy",
	Severity: analyze.Warning,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindNamespace, resolve.KindMeshConfig},
	Title:    "A mesh without any PeerAuthentication: every port accepts plaintext",
	Why: `Without a policy Istio accepts mTLS and plaintext on every port of every sidecar. Traffic between sidecars is encrypted
anyway, which looks like protection, but any other client that reaches a pod is accepted in plaintext. In files it may
only mean that the policies are stored elsewhere, so it is a note there.`,
	Fix:      "add a PeerAuthentication to the root namespace: PERMISSIVE first, then follow mtlsctl migrate-plan to STRICT",
	Docs:     []string{"https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/"},
	Controls: inTransit,
	Before: shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay}]}
`,
	After: shopNamespace + plainWorkload + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: PERMISSIVE}
`,
	Run: func(p *analyze.Pass) {
		if len(p.PeerAuthentications()) > 0 {
			p.Workloads()
			p.Namespaces()
			return
		}
		var open []*inbound.Workload
		live := false
		for _, w := range p.Workloads() {
			if byDefault(w) && !p.AllExcepted(w) {
				open = append(open, w)
				live = live || w.Membership.Observed
			}
		}
		root := p.Namespace(p.RootNamespace())
		if len(open) == 0 {
			return
		}
		f := analyze.Finding{Object: resolve.Ref{Kind: resolve.KindNamespace, Name: p.RootNamespace()}, Origin: originOf(root, open[0]), Mild: !live, Involved: []resolve.Ref{open[0].Ref}, Affected: affectedWorkloads(open)}
		f.Message = fmt.Sprintf("there is no PeerAuthentication: plaintext is accepted by %s, such as %s of %s", workloads(len(open)), open[0].Short(), open[0].Ref.Namespace)
		f.Repair = []analyze.Edit{meshPolicy(p.RootNamespace(), "PERMISSIVE")}
		p.Report(f)
	},
})

// meshPolicy is a policy for the whole mesh.
func meshPolicy(root, mode string) analyze.Edit {
	ref := resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: root, Name: "default"}
	return analyze.Edit{Object: ref, Verb: analyze.Create, Value: map[string]any{
		"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
		"metadata": map[string]any{"name": ref.Name, "namespace": root}, "spec": map[string]any{"mtls": map[string]any{"mode": mode}},
	}}
}
