package mesh_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// clusterOf is one cluster of YAML.
func clusterOf(t *testing.T, name, text string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	if err != nil || len(in.Problems) > 0 {
		t.Fatal(err, in.Problems)
	}
	return mesh.Build(config.Options{Cluster: name}, in.Objects)
}

// calls is every call of a mesh, in words.
func calls(m *mesh.Mesh) []string {
	var out []string
	for c := range m.Connections(outbound.Filter{}) {
		server := "nobody"
		if c.Server != nil {
			server = c.Server.String()
		}
		out = append(out, fmt.Sprintf("%s -> %s:%d at %s: %s into %s, %s", c.Client, strings.TrimSuffix(c.Host.Name, ".svc.cluster.local"), c.Port.Number, server, c.Sends.TLS, c.Serves.Mode, c.Outcome.Verdict))
	}
	return out
}

const shopWithPay = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, image: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}]}
`

func mode(m string) string {
	return `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: ` + m + `}}
`
}

// TestJoin: in several clusters of one mesh a Service of one name is one Service;
// each cluster's clients read the configuration of their own, and each server
// serves by that of its own.
func TestJoin(t *testing.T) {
	t.Parallel()
	rule := `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec: {host: pay, trafficPolicy: {tls: {mode: DISABLE}}}
`
	extra := strings.ReplaceAll(shopWithPay, "pay", "extra")
	m := mesh.Join(clusterOf(t, "east", shopWithPay+mode("STRICT")+"---"+extra), clusterOf(t, "west", shopWithPay+mode("PERMISSIVE")+rule))
	want := []string{
		"2 workloads of shop in east -> extra.shop:80 at deploy/extra in east: ISTIO_MUTUAL into STRICT, mtls",
		"2 workloads of shop in east -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into STRICT, mtls",
		"2 workloads of shop in east -> pay.shop:80 at deploy/pay in west: ISTIO_MUTUAL into PERMISSIVE, mtls",
		"deploy/pay of shop in west -> extra.shop:80 at deploy/extra in east: ISTIO_MUTUAL into STRICT, mtls",
		"deploy/pay of shop in west -> pay.shop:80 at deploy/pay in east: PLAINTEXT into STRICT, broken",
		"deploy/pay of shop in west -> pay.shop:80 at deploy/pay in west: PLAINTEXT into PERMISSIVE, plaintext",
	}
	if got := calls(m); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n := len(m.Workloads()); n != 3 {
		t.Errorf("%d workloads, want 3", n)
	}
	if n := len(m.Hosts()); n != 2 {
		t.Errorf("%d hosts, want 2: pay is one Service", n)
	}
}

// TestJoinKeepsMeshesApart: clusters of different trust domains share no Services.
func TestJoinKeepsMeshesApart(t *testing.T) {
	t.Parallel()
	other := `---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "trustDomain: other"}
`
	m := mesh.Join(clusterOf(t, "east", shopWithPay), clusterOf(t, "west", shopWithPay+other))
	want := []string{
		"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls",
		"deploy/pay of shop in west -> pay.shop:80 at deploy/pay in west: ISTIO_MUTUAL into PERMISSIVE, mtls",
	}
	if got := calls(m); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestJoinOfOne is the mesh itself.
func TestJoinOfOne(t *testing.T) {
	t.Parallel()
	m := clusterOf(t, "", shopWithPay)
	if mesh.Join(m) != m {
		t.Error("one cluster was joined with itself")
	}
}
