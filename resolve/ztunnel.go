package resolve

import "slices"

// parents are the policies above that of an ambient workload from which istiod makes what
// ztunnel enforces: those without any selector, not even an empty one (2C.5).
type parents struct{ mesh, namespace *PeerAuthentication }

func (x *PolicyIndex) parentsOf(namespace, root, revision string) parents {
	var in Contest
	in.contest(ScopeMesh, withoutSelector(x.wide(root)), revision)
	if namespace != root {
		in.contest(ScopeNamespace, withoutSelector(x.wide(namespace)), revision)
	}
	return parents{in.Winners[ScopeMesh], in.Winners[ScopeNamespace]}
}

func withoutSelector(list []*PeerAuthentication) []*PeerAuthentication {
	return slices.DeleteFunc(slices.Clone(list), func(p *PeerAuthentication) bool { return p.EmptySelector })
}

// contestAmbient is contest among the policies of the root namespace for ambient pods of
// others: a selector keeps them from those, an empty one too (2A.4).
func (in *Contest) contestAmbient(candidates []*PeerAuthentication, revision string) {
	in.contest(ScopeMesh, withoutSelector(candidates), revision)
	for _, p := range candidates {
		if p.EmptySelector {
			in.steps = append(in.steps, p.ignored(Reason{Cause: CauseIgnoredEmptySelector}))
		}
	}
}

// enforced is what ztunnel demands on a port; 0 is any port that no policy names. istiod
// refers the workload to a policy of its own where that of the workload makes exceptions
// (2C.4), and to none that exists where nothing is left of it (2C.5, 2C.6).
func (in *Contest) enforced(port int32) Mode {
	by := in.Winners[ScopeWorkload]
	if by == nil {
		return strictIf(in.workloadMode() == Strict)
	}
	above := Unset
	if _, p := in.above(ScopeWorkload); p != nil {
		above = p.Mode
	}
	strict := by.Mode == Strict || by.Mode == Unset && above == Strict
	converted := by.names(Strict)
	switch {
	case by.Mode == Strict:
		converted = by.names(Permissive) || by.names(Disable)
	case strict:
		converted = by.names(Permissive)
	}
	if !converted {
		return strictIf(strict)
	}
	mode, _ := by.Port(port)
	if in.exempts(by) {
		return strictIf(mode != Permissive && mode != Disable)
	}
	return strictIf(mode == Strict && !in.leavesOut(by))
}

// withoutException is the decision of a port that is STRICT in ambient though the policies say
// otherwise: the workload's, or that of one above which only istiod's second step goes by, for
// want of a policy with an empty selector.
func (in *Contest) withoutException() Decision {
	if d := in.forWorkload(0); d.Mode == Strict {
		d.Why = Because(CauseAmbientNoException, Details{Base: d.Why})
		return d
	}
	scope, by := ScopeMesh, in.parents.mesh
	if n := in.parents.namespace; n != nil && n.Mode == Strict {
		scope, by = ScopeNamespace, n
	}
	d := Decision{Mode: Strict, Scope: scope, By: by.Ref, Field: by.ModeField(), Origin: by.Origin}
	base := Because(CausePolicy, Details{By: by.Ref, Field: d.Field})
	d.Why = Because(CauseAmbientMeshCounts, Details{By: in.Winners[ScopeWorkload].Ref, Base: base})
	return d
}

// exempts reports a converted policy that demands mTLS on all ports but its exceptions.
func (in *Contest) exempts(by *PeerAuthentication) bool {
	switch {
	case !by.names(Permissive) && !by.names(Disable):
		return false
	case by.Mode == Unset && in.parents.namespace != nil:
		return in.parents.namespace.Mode == Strict
	case by.Mode == Unset:
		return in.parents.mesh != nil && in.parents.mesh.Mode == Strict
	}
	return by.Mode == Strict
}

// leavesOut reports a converted policy without its STRICT ports: what is above demands mTLS
// there, istiod takes for granted, though the workload may not refer to that (2C.6).
func (in *Contest) leavesOut(by *PeerAuthentication) bool {
	mesh, namespace := in.parents.mesh, in.parents.namespace
	switch {
	case by.Mode == Strict, by.Mode == Unset && namespace != nil && namespace.Mode == Strict:
		return true
	}
	return (namespace == nil || namespace.Mode == Unset) && mesh != nil && mesh.Mode == Strict
}

// names reports a mode that the policy sets for some port.
func (p *PeerAuthentication) names(mode Mode) bool {
	return slices.ContainsFunc(p.Ports, func(e PortMode) bool { return e.Mode == mode })
}

func strictIf(yes bool) Mode {
	if yes {
		return Strict
	}
	return Permissive
}
