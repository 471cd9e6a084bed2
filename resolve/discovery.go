package resolve

import (
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Discovery is which namespaces istiod looks into at all (1.14). The zero
// discovery is all of them.
type Discovery struct {
	Selectors  []labels.Selector
	namespaces map[string]*Namespace
}

func NewDiscovery(config *meshv1alpha1.MeshConfig, namespaces map[string]*Namespace) Discovery {
	d := Discovery{namespaces: namespaces}
	for _, s := range config.GetDiscoverySelectors() {
		selector := &metav1.LabelSelector{MatchLabels: s.GetMatchLabels()}
		for _, e := range s.GetMatchExpressions() {
			selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
				Key: e.GetKey(), Operator: metav1.LabelSelectorOperator(e.GetOperator()), Values: e.GetValues(),
			})
		}
		if parsed, err := metav1.LabelSelectorAsSelector(selector); err == nil {
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
	for _, s := range d.Selectors {
		if s.Matches(labels.Set(ns.Labels)) {
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
