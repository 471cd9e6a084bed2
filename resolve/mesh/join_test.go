package mesh_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
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

// service is a Service pay with one port, and what its spec and metadata say besides.
func service(port, more string) string {
	return strings.Replace(shopWithPay, "{selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}]}", "{selector: {app: pay}, ports: [{"+port+", targetPort: 8080}]"+more+"}", 1)
}

// local is a mesh configuration that keeps hosts in their cluster.
const local = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "serviceSettings: [{settings: {clusterLocal: true}, hosts: ['*.shop.svc.cluster.local']}]"}
`

// network puts a cluster into a network, with a gateway into it.
func network(name string) string {
	return `---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system, labels: {topology.istio.io/network: ` + name + `}}
---
apiVersion: v1
kind: Service
metadata: {name: eastwest, namespace: istio-system, labels: {topology.istio.io/network: ` + name + `}}
spec: {type: LoadBalancer, ports: [{name: tls, port: 15443}]}
`
}

// TestJoinByClientsCluster: what a Service is, the cluster of its client says (3.9).
func TestJoinByClientsCluster(t *testing.T) {
	t.Parallel()
	unlabelled := func(text string) string {
		return strings.Replace(text, "metadata: {labels: {app: pay}}", "metadata: {labels: {app: pay, security.istio.io/tlsMode: disabled}}", 1)
	}
	onlyWest := strings.ReplaceAll(service("name: http, port: 80", ""), "name: pay", "name: west")
	for name, c := range map[string]struct {
		east, west, third string
		want              []string
	}{
		"ports by name": {service("name: http, port: 80", ""), service("name: http, port: 8000", ""), "", []string{
			"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in west: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in west -> pay.shop:8000 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in west -> pay.shop:8000 at deploy/pay in west: ISTIO_MUTUAL into PERMISSIVE, mtls",
		}},
		"other names": {service("name: http, port: 80", ""), service("name: tcp, port: 80", ""), "", []string{
			"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in west -> pay.shop:80 at deploy/pay in west: ISTIO_MUTUAL into PERMISSIVE, mtls",
		}},
		"local to the cluster": {shopWithPay + local, shopWithPay, "", []string{
			"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in west -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in west -> pay.shop:80 at deploy/pay in west: ISTIO_MUTUAL into PERMISSIVE, mtls",
		}},
		"left out at the gateway": {shopWithPay + network("n1"), unlabelled(shopWithPay) + network("n2"), "", []string{
			"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in west: NOTHING into PERMISSIVE, broken",
			"deploy/pay of shop in west -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in west -> pay.shop:80 at deploy/pay in west: PLAINTEXT into PERMISSIVE, plaintext",
		}},
		"disputed": {strings.ReplaceAll(shopWithPay, "kind: Service\n", "kind: Service_\n"), onlyWest, strings.Replace(onlyWest, "name: http,", "name: tcp,", 1), []string{
			"deploy/west of shop in third -> west.shop:80 at deploy/west in third: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/west of shop in west -> west.shop:80 at deploy/west in west: ISTIO_MUTUAL into PERMISSIVE, mtls",
			"deploy/pay of shop in east -> west.shop:80 at deploy/west in west: UNKNOWN into PERMISSIVE, unknown",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parts := []*mesh.Mesh{clusterOf(t, "east", strings.ReplaceAll(c.east, "Service_", "Ignored")), clusterOf(t, "west", c.west)}
			if c.third != "" {
				parts = append(parts, clusterOf(t, "third", c.third))
			}
			got := slices.DeleteFunc(calls(mesh.Join(parts...)), func(s string) bool { return strings.Contains(s, "eastwest") })
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestJoinWithoutACluster: a cluster that could not be read makes unknown what may depend on its
// endpoints, and nothing else (3.9.1).
func TestJoinWithoutACluster(t *testing.T) {
	t.Parallel()
	headless := service("name: http, port: 80", ", clusterIP: None")
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"endpoint by endpoint": {shopWithPay, []string{"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in east: ISTIO_MUTUAL into PERMISSIVE, mtls"}},
		"one setting for all":  {headless, []string{"deploy/pay of shop in east -> pay.shop:80 at deploy/pay in east: UNKNOWN into PERMISSIVE, unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(c.text)})
			if err != nil || len(in.Problems) > 0 {
				t.Fatal(err, in.Problems)
			}
			gaps := []resolve.Gap{{Cluster: "west", Reason: "forbidden"}}
			one := mesh.Build(config.Options{Cluster: "east", Gaps: gaps}, in.Objects)
			if got := calls(mesh.Join(one)); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			other := mesh.Build(config.Options{Cluster: "south", Gaps: gaps}, nil)
			again := mesh.Build(config.Options{Cluster: "east", Gaps: gaps}, in.Objects)
			if told := mesh.Join(again, other).Gaps(); len(told) != 1 {
				t.Errorf("%d gaps, want 1: %v", len(told), told)
			}
		})
	}
}
