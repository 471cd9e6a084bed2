package resolve

import "fmt"

// Contest is how one workload's mode comes about: the winners of each scope
// and everything that was looked at.
type Contest struct {
	Winners [4]*PeerAuthentication // by Scope: ScopeMesh, ScopeNamespace, ScopeWorkload
	steps   []Step
	// Selecting are the policies of the namespace whose selector picks the workload.
	Selecting []*PeerAuthentication
	// Unseen says which policies could not be read, of the workload's namespace and
	// of the root namespace; nil for none.
	Unseen, UnseenRoot *Gap
	// wide has the decision of all ports, nil where policies select the workload.
	wide *wideChain
	// parents are set for a workload in ambient.
	parents parents
}

// Chain collects the policies of a workload scope by scope (2.1, 2.2).
func (x *PolicyIndex) Chain(namespace, revision string, labels map[string]string) Contest {
	return x.chainFor(wideKey{namespace, revision, false}, labels)
}

// chainFor is the chain of a workload as the proxies of its dataplane get it.
func (x *PolicyIndex) chainFor(key wideKey, labels map[string]string) Contest {
	namespace, revision := key.namespace, key.revision
	wide, root := x.aboveFor(key), x.control.RootOf(revision)
	in := Contest{parents: wide.parents}
	in.Winners[ScopeMesh], in.Winners[ScopeNamespace], in.steps = wide.Mesh, wide.Namespace, wide.steps
	in.steps = in.steps[:len(in.steps):len(in.steps)]
	in.Selecting = x.selecting(namespace, labels)
	in.Unseen, in.UnseenRoot = x.gapsAt(namespace, revision)
	for _, p := range x.selecting(root, labels) {
		in.steps = append(in.steps, p.ignored(Reason{Cause: CauseIgnoredInRoot}))
	}
	if namespace != root {
		in.contest(ScopeWorkload, in.Selecting, revision)
	}
	if wide.alike && len(in.steps) == len(wide.steps) {
		in.wide = wide
	}
	return in
}

// contest lets the policies of one scope compete, given in Istio's order: the
// first that the control plane reads wins, the others are dropped whole (2.3).
func (in *Contest) contest(scope Scope, candidates []*PeerAuthentication, revision string) {
	for _, p := range candidates {
		winner := in.Winners[scope]
		switch {
		case p.Rejected != "":
			in.steps = append(in.steps, p.ignored(Reason{Cause: CauseIgnoredRejected}))
		case p.Undiscovered:
			in.steps = append(in.steps, p.ignored(Reason{Cause: CauseIgnoredUndiscovered}))
		case !p.VisibleTo(revision):
			in.steps = append(in.steps, p.ignored(Because(CauseIgnoredRevision, Details{Name: p.Revision, Text: revision})))
		case winner != nil:
			in.steps = append(in.steps, p.ignored(Because(CauseIgnoredPreceded, Details{Base: winner.precedes(p)})))
		default:
			in.Winners[scope] = p
			above, by := in.above(scope)
			in.steps = append(in.steps, p.applied(scope, above, by))
		}
	}
}

// precedes says why p beats the other policy of its scope.
func (p *PeerAuthentication) precedes(o *PeerAuthentication) Reason {
	return Precedence(Aged{p.Created, p.Ref}, Aged{o.Created, o.Ref})
}

func (p *PeerAuthentication) step(scope Scope) Step {
	return Step{Scope: scope, By: p.Ref, Mode: p.Mode, Ports: p.Ports, Field: p.ModeField(), Origin: p.Origin}
}

func (p *PeerAuthentication) ignored(why Reason) Step {
	s := p.step(p.Scope)
	s.Why = why
	return s
}

// applied is the step of a policy that counts; above is the narrowest wider scope that sets a
// mode, and by what.
func (p *PeerAuthentication) applied(scope, above Scope, by *PeerAuthentication) Step {
	s := p.step(scope)
	s.Applies, s.Why = true, Reason{Cause: CauseApplies}
	switch {
	case p.Mode == Unset && by == nil:
		s.Why.Cause = CauseSetsNothing
	case p.Mode == Unset:
		s.Why = Because(CauseSetsNothingKeeps, Details{Scope: above}).OfMode(by.Mode)
	case by != nil:
		s.Why = Because(CauseOverrides, Details{Scope: above}).OfMode(by.Mode)
	}
	return s
}

// above is the narrowest scope above that sets a mode, and the policy; nil when none does.
func (in *Contest) above(scope Scope) (Scope, *PeerAuthentication) {
	for s := scope - 1; s >= ScopeMesh; s-- {
		if w := in.Winners[s]; w != nil && w.Mode != Unset {
			return s, w
		}
	}
	return ScopeDefault, nil
}

// decided is the scope and policy that set the mode of the whole workload (2.4).
func (in *Contest) decided() (Scope, *PeerAuthentication) {
	for s := ScopeWorkload; s >= ScopeMesh; s-- {
		if w := in.Winners[s]; w != nil && w.Mode != Unset {
			return s, w
		}
	}
	return ScopeDefault, nil
}

// workloadMode is the mode of every port without an entry of its own.
func (in *Contest) workloadMode() Mode {
	if _, p := in.decided(); p != nil {
		return p.Mode
	}
	return Permissive
}

// forWorkload is the decision of a port that no entry of the winning policy
// names; port 0 stands for all of them.
func (in *Contest) forWorkload(port int32) Decision {
	if in.wide != nil {
		return in.wide.Decision
	}
	return in.newDecision(port)
}

func (in *Contest) newDecision(port int32) Decision {
	if g := in.gap(); g != nil {
		return in.unseenPolicy(g, port)
	}
	return in.byPolicy(port)
}

// byPolicy is the decision by the policies that were read.
func (in *Contest) byPolicy(port int32) Decision {
	scope, by := in.decided()
	if by == nil {
		return Decision{Mode: Permissive, Scope: ScopeDefault, Why: Reason{Cause: CauseNoPolicy}, Shadowed: in.losers(port)}
	}
	d := Decision{Mode: by.Mode, Scope: scope, By: by.Ref, Field: by.ModeField(), Origin: by.Origin}
	d.Why = Because(CausePolicy, Details{By: by.Ref, Field: d.Field})
	d.Shadowed = append(in.outranked(scope-1, Because(CauseOverriddenByScope, Details{By: by.Ref, Scope: scope})), in.losers(port)...)
	return d
}

// forPort is the decision of one port: portLevelMtls of the winning workload
// policy, else the workload's (2.5).
func (in *Contest) forPort(port int32) Decision {
	by := in.Winners[ScopeWorkload]
	if by == nil || in.Unseen != nil && in.Unseen.Revision == "" {
		return in.forWorkload(port)
	}
	mode, ok := by.Port(port)
	if !ok || mode == Unset {
		return in.forWorkload(port)
	}
	if in.Unseen != nil {
		return Decision{Mode: Unknown, IfMeshed: mode, Scope: ScopeDefault, Why: Because(CauseMeshConfigUnread, Details{Gap: in.Unseen})}
	}
	d := Decision{Mode: mode, Scope: ScopePort, By: by.Ref, Field: by.PortField(port), Origin: by.Origin}
	d.Why = Because(CausePortPolicy, Details{By: by.Ref}).Numbered(port)
	d.Shadowed = append(in.outranked(ScopeWorkload, Because(CauseOverriddenByPort, Details{By: by.Ref}).Numbered(port)), in.losers(port)...)
	return d
}

// ModeOf is the mode of forPort, without its reasons.
func (in *Contest) ModeOf(port int32) Mode {
	if by := in.Winners[ScopeWorkload]; by != nil && in.Unseen == nil {
		if mode, ok := by.Port(port); ok && mode != Unset {
			return mode
		}
	}
	if in.gap() != nil {
		return Unknown
	}
	return in.workloadMode()
}

// gap is what keeps the mode from being known: any policy of the workload's own
// namespace could be the one that decides, one of the root namespace only where
// no narrower scope sets a mode.
func (in *Contest) gap() *Gap {
	if scope, _ := in.decided(); in.Unseen == nil && scope > ScopeMesh {
		return nil
	}
	if in.Unseen != nil {
		return in.Unseen
	}
	return in.UnseenRoot
}

// unseenPolicy is the decision where policies could not be read, or the mesh configuration
// that says which of them count: then what a policy of the workload's own namespace says is
// no more than likely.
func (in *Contest) unseenPolicy(g *Gap, port int32) Decision {
	out := Decision{Mode: Unknown, Scope: ScopeDefault, Why: Because(CausePoliciesUnread, Details{Gap: g})}
	if g.Revision == "" {
		return out
	}
	out.Why = Because(CauseMeshConfigUnread, Details{Gap: g})
	if d := in.byPolicy(port); d.Scope > ScopeMesh {
		out.IfMeshed, out.Shadowed = d.Mode, d.Shadowed
	}
	return out
}

// outranked are the winners of wider scopes that set a mode and were overridden.
func (in *Contest) outranked(from Scope, why Reason) []Shadow {
	var out []Shadow
	for s := from; s >= ScopeMesh; s-- {
		if p := in.Winners[s]; p != nil && p.Mode != Unset {
			out = append(out, Shadow{By: p.Ref, Field: p.ModeField(), Mode: p.Mode, Origin: p.Origin, Why: why})
		}
	}
	return out
}

// losers are the policies that were dropped whole and would have set a mode: for
// the port if they have an entry for it, else for the workload.
func (in *Contest) losers(port int32) []Shadow {
	var out []Shadow
	for i := len(in.steps) - 1; i >= 0; i-- {
		if s := &in.steps[i]; !s.Applies && (s.Mode != Unset || s.entry(port) != Unset) {
			out = append(out, s.shadow(port))
		}
	}
	return out
}

func (s *Step) entry(port int32) Mode {
	for _, e := range s.Ports {
		if e.Port == port {
			return e.Mode
		}
	}
	return Unset
}

func (s *Step) shadow(port int32) Shadow {
	out := Shadow{By: s.By, Field: s.Field, Mode: s.Mode, Origin: s.Origin, Why: s.Why}
	if mode := s.entry(port); mode != Unset {
		out.Mode, out.Field = mode, Path("spec", "portLevelMtls", fmt.Sprint(port))
	}
	return out
}
