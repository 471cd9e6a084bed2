package resolve

import "slices"

// wideChain is the part of an inheritance above the workload.
type wideChain struct {
	mesh, namespace *PeerAuthentication
	steps           []Step
	// decision is that of all ports of workloads that no policy selects, alike unless a
	// policy names a port.
	decision Decision
	alike    bool
}

// above is the mesh and namespace part, computed once per namespace and revision.
func (x *policyIndex) above(namespace, revision string) *wideChain {
	key := [2]string{namespace, revision}
	if w, known := x.shared.Load(key); known {
		return w.(*wideChain)
	}
	w, _ := x.shared.LoadOrStore(key, x.newWideChain(namespace, revision))
	return w.(*wideChain)
}

func (x *policyIndex) newWideChain(namespace, revision string) *wideChain {
	var in inheritance
	root := x.control.rootOf(revision)
	in.contest(ScopeMesh, x.wide(root), revision)
	if namespace != root {
		in.contest(ScopeNamespace, x.wide(namespace), revision)
	}
	w := &wideChain{mesh: in.winners[ScopeMesh], namespace: in.winners[ScopeNamespace], steps: in.steps}
	in.unseen, in.unseenRoot = x.gapsAt(namespace, revision)
	w.decision = in.newDecision(0)
	w.decision.Shadowed = slices.Clip(w.decision.Shadowed) // who appends gets a list of its own
	w.alike = !slices.ContainsFunc(in.steps, func(s Step) bool { return len(s.Ports) > 0 })
	return w
}

// gapsAt are what could not be read of the policies of a namespace and of the root
// namespace. Without the mesh configuration nobody knows which that is, nor which
// namespaces the control plane looks into: any policy may be ignored (1.14, 2.1).
func (x *policyIndex) gapsAt(namespace, revision string) (own, above *Gap) {
	if len(x.control.gaps) == 0 {
		return nil, nil
	}
	p := x.control.of(revision)
	own, above = x.control.gaps.at(KindPeerAuthentication, namespace), x.control.gaps.at(KindPeerAuthentication, p.root)
	if own == nil {
		own = p.unseen
	}
	return own, above
}
