package inbound

import (
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// ztunnel enforces for ambient pods what istiod makes of the policies: it can only deny what
// has no identity (2A.1, 2C.2).
type ztunnel struct{}

func (ztunnel) serves(d *decider, p *Port) resolve.Decision {
	policy, port := d.policy(p), int32(0)
	if p != nil {
		port = p.Number
	}
	if d.bypassed() {
		return d.uncaptured(policy, resolve.Reason{Cause: resolve.CauseBypassed}, d.pod.Annotation(resolve.BypassInboundAnnotation).Field)
	}
	if policy.Mode == resolve.Unknown {
		return policy
	}
	if one, other := d.in.tied(port); one != nil {
		why := resolve.Because(resolve.CauseAmbientTie, resolve.Details{By: one.Ref, Other: other.Ref})
		return resolve.Decision{Mode: resolve.Unknown, IfMeshed: policy.Mode, Scope: policy.Scope, By: one.Ref, Origin: one.Origin, Why: why, Shadowed: policy.Shadowed}
	}
	switch enforced := d.in.enforced(port); {
	case enforced == resolve.Strict && policy.Mode != resolve.Strict:
		policy = d.in.withoutException()
	case enforced != resolve.Strict && policy.Mode == resolve.Strict:
		policy.Mode, policy.Why = resolve.Permissive, resolve.Because(resolve.CauseAmbientPolicyLost, resolve.Details{By: d.in.Winners[resolve.ScopeWorkload].Ref, Base: policy.Why})
	case policy.Mode == resolve.Disable:
		policy.Mode, policy.Why = resolve.Permissive, resolve.Because(resolve.CauseAmbientNotOff, resolve.Details{Base: policy.Why})
	}
	return d.asConverted(policy, port)
}

// asConverted is the decision of a STRICT port by what istiod made of the policies when it last
// converted the workload's own, where the input says when that was (2C.7).
func (d *decider) asConverted(policy resolve.Decision, port int32) resolve.Decision {
	history, other := d.in.history(port)
	if history != HistoryWrong && history != HistoryUnsure {
		return policy
	}
	why := resolve.Details{By: d.in.Winners[resolve.ScopeWorkload].Ref, Other: other.Ref, Base: policy.Why}
	if history == HistoryWrong {
		policy.Mode, policy.Why = resolve.Permissive, resolve.Because(resolve.CauseAmbientConvertedEarly, why)
		return policy
	}
	policy.Mode, policy.IfMeshed, policy.Why = resolve.Unknown, policy.Mode, resolve.Because(resolve.CauseAmbientConvertedWhen, why)
	return policy
}

func (ztunnel) listed() bool { return true }

func (ztunnel) shaped() bool { return false }

func (ztunnel) own(port, _ int32) bool { return slices.Contains(resolve.ZtunnelPorts, port) }

// parents are the policies above that of an ambient workload from which istiod makes what
// ztunnel enforces: those without any selector, not even an empty one (2C.5).
type parents struct {
	mesh, namespace *PeerAuthentication
	rivals          []rival
	started         []time.Time // the istiods
}

func (x *PolicyIndex) parentsOf(namespace, root, revision string) parents {
	var in Contest
	in.contest(resolve.ScopeMesh, withoutSelector(x.unselected(root)), revision)
	if namespace != root {
		in.contest(resolve.ScopeNamespace, withoutSelector(x.unselected(namespace)), revision)
	}
	return parents{in.Winners[resolve.ScopeMesh], in.Winners[resolve.ScopeNamespace], in.rivals, x.control.Started(revision)}
}

func withoutSelector(list []*PeerAuthentication) []*PeerAuthentication {
	return slices.DeleteFunc(slices.Clone(list), func(p *PeerAuthentication) bool { return p.EmptySelector })
}

// contestAmbient is contest among the policies of the root namespace for ambient pods of
// others: a selector keeps them from those, an empty one too (2A.4).
func (in *Contest) contestAmbient(candidates []*PeerAuthentication, revision string) {
	in.contest(resolve.ScopeMesh, withoutSelector(candidates), revision)
	for _, p := range candidates {
		if p.EmptySelector {
			in.steps = append(in.steps, p.ignored(resolve.Reason{Cause: resolve.CauseIgnoredEmptySelector}))
		}
	}
}

// enforced is what ztunnel demands on a port; 0 is any port that no policy names. istiod
// refers the workload to a policy of its own where that of the workload makes exceptions
// (2C.4), and to none that exists where nothing is left of it (2C.5, 2C.6).
func (in *Contest) enforced(port int32) resolve.Mode {
	by := in.Winners[resolve.ScopeWorkload]
	if by == nil {
		return strictIf(in.workloadMode() == resolve.Strict)
	}
	above := resolve.Unset
	if _, p := in.above(resolve.ScopeWorkload); p != nil {
		above = p.Mode
	}
	strict := by.Mode == resolve.Strict || by.Mode == resolve.Unset && above == resolve.Strict
	converted := by.names(resolve.Strict)
	switch {
	case by.Mode == resolve.Strict:
		converted = by.names(resolve.Permissive) || by.names(resolve.Disable)
	case strict:
		converted = by.names(resolve.Permissive)
	}
	if !converted {
		return strictIf(strict)
	}
	mode, _ := by.Port(port)
	if in.exempts(by) {
		return strictIf(mode != resolve.Permissive && mode != resolve.Disable)
	}
	return strictIf(mode == resolve.Strict && !in.leavesOut(by))
}

// withoutException is the decision of a port that is STRICT in ambient though the policies say
// otherwise: the workload's, or that of one above which only istiod's second step goes by, for
// want of a policy with an empty selector.
func (in *Contest) withoutException() resolve.Decision {
	if d := in.forWorkload(0); d.Mode == resolve.Strict {
		d.Why = resolve.Because(resolve.CauseAmbientNoException, resolve.Details{Base: d.Why})
		return d
	}
	scope, by := resolve.ScopeMesh, in.parents.mesh
	if n := in.parents.namespace; n != nil && n.Mode == resolve.Strict {
		scope, by = resolve.ScopeNamespace, n
	}
	d := resolve.Decision{Mode: resolve.Strict, Scope: scope, By: by.Ref, Field: by.ModeField(), Origin: by.Origin}
	base := resolve.Because(resolve.CausePolicy, resolve.Details{By: by.Ref, Field: d.Field})
	d.Why = resolve.Because(resolve.CauseAmbientMeshCounts, resolve.Details{By: in.Winners[resolve.ScopeWorkload].Ref, Base: base})
	return d
}

// exempts reports a converted policy that demands mTLS on all ports but its exceptions.
func (in *Contest) exempts(by *PeerAuthentication) bool {
	switch {
	case !by.names(resolve.Permissive) && !by.names(resolve.Disable):
		return false
	case by.Mode == resolve.Unset && in.parents.namespace != nil:
		return in.parents.namespace.Mode == resolve.Strict
	case by.Mode == resolve.Unset:
		return in.parents.mesh != nil && in.parents.mesh.Mode == resolve.Strict
	}
	return by.Mode == resolve.Strict
}

// leavesOut reports a converted policy without its STRICT ports: what is above demands mTLS
// there, istiod takes for granted, though the workload may not refer to that (2C.6).
func (in *Contest) leavesOut(by *PeerAuthentication) bool {
	mesh, namespace := in.parents.mesh, in.parents.namespace
	switch {
	case by.Mode == resolve.Strict, by.Mode == resolve.Unset && namespace != nil && namespace.Mode == resolve.Strict:
		return true
	}
	return (namespace == nil || namespace.Mode == resolve.Unset) && mesh != nil && mesh.Mode == resolve.Strict
}

// names reports a mode that the policy sets for some port.
func (p *PeerAuthentication) names(mode resolve.Mode) bool {
	return slices.ContainsFunc(p.Ports, func(e PortMode) bool { return e.Mode == mode })
}

func strictIf(yes bool) resolve.Mode {
	if yes {
		return resolve.Strict
	}
	return resolve.Permissive
}
