package render_test

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// city is a report about n workloads of three ports each, as large meshes are:
// many namespaces, few policies, most ports decided by the namespace.
func city(n int) render.Workloads {
	var workloads []*inbound.Workload
	for i := range n {
		workloads = append(workloads, house(i))
	}
	return render.Workloads{Mesh: mesh.Build(resolve.Options{}, nil), Lines: render.LinesOf(workloads)}
}

func house(i int) *inbound.Workload {
	ns, name := fmt.Sprintf("team-%03d", i/50), fmt.Sprintf("service-%05d", i)
	origin := resolve.Origin{File: ns + "/policies.yaml", First: 3}
	mode := []resolve.Mode{resolve.Strict, resolve.Permissive, resolve.Disable}[i%3]
	d := resolve.Decision{
		Mode: mode, Scope: resolve.ScopeNamespace, By: resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: ns, Name: "default"},
		Field: "spec.mtls.mode", Origin: origin, Why: resolve.Reason{Cause: resolve.CauseNoPolicy},
		Shadowed: []resolve.Shadow{{By: resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: "istio-system", Name: "default"}, Field: "spec.mtls.mode", Mode: resolve.Permissive, Why: resolve.Reason{Cause: resolve.CauseApplies}}},
	}
	w := &inbound.Workload{
		Ref:            resolve.Ref{Kind: resolve.KindDeployment, Namespace: ns, Name: name},
		Labels:         map[string]string{"app": name, "version": "v1"},
		ServiceAccount: name, Default: d,
		Membership: resolve.Membership{Dataplane: resolve.DataplaneSidecar, Why: resolve.Reason{Cause: resolve.CauseNamespaceInjects}},
	}
	for p := range int32(3) {
		w.Ports = append(w.Ports, inbound.Port{
			Number: 8080 + p, Name: "http", Protocol: resolve.ProtocolHTTP, Decision: d,
			Services: []inbound.ServicePort{{Namespace: ns, Name: name, Port: 80 + p}},
		})
	}
	return w
}
