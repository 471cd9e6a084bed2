package resolve

import (
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
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
	// InjectedByDefault is the injector's enableNamespacesByDefault (1.4e).
	InjectedByDefault bool
	// Assume answers for namespaces whose Namespace object is missing, by name;
	// the key "" answers for all others. Values: DataplaneSidecar, DataplaneNone.
	Assume map[string]Dataplane
}

// Builder collects objects and makes a Mesh of them. Not safe for concurrent
// use.
type Builder struct {
	opts    Options
	objects []Object
}

// NewBuilder returns an empty Builder.
func NewBuilder(opts Options) *Builder { return &Builder{opts: opts} }

// Add takes one object; see Object for the Go type that each kind carries.
// Objects of the same kind, namespace and name replace each other, the last one
// wins, and the Mesh reports it.
func (b *Builder) Add(o Object) { b.objects = append(b.objects, o) }

// Build resolves everything. The order of Add matters only for duplicates.
func (b *Builder) Build() *Mesh { return &Mesh{} }
