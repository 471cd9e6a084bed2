package source

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

const networksYAML = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  meshNetworks: |
    networks:
      n1:
        endpoints: [{fromRegistry: east}, {fromCidr: 10.0.0.0/8}]
        gateways: [{address: 203.0.113.1, port: 15443}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data:
  values: '{"global": {"network": "n1", "multiCluster": {"clusterName": "east"}}}'
`

// The networks of a mesh are in two ConfigMaps (3.4.7).
func TestNetworks(t *testing.T) {
	t.Parallel()
	in, err := Read(t.Context(), Options{Files: []string{"-"}, Stdin: strings.NewReader(networksYAML)})
	if err != nil || len(in.Problems) > 0 || len(in.Objects) != 2 {
		t.Fatalf("got %d objects, problems %v, error %v", len(in.Objects), in.Problems, err)
	}
	n := in.Objects[0].Value.(*resolve.MeshConfig).Networks.GetNetworks()["n1"]
	if n.GetEndpoints()[0].GetFromRegistry() != "east" || n.GetEndpoints()[1].GetFromCidr() != "10.0.0.0/8" || n.GetGateways()[0].GetAddress() != "203.0.113.1" {
		t.Errorf("networks: got %v", n)
	}
	if i := in.Objects[1].Value.(*config.Injector); i.Network != "n1" || i.Cluster != "east" {
		t.Errorf("injector: got network %q of cluster %q", i.Network, i.Cluster)
	}
}

func TestBrokenNetworksAreAProblem(t *testing.T) {
	t.Parallel()
	text := strings.Replace(networksYAML, "endpoints: [{", "endpoints: [{{", 1)
	in, err := Read(t.Context(), Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	if err != nil || len(in.Problems) != 1 || !strings.Contains(in.Problems[0].Message, "networks configuration is not valid YAML") {
		t.Errorf("got problems %v, error %v", in.Problems, err)
	}
}
