package inbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// wideChain is the part of an inheritance above the workload.
type wideChain struct {
	Mesh, Namespace *PeerAuthentication
	steps           []Step
	// Decision is that of all ports of workloads that no policy selects, alike unless a
	// policy names a port.
	Decision resolve.Decision
	alike    bool
	parents  parents
	rivals   []rival
}

// wideKey is who has the mesh and namespace part in common.
type wideKey struct {
	namespace, revision string
	ambient             bool
}

// Above is the mesh and namespace part for sidecars, computed once per namespace and revision.
func (x *PolicyIndex) Above(namespace, revision string) *wideChain {
	return x.aboveFor(wideKey{namespace, revision, false})
}

func (x *PolicyIndex) aboveFor(key wideKey) *wideChain {
	if w, known := x.shared.Load(key); known {
		return w.(*wideChain)
	}
	w, _ := x.shared.LoadOrStore(key, x.newWideChain(key))
	return w.(*wideChain)
}

func (x *PolicyIndex) newWideChain(key wideKey) *wideChain {
	var in Contest
	w, root := &wideChain{}, x.control.RootOf(key.revision)
	if key.ambient && key.namespace != root {
		in.contestAmbient(x.unselected(root), key.revision)
	} else {
		in.contest(resolve.ScopeMesh, x.unselected(root), key.revision)
	}
	if key.namespace != root {
		in.contest(resolve.ScopeNamespace, x.unselected(key.namespace), key.revision)
	}
	w.Mesh, w.Namespace, w.steps = in.Winners[resolve.ScopeMesh], in.Winners[resolve.ScopeNamespace], in.steps
	w.rivals = in.rivals
	if key.ambient {
		w.parents = x.parentsOf(key.namespace, root, key.revision)
	}
	in.Unseen, in.UnseenRoot = x.gapsAt(key.namespace, key.revision)
	w.Decision = in.newDecision(0)
	w.Decision.Shadowed = slices.Clip(w.Decision.Shadowed) // who appends gets a list of its own
	w.alike = !slices.ContainsFunc(in.steps, func(s Step) bool { return len(s.Ports) > 0 })
	return w
}

// gapsAt are what could not be read of the policies of a namespace and of the root
// namespace. Without the mesh configuration nobody knows which that is, nor which
// namespaces the control plane looks into: any policy may be ignored (1.14, 2.1).
func (x *PolicyIndex) gapsAt(namespace, revision string) (own, above *resolve.Gap) {
	if len(x.control.Gaps) == 0 {
		return nil, nil
	}
	p := x.control.Of(revision)
	own, above = x.control.Gaps.At(resolve.KindPeerAuthentication, namespace), x.control.Gaps.At(resolve.KindPeerAuthentication, p.Root)
	if own == nil {
		own = p.Unseen
	}
	return own, above
}
