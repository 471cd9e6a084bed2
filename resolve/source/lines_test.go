package source_test

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

func wantLines(t *testing.T, o resolve.Object, want map[resolve.Field]int) {
	t.Helper()
	for f, line := range want {
		if got := o.Origin.Lines.Line(f); got != line {
			t.Errorf("line of %s is %d, want %d", f, got, line)
		}
	}
}

func TestAFieldKnowsItsLine(t *testing.T) {
	t.Parallel()
	in := readString(t, service+`---
# comment
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
spec:
  selector: {matchLabels: {app: web}}
  mtls: {mode: STRICT}
  portLevelMtls:
    8080: {mode: DISABLE}
    "9090":
      mode: STRICT
`)
	o := object(t, in, resolve.KindPeerAuthentication)
	wantLines(t, o, map[resolve.Field]int{
		"metadata": 8, "spec.mtls.mode": 14, "spec.portLevelMtls[8080].mode": 16, "spec.portLevelMtls[9090]": 17,
		"spec.portLevelMtls[9090].mode": 18, resolve.Path("metadata", "labels", "app.kubernetes.io/name"): 11, "spec.targetRef": 0,
	})
	if got := o.Origin.At("spec.mtls.nothing").String(); got != "<stdin>:14" {
		t.Errorf("the nearest written field is at %s", got)
	}
}

func TestAnItemOfAListKnowsItsLines(t *testing.T) {
	t.Parallel()
	in := readString(t, "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: shop}\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: web\n  spec:\n    ports:\n    - port: 80\n    - port: 90\n")
	wantLines(t, object(t, in, resolve.KindService), map[resolve.Field]int{
		"metadata.name": 10, "spec.ports[1].port": 14, "spec.ports[0]": 13, "items": 0,
	})
}

func TestAMergedFieldHasTheLineWhereItIsWritten(t *testing.T) {
	t.Parallel()
	in := readString(t, "apiVersion: v1\nkind: Service\nx: &x\n  app: web\n  tier: a\nmetadata: {name: web}\nspec:\n  selector:\n    <<: *x\n    tier: b\n")
	wantLines(t, object(t, in, resolve.KindService), map[resolve.Field]int{
		"spec.selector": 8, "spec.selector.app": 4, "spec.selector.tier": 10,
	})
}

func TestAJSONObjectKnowsItsLines(t *testing.T) {
	t.Parallel()
	in := readString(t, "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"a\"}}\n\n{\n \"apiVersion\": \"v1\",\n \"kind\": \"Service\",\n \"metadata\": {\n  \"name\": \"web\"\n }\n}\n")
	o := object(t, in, resolve.KindService)
	wantLines(t, o, map[resolve.Field]int{"kind": 5, "metadata.name": 7})
	if o.Origin.First != 3 {
		t.Errorf("it begins in line %d", o.Origin.First)
	}
}

func TestMeshConfigurationKnowsTheLinesOfItsFields(t *testing.T) {
	t.Parallel()
	in := readString(t, `apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |-
    # a comment
    rootNamespace: root
    defaultConfig:
      proxyMetadata: {A: b}
`)
	wantLines(t, object(t, in, resolve.KindMeshConfig), map[resolve.Field]int{
		"rootNamespace": 9, "defaultConfig.proxyMetadata": 11, "data.mesh": 7, "metadata.name": 4,
	})
}

func TestDefaultNamespace(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\n" + policy + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, namespace: odd}\n"})
	in := read(t, source.Options{Files: []string{dir}, Namespace: "prod"})
	wantSummary(t, in, "1 Service prod/web", "5 PeerAuthentication shop/web", "10 Namespace shop")
	if in.Stats.Defaulted != 1 {
		t.Errorf("%d objects were given the default namespace, want 1", in.Stats.Defaulted)
	}
}
