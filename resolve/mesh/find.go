package mesh

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Thing is one thing that a name may mean. Exactly one of the pointers, Workloads or
// Authorization is set, none where only the Ref is known (see NamesOf).
type Thing struct {
	Ref       resolve.Ref
	Workloads []*inbound.Workload // the variants of one workload; of a pod the one that it belongs to
	Service   *inbound.Service
	Namespace *config.Namespace
	Policy    *inbound.PeerAuthentication
	Rule      *outbound.DestinationRule
	Host      *outbound.Host
	// Authorization is true for an AuthorizationPolicy: the mesh resolves none.
	Authorization bool

	rank int // a name alone means the thing of lowest rank
}

// Where says where names without a namespace are looked for. The zero value looks in all
// namespaces.
type Where struct {
	Namespace string
}

// shows reports whether a name alone may mean a thing. What lives in no namespace is
// everywhere.
func (w Where) shows(r resolve.Ref) bool {
	return w.Namespace == "" || r.Namespace == "" || r.Namespace == w.Namespace
}

// Names are things by name: whoever looks several names up makes them once.
type Names struct {
	mesh   *Mesh // nil for names alone, see NamesOf
	where  Where
	things []Thing
}

// CalledNames are the Names of what can be called.
type CalledNames struct{ Names }

// Find returns the one thing that a name means, as ParseName reads it; all things for "". A
// name without a type means a workload, else a pod or Service, a namespace, a PeerAuthentication, a
// DestinationRule, an AuthorizationPolicy: the first of these that has it. Its error is that of ParseName or of Names.Find.
func (m *Mesh) Find(name string, where Where) ([]Thing, error) {
	n, err := resolve.ParseName(name)
	if err != nil {
		return nil, err
	}
	return m.Names(where).Find(n)
}

// Names are all things that can be told about: workloads, their pods, Services,
// namespaces, PeerAuthentications, DestinationRules and AuthorizationPolicies.
func (m *Mesh) Names(where Where) *Names {
	n := &Names{mesh: m, where: where}
	for _, w := range m.Workloads() {
		if last := len(n.things) - 1; last >= 0 && n.things[last].Ref == w.Ref {
			n.things[last].Workloads = append(n.things[last].Workloads, w)
			continue
		}
		n.things = append(n.things, Thing{Ref: w.Ref, Workloads: []*inbound.Workload{w}})
	}
	n.addPods()
	for _, s := range m.Services() {
		n.things = append(n.things, Thing{Ref: s.Ref, rank: 1, Service: s})
	}
	for _, ns := range m.Namespaces() {
		n.things = append(n.things, Thing{Ref: resolve.Ref{Kind: resolve.KindNamespace, Name: ns.Name}, rank: 2, Namespace: ns})
	}
	for _, p := range m.PeerAuthentications() {
		n.things = append(n.things, Thing{Ref: p.Ref, rank: 3, Policy: p})
	}
	for _, r := range m.DestinationRules() {
		n.things = append(n.things, Thing{Ref: r.Ref, rank: 4, Rule: r})
	}
	for _, o := range m.Objects(resolve.KindAuthorizationPolicy) {
		n.things = append(n.things, Thing{Ref: o.Ref(), rank: 5, Authorization: true})
	}
	return n
}

// addPods adds the running pods that a controller made: they are told as the variant of
// the controller's workload that they belong to.
func (n *Names) addPods() {
	for _, w := range n.mesh.Workloads() {
		for _, name := range w.PodNames {
			ref := resolve.Ref{Kind: resolve.KindPod, Namespace: w.Ref.Namespace, Name: name}
			if ref != w.Ref {
				n.things = append(n.things, Thing{Ref: ref, rank: 1, Workloads: []*inbound.Workload{w}})
			}
		}
	}
}

// CalledNames are all things that can be called: a host comes before a workload of the same
// name, and a namespace stands for its hosts. Call looks targets up among them.
func (m *Mesh) CalledNames(where Where) *CalledNames {
	n := &CalledNames{*m.Names(where)}
	n.things = slices.DeleteFunc(n.things, func(t Thing) bool { return t.Policy != nil || t.Rule != nil || t.Service != nil || t.Authorization })
	for i := range n.things {
		n.things[i].rank++
	}
	for _, h := range m.Hosts() {
		n.things = append(n.things, Thing{Ref: h.Ref, Host: h})
		if h.Ref.Kind != resolve.KindService && h.Ref.Name != h.Name {
			named := h.Ref
			named.Name = h.Name
			n.things = append(n.things, Thing{Ref: named, Host: h})
		}
	}
	return n
}

// NamesOf are the names of objects alone, without a mesh: those that a shell completes, or
// that are to be deleted. All kinds are of the same rank.
func NamesOf(refs []resolve.Ref, where Where) *Names {
	n := &Names{where: where, things: make([]Thing, 0, len(refs))}
	for _, r := range refs {
		n.things = append(n.things, Thing{Ref: r})
	}
	return n
}

// Find returns what a name means: one thing, or all of a kind for a kind alone. Among
// CalledNames one ServiceEntry is as many things as it has hosts. Its error is a
// *NotFoundError, an *AmbiguousError, or a *resolve.KindError of a name before whose slash there is neither
// a type nor a namespace.
func (n *Names) Find(name resolve.Name) ([]Thing, error) {
	hits := n.matches(name)
	if e := name.NoKind(); len(hits) == 0 && e != nil && !n.hasNamespace(e.Word) {
		return nil, e
	}
	if len(hits) == 0 {
		return nil, n.notFound(name)
	}
	if name.Name == "" {
		return hits, nil
	}
	slices.SortStableFunc(hits, func(x, y Thing) int { return x.rank - y.rank })
	if end := slices.IndexFunc(hits, func(t Thing) bool { return t.rank != hits[0].rank }); end > 0 {
		hits = hits[:end]
	}
	// Who writes "pay.shop" means pay in shop rather than another object whose name has a dot:
	// that one can still be named by its own namespace.
	if slices.ContainsFunc(hits, func(t Thing) bool { return name.IsWhole(t.Ref) }) {
		hits = slices.DeleteFunc(hits, func(t Thing) bool { return !name.IsWhole(t.Ref) })
	}
	if slices.ContainsFunc(hits, func(t Thing) bool { return t.Ref != hits[0].Ref }) {
		return nil, &AmbiguousError{Name: name, Refs: refsOf(hits)}
	}
	return hits, nil
}

// hasNamespace reports a namespace of the names.
func (n *Names) hasNamespace(name string) bool {
	return slices.ContainsFunc(n.things, func(t Thing) bool {
		return t.Ref.Namespace == name || t.Ref.Kind == resolve.KindNamespace && t.Ref.Name == name
	})
}

func (n *Names) matches(name resolve.Name) []Thing {
	var hits []Thing
	for _, t := range n.things {
		if name.Kind != "" && !name.Kind.SameWord(t.Ref.Kind) {
			continue
		}
		if name.IsWhole(t.Ref) || n.where.shows(t.Ref) && (name.Name == "" || name.Name == t.Ref.Name) {
			hits = append(hits, t)
		}
	}
	return hits
}

// Of are the things of some kinds that a name alone may mean, in the order of the input.
func (n *Names) Of(kinds ...resolve.Kind) []resolve.Ref {
	var refs []resolve.Ref
	for _, t := range n.things {
		if n.where.shows(t.Ref) && slices.ContainsFunc(kinds, t.Ref.Kind.SameWord) {
			refs = append(refs, t.Ref)
		}
	}
	return refs
}

// Members are the workloads that a thing stands for: itself, those behind a Service, those
// of a namespace; none for a policy, a rule or a host.
func (m *Mesh) Members(t Thing) []*inbound.Workload {
	switch {
	case t.Service != nil:
		return m.Behind(t.Service)
	case t.Namespace != nil:
		return slices.DeleteFunc(slices.Clone(m.Workloads()), func(w *inbound.Workload) bool { return w.Ref.Namespace != t.Namespace.Name })
	}
	return t.Workloads
}

// FindNamespace returns a namespace that exists or in which something lives. Its error is a
// *NoNamespaceError.
func (m *Mesh) FindNamespace(name string) (*config.Namespace, error) {
	if ns := m.Namespace(name); ns != nil {
		return ns, nil
	}
	return nil, m.noNamespace(name)
}

// refsOf are the things' Refs, each once, in order.
func refsOf(things []Thing) []resolve.Ref {
	var refs []resolve.Ref
	for _, t := range things {
		if !slices.Contains(refs, t.Ref) {
			refs = append(refs, t.Ref)
		}
	}
	return refs
}

// WorkloadsOf are the workloads that a name stands for. The error is that of Find.
func (n *Names) WorkloadsOf(name resolve.Name) ([]*inbound.Workload, error) {
	hits, err := n.Find(name)
	var workloads []*inbound.Workload
	for _, t := range hits {
		workloads = append(workloads, n.mesh.Members(t)...)
	}
	return workloads, err
}

// IsWhole reports that a name is NAME.NAMESPACE of one of the things.
func (n *Names) IsWhole(name resolve.Name) bool {
	return slices.ContainsFunc(n.things, func(t Thing) bool {
		return name.IsWhole(t.Ref) && (name.Kind == "" || name.Kind.SameWord(t.Ref.Kind))
	})
}
