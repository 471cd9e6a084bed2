package dump

import (
	"crypto/sha256"

	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// cache remembers clusters and endpoints by their text: most proxies of a mesh have the same, which
// are decoded, and kept, once.
type cache struct {
	clusters  map[[sha256.Size]byte]*knownCluster
	endpoints map[[sha256.Size]byte]*knownEndpoints
}

// knownCluster is what a text came to; leads is false for one that leads to no host of the mesh.
type knownCluster struct {
	cluster proxy.Cluster
	leads   bool
	name    string
	// load are the endpoints that are written into it, nil for none.
	load []proxy.Endpoint
	err  error
}

// knownEndpoints are the endpoints of a cluster, "" for one that is of no interest.
type knownEndpoints struct {
	cluster string
	list    []proxy.Endpoint
	err     error
}

func newCache() *cache {
	return &cache{map[[sha256.Size]byte]*knownCluster{}, map[[sha256.Size]byte]*knownEndpoints{}}
}

// once is what a text came to, worked out the first time.
func once[T any](known map[[sha256.Size]byte]T, text []byte, make func() T) T {
	key := sha256.Sum256(text)
	one, ok := known[key]
	if !ok {
		one = make()
		known[key] = one
	}
	return one
}
