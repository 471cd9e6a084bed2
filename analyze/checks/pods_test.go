package checks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// halfInjected is a Deployment of which one pod is older than the label of its namespace, and
// a bare pod like it.
const halfInjected = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-5d4f8c7b9-aaaaa, namespace: shop, labels: {app: web, pod-template-hash: 5d4f8c7b9}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4f8c7b9, uid: a, controller: true}]}
spec: {nodeName: n, containers: [{name: web}]}
status: {phase: Running, podIP: 10.0.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: web-5d4f8c7b9-bbbbb, namespace: shop, labels: {app: web, pod-template-hash: 5d4f8c7b9}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4f8c7b9, uid: a, controller: true}]}
spec: {nodeName: n, containers: [{name: web}, {name: istio-proxy, args: [proxy, sidecar]}]}
status: {phase: Running, podIP: 10.0.0.2}
---
apiVersion: v1
kind: Pod
metadata: {name: alone, namespace: shop, labels: {app: alone}}
spec: {nodeName: n, containers: [{name: web}]}
status: {phase: Running, podIP: 10.0.0.3}
`

// TestPods: a finding about some pods of a workload says of how many, and a label of the
// namespace is no field of the workload. Objects of a cluster have no place in a file by
// which these could be told apart.
func TestPods(t *testing.T) {
	t.Parallel()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(halfInjected)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range in.Objects {
		in.Objects[i].Origin = resolve.Origin{}
	}
	found, _ := analyze.One(mesh.Build(config.Options{}, in.Objects), checks.ByCode("MTLS0301"))
	want := map[string]string{
		"Deployment shop/web": `1 of 2 pods has no sidecar although its namespace injects one: the pod has no istio-proxy container although namespace label istio-injection=enabled: the pod is older than that setting, or injection failed (Namespace shop, metadata.labels["istio-injection"])`,
		"Pod shop/alone":      `has no sidecar although its namespace injects one: the pod has no istio-proxy container although namespace label istio-injection=enabled: the pod is older than that setting, or injection failed (Namespace shop, metadata.labels["istio-injection"])`,
	}
	if len(found) != len(want) {
		t.Errorf("%d findings", len(found))
	}
	for _, f := range found {
		if f.Message != want[f.Object.String()] || f.Field != "" || !slices.Contains(f.Involved, resolve.Ref{Kind: resolve.KindNamespace, Name: "shop"}) {
			t.Errorf("%s, field %q: %s", f.Object, f.Field, f.Message)
		}
	}
}
