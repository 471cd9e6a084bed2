package input

import (
	"maps"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// Completion settles which namespaces inject where files leave it open, nil where they do
// not. What is read of a cluster is taken as it is: what it does not show is a gap.
func (l *Loaded) Completion(objects []resolve.Object) *analyze.Completion {
	if l.Cluster != nil {
		return nil
	}
	open := l.Mesh.Unsettled()
	if len(open) == 0 {
		return nil
	}
	assumed := func(d resolve.Dataplane) *mesh.Mesh {
		options := l.Flags.resolveOptions(&source.Input{MeshConfig: l.meshConfig})
		options.Assume = maps.Clone(options.Assume)
		for _, u := range open {
			options.Assume[u.Namespace] = d
		}
		return mesh.Build(options, objects)
	}
	return &analyze.Completion{
		Open: open, Injected: assumed(resolve.DataplaneSidecar),
		Bare: func() *mesh.Mesh { return assumed(resolve.DataplaneNone) },
	}
}

// lacksNamespace reports whether an object lives in a namespace whose own object is not
// among them.
func lacksNamespace(objects []resolve.Object) bool {
	known := map[string]bool{"": true}
	for _, o := range objects {
		if o.Kind == resolve.KindNamespace {
			known[o.Value.GetName()] = true
		}
	}
	for _, o := range objects {
		if !known[o.Value.GetNamespace()] {
			return true
		}
	}
	return false
}
