package inbound

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Contest is how one workload's mode comes about: the winners of each scope
// and everything that was looked at.
type Contest struct {
	Winners [4]*PeerAuthentication // by Scope: ScopeMesh, ScopeNamespace, ScopeWorkload
	steps   []Step
	// Selecting are the policies of the namespace whose selector picks the workload.
	Selecting []*PeerAuthentication
	// Unseen says which policies could not be read, of the workload's namespace and
	// of the root namespace; nil for none.
	Unseen, UnseenRoot *resolve.Gap
	// unselected has the decision of all ports, nil where policies select the workload.
	unselected *wideChain
	// parents are set for a workload in ambient.
	parents parents
	// rivals are as old as the winner of their scope.
	rivals []rival
}

// Chain collects the policies of a workload scope by scope (2.1, 2.2).
func (x *PolicyIndex) Chain(namespace, revision string, labels map[string]string) Contest {
	return x.chainFor(wideKey{namespace, revision, false}, labels)
}

// chainFor is the chain of a workload as the proxies of its dataplane get it.
func (x *PolicyIndex) chainFor(key wideKey, labels map[string]string) Contest {
	namespace, revision := key.namespace, key.revision
	wide, root := x.aboveFor(key), x.control.RootOf(revision)
	in := Contest{parents: wide.parents, rivals: wide.rivals[:len(wide.rivals):len(wide.rivals)]}
	in.Winners[resolve.ScopeMesh], in.Winners[resolve.ScopeNamespace], in.steps = wide.Mesh, wide.Namespace, wide.steps
	in.steps = in.steps[:len(in.steps):len(in.steps)]
	in.Selecting = x.selecting(namespace, labels)
	in.Unseen, in.UnseenRoot = x.gapsAt(namespace, revision)
	for _, p := range x.selecting(root, labels) {
		in.steps = append(in.steps, p.ignored(resolve.Reason{Cause: resolve.CauseIgnoredInRoot}))
	}
	if namespace != root {
		in.contest(resolve.ScopeWorkload, in.Selecting, revision)
	}
	if wide.alike && len(in.steps) == len(wide.steps) {
		in.unselected = wide
	}
	return in
}

// contest lets the policies of one scope compete, given in Istio's order: the
// first that the control plane reads wins, the others are dropped whole (2.3).
func (in *Contest) contest(scope resolve.Scope, candidates []*PeerAuthentication, revision string) {
	for _, p := range candidates {
		winner := in.Winners[scope]
		switch {
		case p.Rejected != "":
			in.steps = append(in.steps, p.ignored(resolve.Reason{Cause: resolve.CauseIgnoredRejected}))
		case p.Undiscovered:
			in.steps = append(in.steps, p.ignored(resolve.Reason{Cause: resolve.CauseIgnoredUndiscovered}))
		case !p.VisibleTo(revision):
			in.steps = append(in.steps, p.ignored(resolve.Because(resolve.CauseIgnoredRevision, resolve.Details{Name: p.Revision, Text: revision})))
		case winner != nil:
			if winner.Created.Equal(p.Created) {
				in.rivals = append(in.rivals, rival{scope, p})
			}
			in.steps = append(in.steps, p.ignored(resolve.Because(resolve.CauseIgnoredPreceded, resolve.Details{Base: winner.precedes(p)})))
		default:
			in.Winners[scope] = p
			above, by := in.above(scope)
			in.steps = append(in.steps, p.applied(scope, above, by))
		}
	}
}

// precedes says why p beats the other policy of its scope.
func (p *PeerAuthentication) precedes(o *PeerAuthentication) resolve.Reason {
	return resolve.Precedence(resolve.Aged{Created: p.Created, Ref: p.Ref}, resolve.Aged{Created: o.Created, Ref: o.Ref})
}

func (p *PeerAuthentication) step(scope resolve.Scope) Step {
	return Step{Scope: scope, By: p.Ref, Mode: p.Mode, Ports: p.Ports, Field: p.ModeField(), Origin: p.Origin}
}

func (p *PeerAuthentication) ignored(why resolve.Reason) Step {
	s := p.step(p.Scope)
	s.Why = why
	return s
}

// applied is the step of a policy that counts; above is the narrowest wider scope that sets a
// mode, and by what.
func (p *PeerAuthentication) applied(scope, above resolve.Scope, by *PeerAuthentication) Step {
	s := p.step(scope)
	s.Applies, s.Why = true, resolve.Reason{Cause: resolve.CauseApplies}
	switch {
	case p.Mode == resolve.Unset && by == nil:
		s.Why.Cause = resolve.CauseSetsNothing
	case p.Mode == resolve.Unset:
		s.Why = resolve.Because(resolve.CauseSetsNothingKeeps, resolve.Details{Scope: above}).OfMode(by.Mode)
	case by != nil:
		s.Why = resolve.Because(resolve.CauseOverrides, resolve.Details{Scope: above}).OfMode(by.Mode)
	}
	return s
}

// above is the narrowest scope above that sets a mode, and the policy; nil when none does.
func (in *Contest) above(scope resolve.Scope) (resolve.Scope, *PeerAuthentication) {
	for s := scope - 1; s >= resolve.ScopeMesh; s-- {
		if w := in.Winners[s]; w != nil && w.Mode != resolve.Unset {
			return s, w
		}
	}
	return resolve.ScopeDefault, nil
}

// decided is the scope and policy that set the mode of the whole workload (2.4).
func (in *Contest) decided() (resolve.Scope, *PeerAuthentication) {
	for s := resolve.ScopeWorkload; s >= resolve.ScopeMesh; s-- {
		if w := in.Winners[s]; w != nil && w.Mode != resolve.Unset {
			return s, w
		}
	}
	return resolve.ScopeDefault, nil
}

// workloadMode is the mode of every port without an entry of its own.
func (in *Contest) workloadMode() resolve.Mode {
	if _, p := in.decided(); p != nil {
		return p.Mode
	}
	return resolve.Permissive
}

// forWorkload is the decision of a port that no entry of the winning policy
// names; port 0 stands for all of them.
func (in *Contest) forWorkload(port int32) resolve.Decision {
	if in.unselected != nil {
		return in.unselected.Decision
	}
	return in.newDecision(port)
}

func (in *Contest) newDecision(port int32) resolve.Decision {
	if g := in.gap(); g != nil {
		return in.unseenPolicy(g, port)
	}
	return in.byPolicy(port)
}

// byPolicy is the decision by the policies that were read.
func (in *Contest) byPolicy(port int32) resolve.Decision {
	scope, by := in.decided()
	if by == nil {
		return resolve.Decision{Mode: resolve.Permissive, Scope: resolve.ScopeDefault, Why: resolve.Reason{Cause: resolve.CauseNoPolicy}, Shadowed: in.losers(port)}
	}
	d := resolve.Decision{Mode: by.Mode, Scope: scope, By: by.Ref, Field: by.ModeField(), Origin: by.Origin}
	d.Why = resolve.Because(resolve.CausePolicy, resolve.Details{By: by.Ref, Field: d.Field})
	d.Shadowed = append(in.outranked(scope-1, resolve.Because(resolve.CauseOverriddenByScope, resolve.Details{By: by.Ref, Scope: scope})), in.losers(port)...)
	return d
}

// forPort is the decision of one port: portLevelMtls of the winning workload
// policy, else the workload's (2.5).
func (in *Contest) forPort(port int32) resolve.Decision {
	by := in.Winners[resolve.ScopeWorkload]
	if by == nil || in.Unseen != nil && in.Unseen.Revision == "" {
		return in.forWorkload(port)
	}
	mode, ok := by.Port(port)
	if !ok || mode == resolve.Unset {
		return in.forWorkload(port)
	}
	if in.Unseen != nil {
		return resolve.Decision{Mode: resolve.Unknown, IfMeshed: mode, Scope: resolve.ScopeDefault, Why: resolve.Because(resolve.CauseMeshConfigUnread, resolve.Details{Gap: in.Unseen})}
	}
	d := resolve.Decision{Mode: mode, Scope: resolve.ScopePort, By: by.Ref, Field: by.PortField(port), Origin: by.Origin}
	d.Why = resolve.Because(resolve.CausePortPolicy, resolve.Details{By: by.Ref}).Numbered(port)
	d.Shadowed = append(in.outranked(resolve.ScopeWorkload, resolve.Because(resolve.CauseOverriddenByPort, resolve.Details{By: by.Ref}).Numbered(port)), in.losers(port)...)
	return d
}

// ModeOf is the mode of forPort, without its reasons.
func (in *Contest) ModeOf(port int32) resolve.Mode {
	if by := in.Winners[resolve.ScopeWorkload]; by != nil && in.Unseen == nil {
		if mode, ok := by.Port(port); ok && mode != resolve.Unset {
			return mode
		}
	}
	if in.gap() != nil {
		return resolve.Unknown
	}
	return in.workloadMode()
}

// gap is what keeps the mode from being known: any policy of the workload's own
// namespace could be the one that decides, one of the root namespace only where
// no narrower scope sets a mode.
func (in *Contest) gap() *resolve.Gap {
	if scope, _ := in.decided(); in.Unseen == nil && scope > resolve.ScopeMesh {
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
func (in *Contest) unseenPolicy(g *resolve.Gap, port int32) resolve.Decision {
	out := resolve.Decision{Mode: resolve.Unknown, Scope: resolve.ScopeDefault, Why: resolve.Because(resolve.CausePoliciesUnread, resolve.Details{Gap: g})}
	if g.Revision == "" {
		return out
	}
	out.Why = resolve.Because(resolve.CauseMeshConfigUnread, resolve.Details{Gap: g})
	if d := in.byPolicy(port); d.Scope > resolve.ScopeMesh {
		out.IfMeshed, out.Shadowed = d.Mode, d.Shadowed
	}
	return out
}

// outranked are the winners of wider scopes that set a mode and were overridden.
func (in *Contest) outranked(from resolve.Scope, why resolve.Reason) []resolve.Shadow {
	var out []resolve.Shadow
	for s := from; s >= resolve.ScopeMesh; s-- {
		if p := in.Winners[s]; p != nil && p.Mode != resolve.Unset {
			out = append(out, resolve.Shadow{By: p.Ref, Field: p.ModeField(), Mode: p.Mode, Origin: p.Origin, Why: why})
		}
	}
	return out
}

// losers are the policies that were dropped whole and would have set a mode: for
// the port if they have an entry for it, else for the workload.
func (in *Contest) losers(port int32) []resolve.Shadow {
	var out []resolve.Shadow
	for i := len(in.steps) - 1; i >= 0; i-- {
		if s := &in.steps[i]; !s.Applies && (s.Mode != resolve.Unset || s.entry(port) != resolve.Unset) {
			out = append(out, s.shadow(port))
		}
	}
	return out
}

func (s *Step) entry(port int32) resolve.Mode {
	for _, e := range s.Ports {
		if e.Port == port {
			return e.Mode
		}
	}
	return resolve.Unset
}

func (s *Step) shadow(port int32) resolve.Shadow {
	out := resolve.Shadow{By: s.By, Field: s.Field, Mode: s.Mode, Origin: s.Origin, Why: s.Why}
	if mode := s.entry(port); mode != resolve.Unset {
		out.Mode, out.Field = mode, resolve.Path("spec", "portLevelMtls", fmt.Sprint(port))
	}
	return out
}
