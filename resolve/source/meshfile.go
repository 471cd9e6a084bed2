package source

import (
	"fmt"
	"os"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// ReadMeshConfig reads the file of --mesh-config: the first document that is
// or holds a mesh configuration. Here a problem is an error, for the user said
// that this file counts.
func ReadMeshConfig(name string) (*meshv1alpha1.MeshConfig, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read mesh configuration %s: %w", name, reason(err))
	}
	return manifest.MeshConfigIn(name, data)
}
