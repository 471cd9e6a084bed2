package config

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// NodeAgent is what the ConfigMap istio-cni-config says of istio-cni, which adds pods to ambient.
type NodeAgent struct {
	metav1.ObjectMeta
	// Excluded are the namespaces whose pods istio-cni leaves alone (2B.3).
	Excluded []string
}

// excludedOf are the namespaces that the istio-cni of the input excludes, else the chart's default.
func excludedOf(c *Collection) []string {
	for _, o := range c.Others[resolve.KindNodeAgent] {
		return o.Value.(*NodeAgent).Excluded
	}
	return resolve.UnenrolledNamespaces
}

// Unenrolled reports a namespace whose pods istio-cni does not add to ambient. istio-cni is taken to
// be of the version of the default control plane.
func (k *Control) Unenrolled(namespace string) bool {
	return k.Of(resolve.DefaultRevision).Has(release.ExcludedNamespaces) && slices.Contains(k.excluded, namespace)
}

// Leaves reports a namespace whose pods leave ambient as soon as a version runs that the caller
// gives: they are enrolled now.
func (k *Control) Leaves(namespace string) bool {
	return k.Of(resolve.DefaultRevision).Release.Told && k.Unenrolled(namespace)
}
