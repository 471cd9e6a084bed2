package plan

import (
	"slices"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// safe writes policies so that istiod converts them to what sidecars do (2C.6, 2C.7): exceptions
// get the mode that they inherit, which needs no policy above them, and where that is not enough
// the namespace says its mode itself. What still opens a port keeps its sidecar.
func (c *crossing) safe() {
	if wide := c.spaceModes(c.opened(c.ownModes())); len(wide) > 0 {
		c.carry(Safe, wide, nil, func(resolve.Ref, harm) {})
	}
	c.carry(Safe, c.ownModes(), nil, func(resolve.Ref, harm) {})
	for ref, open := range c.opened(nil) {
		c.stay(ref, migrate.Blocked, advise.Reason{Text: "in ambient, its port would accept plaintext that the sidecar rejects (2C.6)", By: open.By, Position: open.Position(), Fix: "give the policy a mode of its own: mtls.mode: STRICT"})
	}
}

// opened are the workloads of which a port would refuse less once all have moved, with the decision
// of one of these ports, after some changes more.
func (c *crossing) opened(more []step) map[resolve.Ref]*resolve.Decision {
	changes := changesOf(more)
	var units []*unit
	for _, x := range c.spaces {
		for _, u := range slices.Concat(c.movable(x), c.following(x)) {
			if !c.stays(u.ref) {
				units = append(units, u)
				s := c.enrolled(u, "")
				changes = append(changes, s.Change)
			}
		}
	}
	out := map[resolve.Ref]*resolve.Decision{}
	if len(units) == 0 {
		return out
	}
	next, _ := c.state.after(changes)
	for _, was := range units {
		is := next.unit(was.ref)
		if is == nil {
			continue
		}
		for _, port := range append(numbersOf(was, is), 0) {
			for _, w := range is.variants {
				if d := decisionOf(w, port); was.means(port).Weaker(resolve.Permissive) || !d.Mode.Weaker(was.means(port)) {
					continue
				} else if out[was.ref] == nil {
					out[was.ref] = d
				}
			}
		}
	}
	return out
}

func changesOf(steps []step) []Change {
	var out []Change
	for i := range steps {
		out = append(out, steps[i].Change)
	}
	return out
}

// ownModes are policies of workloads with exceptions and without a mode below STRICT, which get that
// mode; and others below a policy that a plan wrote after them, which have to be converted anew.
func (c *crossing) ownModes() (out []step) {
	seen := map[resolve.Ref]bool{}
	for _, x := range c.spaces {
		for _, u := range slices.Concat(c.movable(x), c.following(x)) {
			for _, w := range u.variants {
				p := w.Winner(resolve.ScopeWorkload)
				if p == nil || len(p.Ports) == 0 || seen[p.Ref] || u.ref.Namespace == c.start.mesh.RootNamespace() {
					continue
				}
				was, there := c.state.mesh.Input(p.Ref)
				if !there || was.Kind != resolve.KindPeerAuthentication {
					continue
				}
				s := step{Change{How: Replace, Was: was, Is: clone(was), What: "as it is, applied again", Why: "istiod converts it for ztunnel only when it changes, not when the policy of its namespace does (2C.7)"}, []resolve.Ref{p.Ref}}
				wide := c.state.winner(u.ref, resolve.ScopeNamespace)
				switch {
				case p.Mode == resolve.Unset && served(w, 0) == resolve.Strict && excepts(p):
					s.Is = withMode(was, resolve.Strict)
					s.What, s.Why = "mode STRICT, with its exceptions", "ztunnel applies exceptions by a policy with a mode of its own, whatever changes above it (2C.7)"
				case wide == nil || !c.state.planned(wide.Ref) || c.state.planned(p.Ref):
					continue
				}
				seen[p.Ref] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// excepts reports a policy that ztunnel reads as sidecars do once it has a mode: with exceptions of
// DISABLE only, these would no longer count (C3).
func excepts(p *inbound.PeerAuthentication) bool {
	for _, e := range p.Ports {
		if e.Mode == resolve.Permissive {
			return true
		}
	}
	return false
}

// withMode is a policy with another mode, and nothing else changed.
func withMode(o resolve.Object, mode resolve.Mode) resolve.Object {
	o = clone(o)
	v := o.Value.(*securityv1.PeerAuthentication)
	ports := v.Spec.PortLevelMtls
	o = saying(o, mode, nil)
	o.Value.(*securityv1.PeerAuthentication).Spec.PortLevelMtls = ports
	return o
}

// spaceModes are policies of namespaces that say the STRICT which they inherit, or which an empty
// selector keeps from ambient workloads (C2).
func (c *crossing) spaceModes(opened map[resolve.Ref]*resolve.Decision) (out []step) {
	const why = "ztunnel applies the exceptions of its workloads only below a mode that their namespace has itself (2C.6)"
	for _, cs := range c.spaces {
		i := slices.IndexFunc(cs.units, func(u *unit) bool { return opened[u.ref] != nil })
		if i < 0 || cs.name == c.start.mesh.RootNamespace() {
			continue
		}
		x := c.space(cs.units[i])
		if x.mode() != resolve.Strict {
			continue
		}
		if x.winner == nil {
			o := saying(newPolicy(x.name, c.state.free(x.name, "default"), nil), resolve.Strict, nil)
			out = append(out, step{Change{How: Create, Is: o, What: policyText(resolve.Strict, nil), Why: why}, []resolve.Ref{o.Ref()}})
			continue
		}
		was, there := c.state.mesh.Input(x.winner.Ref)
		if !there || was.Kind != resolve.KindPeerAuthentication {
			continue
		}
		is := withMode(was, resolve.Strict)
		is.Value.(*securityv1.PeerAuthentication).Spec.Selector = nil
		if !sameSpec(was, is) {
			out = append(out, step{Change{How: Replace, Was: was, Is: is, What: policyText(resolve.Strict, nil), Why: why}, []resolve.Ref{was.Ref()}})
		}
	}
	return out
}
