package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// turning are the workloads that are not STRICT yet and shall be.
func (in *intent) turning(s *state) []*unit {
	var out []*unit
	for _, name := range in.names {
		for _, u := range in.spaces[name].units {
			if !in.wants[u.ref].kept && in.turns(s, u) {
				out = append(out, u)
			}
		}
	}
	return out
}

// turns reports a workload any of whose ports is to become STRICT.
func (in *intent) turns(s *state, u *unit) bool {
	stays := in.wants[u.ref].ports
	for _, w := range s.unit(u.ref).variants {
		if w.Default.Mode != resolve.Strict {
			return true
		}
		for i := range w.Ports {
			if p := &w.Ports[i]; p.Decision.Mode != resolve.Strict && p.Decision.Mode != resolve.None && stays[p.Number] == resolve.Unset {
				return true
			}
		}
	}
	return false
}

// strict makes workloads STRICT by policies of their own: those that have one, those
// with exceptions, those whose namespace does not follow, and those that go before it.
func (in *intent) strict(s *state, units []*unit, before func(*unit) bool) (changes []Change, unpicked []*unit) {
	for _, u := range units {
		x, w := in.spaces[u.ref.Namespace], in.wants[u.ref]
		own := s.winner(u.ref, resolve.ScopeWorkload) != nil
		if !own && (x.turns && len(w.ports) == 0 && !before(u) || len(in.known[u.ref]) == 0) || !in.turns(s, u) {
			continue // its namespace's policy will do, or it serves nothing that is known
		}
		c, ok := in.forUnit(s, u, resolve.Strict, w.ports, strictWhy(w))
		if !ok {
			unpicked = append(unpicked, u)
		} else if c != nil {
			changes = append(changes, *c)
		}
	}
	return distinct(changes), unpicked
}

func strictWhy(w *want) string {
	if len(w.ports) > 0 {
		return fmt.Sprintf("no known plaintext client, except for %d of its ports, which stay as they are", len(w.ports))
	}
	return "no known plaintext client"
}

// namespaces makes those STRICT that ready chooses.
func (in *intent) namespaces(s *state, ready func(*space) bool) []Change {
	var out []Change
	turning := 0 // with ports that the namespace's policy decides for
	for _, name := range in.names {
		if x := in.spaces[name]; x.turns && in.follows(s, x) && in.modeIn(s, x) != resolve.Strict {
			turning++
		}
	}
	for _, name := range in.names {
		x := in.spaces[name]
		if !x.turns || in.modeIn(s, x) == resolve.Strict || !ready(x) || in.meshSuffices(s, x, turning) {
			continue
		}
		if c := in.forSpace(s, x, resolve.Strict, "all of its workloads are STRICT or can be, except those with their own policies"); c != nil {
			out = append(out, *c)
		}
	}
	return out
}

// meshSuffices reports a namespace for which the mesh-wide policy will do: one without
// ports, or the only one that turns.
func (in *intent) meshSuffices(s *state, x *space, turning int) bool {
	own := x.winnerIn(s)
	return in.meshwide && (!in.follows(s, x) || turning == 1) && (own == nil || own.Mode == resolve.Unset)
}

// follows reports a namespace with a known port that the namespace's policy decides for.
func (in *intent) follows(s *state, x *space) bool {
	return slices.ContainsFunc(x.units, func(u *unit) bool {
		return !in.wants[u.ref].kept && len(in.known[u.ref]) > 0 && s.winner(u.ref, resolve.ScopeWorkload) == nil
	})
}

// mesh makes the rest STRICT: what comes new too.
func (in *intent) mesh(s *state) []Change {
	if !in.meshwide {
		return nil
	}
	const why = "new namespaces and workloads inherit STRICT"
	policy, _ := s.meshPolicy()
	if policy == nil {
		root := s.mesh.RootNamespace()
		return []Change{*s.set(saying(newPolicy(root, s.free(root, "default"), nil), resolve.Strict, nil), sameSpec, policyText(resolve.Strict, nil), why)}
	}
	was, _ := s.mesh.Input(policy.Ref)
	if c := s.set(saying(was, resolve.Strict, nil), sameSpec, policyText(resolve.Strict, nil), why); c != nil {
		return []Change{*c}
	}
	return nil
}

// meshPolicy is the mesh-wide policy, nil without one; ok is false for one that a plan
// cannot write: a control plane's own, or one of several revisions.
func (s *state) meshPolicy() (policy *inbound.PeerAuthentication, ok bool) {
	for _, p := range s.mesh.PeerAuthentications() {
		switch _, there := s.mesh.Input(p.Ref); {
		case p.Scope != resolve.ScopeMesh || p.Rejected != "":
		case p.HasRevision, !there, p.Ref.Kind != resolve.KindPeerAuthentication:
			return nil, false
		case policy == nil:
			policy = p
		}
	}
	return policy, true
}

// tidy removes policies that a plan made and that say no more than what is above them.
func (in *intent) tidy(s *state) []Change {
	var out []Change
	meshStrict := false
	for _, p := range s.mesh.PeerAuthentications() {
		meshStrict = meshStrict || p.Scope == resolve.ScopeMesh && p.Mode == resolve.Strict && p.Rejected == ""
	}
	for _, p := range s.mesh.PeerAuthentications() {
		o, there := s.mesh.Input(p.Ref)
		x := in.spaces[p.Ref.Namespace]
		if !there || !ours(o) || p.Mode != in.To || len(p.Ports) > 0 || x == nil {
			continue
		}
		switch {
		case p.Scope == resolve.ScopeWorkload && in.modeIn(s, x) == in.To:
			out = append(out, Change{How: Delete, Was: o, What: "delete it", Why: "its namespace is " + in.To.String()})
		case p.Scope == resolve.ScopeNamespace && p.Mode == resolve.Strict && meshStrict:
			out = append(out, Change{How: Delete, Was: o, What: "delete it", Why: "the mesh is STRICT"})
		}
	}
	return out
}
