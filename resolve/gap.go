package resolve

import (
	"cmp"
	"slices"
	"strings"
)

// Gap is a kind that could not be read, everywhere or in some namespaces: what
// depends on it is unknown. The zero Gap is none.
type Gap struct {
	// Cluster is the cluster that it is about, "" where only one was read.
	Cluster string `json:"cluster,omitempty"`
	Kind    Kind   `json:"kind"`
	// Resource is the kind as the API server calls it: "destinationrules.networking.istio.io".
	Resource string `json:"resource"`
	// Namespaces are those that are missing; nil means all but those of Except.
	Namespaces []string `json:"namespaces,omitempty"`
	Except     []string `json:"except,omitempty"`
	// Reason is why, in a word or two: "forbidden".
	Reason string `json:"reason"`
}

// String is the sentence that names the gap: "cannot list
// destinationrules.networking.istio.io in all namespaces: forbidden".
func (g Gap) String() string {
	if g.Kind == "" {
		return "cannot read cluster " + g.Cluster + ": " + g.Reason
	}
	return "cannot list " + g.Resource + g.Where() + ": " + g.Reason
}

// Where says in which namespaces the kind is missing, "" for one without namespace.
func (g Gap) Where() string {
	if g.Cluster != "" {
		in := g.Cluster
		g.Cluster = ""
		return g.Where() + " of cluster " + in
	}
	switch {
	case g.Kind == KindNamespace || g.Kind == KindMutatingWebhook:
		return ""
	case len(g.Namespaces) > 0:
		return " in namespace " + firstNames(g.Namespaces)
	case len(g.Except) > 0:
		return " outside of namespace " + firstNames(g.Except)
	}
	return " in all namespaces"
}

func firstNames(names []string) string {
	if len(names) > 5 {
		return strings.Join(names[:5], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

// Covers reports whether objects of a namespace are missing.
func (g Gap) Covers(namespace string) bool {
	if g.Namespaces == nil {
		return !slices.Contains(g.Except, namespace)
	}
	return slices.Contains(g.Namespaces, namespace)
}

// Compare orders gaps by kind and namespaces.
func (g Gap) Compare(o Gap) int {
	return cmp.Or(cmp.Compare(g.Cluster, o.Cluster), cmp.Compare(g.Kind, o.Kind), slices.Compare(g.Namespaces, o.Namespaces), slices.Compare(g.Except, o.Except), cmp.Compare(g.Reason, o.Reason))
}

// gaps answers what is missing where.
type gaps []Gap

// at is the first gap of a kind in a namespace, nil when everything was read.
func (g gaps) at(kind Kind, namespace string) *Gap {
	for i := range g {
		if g[i].Kind == kind && g[i].Covers(namespace) {
			return &g[i]
		}
	}
	return nil
}

// Gaps are the kinds that could not be read, sorted.
func (m *Mesh) Gaps() []Gap { return m.gaps }

// Gap is what is missing of a kind anywhere, nil when all of it was read.
func (m *Mesh) Gap(kind Kind) *Gap {
	i := slices.IndexFunc(m.gaps, func(g Gap) bool { return g.Kind == kind })
	if i < 0 {
		return nil
	}
	return &m.gaps[i]
}
