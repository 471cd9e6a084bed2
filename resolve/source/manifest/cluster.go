package manifest

import "github.com/mtlsctl/mtlsctl/resolve"

// Cluster says what an Input read of a cluster, whether alive or from a snapshot.
// Its zero value is no cluster.
type Cluster struct {
	// Name is the kubeconfig context.
	Name string `json:"name"`
	// Server is the address that it was read from, ID what tells it from other clusters,
	// whatever their address: the UID of namespace kube-system, "" where that could not be read.
	Server string `json:"-"`
	ID     string `json:"-"`
	// Old is true for a snapshot without digest: of custom resources it has no annotations
	// but Istio's, and nothing shows whether it is whole.
	Old bool `json:"-"`
	// Namespace is the one that was asked about where nothing else is said: the
	// context's. Objects without a namespace are applied to it.
	Namespace string `json:"namespace,omitempty"`
	// IstioNamespace is where the control plane was found, "" when it was not.
	IstioNamespace string `json:"istioNamespace"`
	// Defaults says for which configuration Istio's defaults stand in, and why: "mesh
	// configuration: Istio's defaults (ConfigMap istio-system/istio: forbidden)"; ""
	// when all of it was read.
	Defaults string `json:"defaults,omitempty"`
	// Absent are the kinds that the cluster does not serve.
	Absent []string `json:"absent,omitempty"`
	// NoShared are ConfigMaps, namespace/name, that an istiod names as shared mesh configuration and the
	// cluster does not have: nothing lies under istiod's own.
	NoShared []string `json:"noSharedMeshConfig,omitempty"`
	// Gaps are the kinds that could not be read.
	Gaps []resolve.Gap `json:"gaps,omitempty"`
}
