package resolve

import (
	"cmp"
	"slices"
	"strings"
)

// Gap is a kind that could not be read, everywhere or in some namespaces, or the
// configuration of one control plane: what depends on it is unknown. The zero Gap is none.
type Gap struct {
	// Cluster is the cluster that it is about, "" where only one was read.
	Cluster string `json:"cluster,omitempty"`
	Kind    Kind   `json:"kind"`
	// Resource is the kind as the API server calls it: "destinationrules.networking.istio.io".
	Resource string `json:"resource"`
	// Namespaces are those that are missing; nil means all but those of Except.
	Namespaces []string `json:"namespaces,omitempty"`
	Except     []string `json:"except,omitempty"`
	// Revision is the control plane whose configuration it is about, "" for a gap of
	// another kind. Resource is then the object's: "configmaps/istio-canary".
	Revision string `json:"revision,omitempty"`
	// Reason is why, in a word or two: "forbidden".
	Reason string `json:"reason"`
}

// String is the sentence that names the gap: "cannot list
// destinationrules.networking.istio.io in all namespaces: forbidden".
func (g Gap) String() string {
	if g.Kind == "" {
		return "cannot read cluster " + g.Cluster + ": " + g.Reason
	}
	if g.Revision != "" {
		return "cannot read " + g.Object() + g.of() + ", " + configures(g.Kind) + " of revision " + g.Revision + ": " + g.Reason
	}
	return "cannot list " + g.Resource + g.Where() + ": " + g.Reason
}

// Object names what holds the configuration that could not be read: "ConfigMap
// istio-system/istio-canary".
func (g Gap) Object() string {
	return "ConfigMap " + strings.Join(append(slices.Clone(g.Namespaces), strings.TrimPrefix(g.Resource, "configmaps/")), "/")
}

// of names the cluster among several.
func (g Gap) of() string {
	if g.Cluster == "" {
		return ""
	}
	return " of cluster " + g.Cluster
}

func configures(k Kind) string {
	if k == KindInjector {
		return "the sidecar injector's configuration"
	}
	return "the mesh configuration"
}

// Where says in which namespaces the kind is missing, "" for one without namespace.
func (g Gap) Where() string {
	if g.Cluster != "" {
		in := g.of()
		g.Cluster = ""
		return g.Where() + in
	}
	switch {
	case g.Revision != "" || g.Kind == KindNamespace || g.Kind == KindMutatingWebhook:
		return ""
	case len(g.Namespaces) > 0:
		return " in namespace " + firstNames(g.Namespaces)
	case len(g.Except) > 0:
		return " outside namespace " + firstNames(g.Except)
	}
	return " in all namespaces"
}

func firstNames(names []string) string {
	if len(names) > 5 {
		return strings.Join(names[:5], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

// Covers reports whether objects of a namespace are missing. The configuration of a
// control plane is about every namespace.
func (g Gap) Covers(namespace string) bool {
	if g.Revision != "" {
		return true
	}
	if g.Namespaces == nil {
		return !slices.Contains(g.Except, namespace)
	}
	return slices.Contains(g.Namespaces, namespace)
}

// Compare orders gaps by kind and namespaces.
func (g Gap) Compare(o Gap) int {
	return cmp.Or(cmp.Compare(g.Cluster, o.Cluster), cmp.Compare(g.Kind, o.Kind), cmp.Compare(g.Revision, o.Revision), slices.Compare(g.Namespaces, o.Namespaces), slices.Compare(g.Except, o.Except), cmp.Compare(g.Reason, o.Reason))
}

// Gaps answers what is missing where.
type Gaps []Gap

// At is the first gap of a kind in a namespace, nil when everything was read.
func (g Gaps) At(kind Kind, namespace string) *Gap {
	for i := range g {
		if g[i].Kind == kind && g[i].Covers(namespace) {
			return &g[i]
		}
	}
	return nil
}
