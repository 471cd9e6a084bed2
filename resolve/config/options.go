package config

import (
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// Options is what the caller knows beyond the objects. The zero Options assume
// nothing: mesh configuration from the objects, revisions unknown.
type Options struct {
	// RootNamespace overrides the mesh configuration's.
	RootNamespace string
	// MeshConfig overrides any that is among the objects.
	MeshConfig *meshv1alpha1.MeshConfig
	// Revisions are the control planes that exist, by name or tag, mapped to the
	// revision they stand for. Empty: unknown, any revision that a label names is
	// taken to exist.
	Revisions map[string]string
	// Istio are the versions of control planes, by revision or tag; the key "" is all others.
	// They override what the objects show.
	Istio map[string]release.Version
	// InjectedByDefault is the injector's enableNamespacesByDefault (1.4e).
	InjectedByDefault bool
	// Assume answers for namespaces whose Namespace object is missing, by name;
	// the key "" answers for all others. Values: DataplaneSidecar, DataplaneNone.
	Assume map[string]resolve.Dataplane
	// Cluster names the mesh among those of other clusters, "" where there is one only.
	Cluster string
	// Gaps are the kinds that could not be read: what depends on them is unknown.
	Gaps []resolve.Gap
	// NoShared are ConfigMaps, namespace/name, that an istiod names as shared mesh configuration and
	// that are known not to exist.
	NoShared []string
	// Editable keeps the whole input, so that Mesh.With can change objects of every kind.
	Editable bool
}
