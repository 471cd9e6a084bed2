package resolve

import (
	"fmt"
	"strings"
)

// inheritance is how one workload's mode comes about: the winners of each scope
// and everything that was looked at.
type inheritance struct {
	winners [4]*PeerAuthentication // by Scope: ScopeMesh, ScopeNamespace, ScopeWorkload
	steps   []Step
	// selecting are the policies of the namespace whose selector picks the workload.
	selecting []*PeerAuthentication
	// unseen says which policies could not be read, of the workload's namespace and
	// of the root namespace; nil for none.
	unseen, unseenRoot *Gap
	// wide has the decision of all ports, nil where policies select the workload.
	wide *wideChain
}

// chain collects the policies of a workload scope by scope (2.1, 2.2).
func (x *policyIndex) chain(namespace, revision string, labels map[string]string) inheritance {
	wide, root := x.above(namespace, revision), x.control.rootOf(revision)
	var in inheritance
	in.winners[ScopeMesh], in.winners[ScopeNamespace], in.steps = wide.mesh, wide.namespace, wide.steps
	in.steps = in.steps[:len(in.steps):len(in.steps)]
	in.selecting = x.selecting(namespace, labels)
	in.unseen, in.unseenRoot = x.gapsAt(namespace, revision)
	for _, p := range x.selecting(root, labels) {
		in.steps = append(in.steps, p.ignored("a selector in the root namespace has no effect, not even there", "2.2"))
	}
	if namespace != root {
		in.contest(ScopeWorkload, in.selecting, revision)
	}
	if wide.alike && len(in.steps) == len(wide.steps) {
		in.wide = wide
	}
	return in
}

// contest lets the policies of one scope compete, given in Istio's order: the
// first that the control plane reads wins, the others are dropped whole (2.3).
func (in *inheritance) contest(scope Scope, candidates []*PeerAuthentication, revision string) {
	for _, p := range candidates {
		winner := in.winners[scope]
		switch {
		case p.Rejected != "":
			in.steps = append(in.steps, p.ignored("rejected by Istio's validation", "2.6"))
		case p.Undiscovered:
			in.steps = append(in.steps, p.ignored("the mesh configuration's discoverySelectors leave its namespace out", "1.14"))
		case !p.VisibleTo(revision):
			in.steps = append(in.steps, p.ignored(fmt.Sprintf("it is for revision %q, the workload's is %q", p.Revision, revision), "1.14"))
		case winner != nil:
			in.steps = append(in.steps, p.ignored(winner.precedes(p), "2.3"))
		default:
			in.winners[scope] = p
			in.steps = append(in.steps, p.applied(scope, in.overrides(scope)))
		}
	}
}

// precedes says why p beats the other policy of its scope.
func (p *PeerAuthentication) precedes(o *PeerAuthentication) string {
	return p.Ref.Name + " " + precedence(aged{p.Created, p.Ref}, aged{o.Created, o.Ref})
}

func (p *PeerAuthentication) step(scope Scope) Step {
	return Step{Scope: scope, By: p.Ref, Mode: p.Mode, Ports: p.Ports, Field: p.ModeField(), Origin: p.Origin}
}

func (p *PeerAuthentication) ignored(why, rule string) Step {
	s := p.step(p.Scope)
	s.Because, s.Rule = "ignored: "+why, rule
	return s
}

func (p *PeerAuthentication) applied(scope Scope, overridden string) Step {
	s := p.step(scope)
	s.Applies, s.Rule = true, "2.4"
	switch {
	case p.Mode == Unset && overridden == "":
		s.Because = "sets no mode: Istio's default PERMISSIVE stays"
	case p.Mode == Unset:
		s.Because = "sets no mode: keeps " + overridden
	case overridden != "":
		s.Because = "overrides " + overridden
	}
	return s
}

// overrides names the narrowest scope above that sets a mode, "" when none does.
func (in *inheritance) overrides(scope Scope) string {
	for s := scope - 1; s >= ScopeMesh; s-- {
		if w := in.winners[s]; w != nil && w.Mode != Unset {
			return fmt.Sprintf("%s %s", s, w.Mode)
		}
	}
	return ""
}

// decided is the scope and policy that set the mode of the whole workload (2.4).
func (in *inheritance) decided() (Scope, *PeerAuthentication) {
	for s := ScopeWorkload; s >= ScopeMesh; s-- {
		if w := in.winners[s]; w != nil && w.Mode != Unset {
			return s, w
		}
	}
	return ScopeDefault, nil
}

// workloadMode is the mode of every port without an entry of its own.
func (in *inheritance) workloadMode() Mode {
	if _, p := in.decided(); p != nil {
		return p.Mode
	}
	return Permissive
}

// forWorkload is the decision of a port that no entry of the winning policy
// names; port 0 stands for all of them.
func (in *inheritance) forWorkload(port int32) Decision {
	if in.wide != nil {
		return in.wide.decision
	}
	return in.newDecision(port)
}

func (in *inheritance) newDecision(port int32) Decision {
	if g := in.gap(); g != nil {
		return in.unseenPolicy(g, port)
	}
	return in.byPolicy(port)
}

// byPolicy is the decision by the policies that were read.
func (in *inheritance) byPolicy(port int32) Decision {
	scope, by := in.decided()
	if by == nil {
		return Decision{Mode: Permissive, Scope: ScopeDefault, Rule: "2.4",
			Because: "no policy sets a mode: Istio's default", Shadowed: in.losers(port)}
	}
	d := Decision{Mode: by.Mode, Scope: scope, By: by.Ref, Field: by.ModeField(), Origin: by.Origin, Rule: "2.4"}
	d.Because = by.Ref.String() + ", " + strings.TrimPrefix(string(d.Field), "spec.")
	d.Shadowed = append(in.outranked(scope-1, scope.String()+" "+by.Ref.Path()), in.losers(port)...)
	return d
}

// forPort is the decision of one port: portLevelMtls of the winning workload
// policy, else the workload's (2.5).
func (in *inheritance) forPort(port int32) Decision {
	by := in.winners[ScopeWorkload]
	if by == nil || in.unseen != nil && in.unseen.Revision == "" {
		return in.forWorkload(port)
	}
	mode, ok := by.Port(port)
	if !ok || mode == Unset {
		return in.forWorkload(port)
	}
	if in.unseen != nil {
		return Decision{Mode: Unknown, IfMeshed: mode, Scope: ScopeDefault, Rule: "9", Because: in.unseen.String()}
	}
	d := Decision{Mode: mode, Scope: ScopePort, By: by.Ref, Field: by.PortField(port), Origin: by.Origin, Rule: "2.5"}
	d.Because = fmt.Sprintf("%s, portLevelMtls[%d]", by.Ref, port)
	d.Shadowed = append(in.outranked(ScopeWorkload, fmt.Sprintf("port %d of %s", port, by.Ref.Path())), in.losers(port)...)
	return d
}

// modeOf is the mode of forPort, without its reasons.
func (in *inheritance) modeOf(port int32) Mode {
	if by := in.winners[ScopeWorkload]; by != nil && in.unseen == nil {
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
func (in *inheritance) gap() *Gap {
	if scope, _ := in.decided(); in.unseen == nil && scope > ScopeMesh {
		return nil
	}
	if in.unseen != nil {
		return in.unseen
	}
	return in.unseenRoot
}

// unseenPolicy is the decision where policies could not be read, or the mesh configuration
// that says which of them count: then what a policy of the workload's own namespace says is
// no more than likely.
func (in *inheritance) unseenPolicy(g *Gap, port int32) Decision {
	out := Decision{Mode: Unknown, Scope: ScopeDefault, Rule: "2.1", Because: g.String()}
	if g.Revision == "" {
		return out
	}
	out.Rule = "9"
	if d := in.byPolicy(port); d.Scope > ScopeMesh {
		out.IfMeshed, out.Shadowed = d.Mode, d.Shadowed
	}
	return out
}

// outranked are the winners of wider scopes that set a mode and were overridden.
func (in *inheritance) outranked(from Scope, by string) []Shadow {
	var out []Shadow
	for s := from; s >= ScopeMesh; s-- {
		if p := in.winners[s]; p != nil && p.Mode != Unset {
			out = append(out, Shadow{By: p.Ref, Field: p.ModeField(), Mode: p.Mode, Origin: p.Origin, Because: "overridden by " + by, Rule: "2.4"})
		}
	}
	return out
}

// losers are the policies that were dropped whole and would have set a mode: for
// the port if they have an entry for it, else for the workload.
func (in *inheritance) losers(port int32) []Shadow {
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
	out := Shadow{By: s.By, Field: s.Field, Mode: s.Mode, Origin: s.Origin, Because: s.Because, Rule: s.Rule}
	if mode := s.entry(port); mode != Unset {
		out.Mode, out.Field = mode, Path("spec", "portLevelMtls", fmt.Sprint(port))
	}
	return out
}
