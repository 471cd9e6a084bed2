package config

import (
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	"k8s.io/apimachinery/pkg/labels"
)

// Discovery is which namespaces istiod looks into at all (1.14). The zero
// discovery is all of them.
type Discovery struct {
	Selectors  []labels.Selector
	namespaces map[string]*Namespace
}

// NewDiscovery reads which namespaces istiod looks into (1.9).
func NewDiscovery(config *meshv1alpha1.MeshConfig, namespaces map[string]*Namespace) Discovery {
	d := Discovery{namespaces: namespaces}
	for _, s := range config.GetDiscoverySelectors() {
		if parsed, err := meshSelector(s); err == nil {
			d.Selectors = append(d.Selectors, parsed)
		}
	}
	return d
}

// Hides reports whether istiod does not see what is in a namespace. Where the
// Namespace object is missing nobody can tell, and its objects count.
func (d Discovery) Hides(namespace string) bool {
	ns := d.namespaces[namespace]
	if len(d.Selectors) == 0 || ns == nil || !ns.Known {
		return false
	}
	set := ns.labelSet()
	for _, s := range d.Selectors {
		if s.Matches(set) {
			return false
		}
	}
	return true
}

// without leaves out the objects of hidden namespaces.
func without[T any](d Discovery, objects []Typed[T]) []Typed[T] {
	if len(d.Selectors) == 0 {
		return objects
	}
	var seen []Typed[T]
	for _, o := range objects {
		if !d.Hides(o.Object.Value.GetNamespace()) {
			seen = append(seen, o)
		}
	}
	return seen
}
