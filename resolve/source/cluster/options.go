package cluster

import (
	"time"

	"k8s.io/client-go/rest"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Options says which cluster to read, and how.
type Options struct {
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
