package source

import (
	"time"

	"k8s.io/client-go/rest"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// ClusterOptions says which cluster to read, and how.
type ClusterOptions struct {
	// Config is how to reach the API server, nil reads no cluster.
	Config *rest.Config
	// Context is the name by which the user knows the cluster.
	Context string
	// Namespace is read alone where nothing can be listed cluster-wide.
	Namespace string
	// IstioNamespace is where istiod runs; "" finds it.
	IstioNamespace string
	// ChunkSize is how many objects one request asks for; 0 is 500.
	ChunkSize int64
	// MaxAnswer is how many bytes one answer may have, unpacked; 0 is 512 MiB.
	MaxAnswer int64
	// Cached lets the API server answer from its cache (resourceVersion=0): quicker
	// for etcd, perhaps a moment old, and in one page.
	Cached bool
	// Timeout is how long the caller's context gives the whole reading, for what is said
	// when it ends; 0 says no figure.
	Timeout time.Duration
	// Full keeps what no answer depends on: images, environments, all annotations.
	Full bool
	// Keep keeps custom resources as they were sent, for a snapshot.
	Keep bool
	// Merge keeps what files can be merged onto; see Options.
	Merge bool
	// Progress is told what has been read so far, from several goroutines; nil is
	// told nothing.
	Progress func(Progress)
}

// Progress is how far the list of one kind has come.
type Progress struct {
	Kind    resolve.Kind
	Objects int
	Pages   int
	Done    bool
}

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
	// Gaps are the kinds that could not be read.
	Gaps []resolve.Gap `json:"gaps,omitempty"`
}
