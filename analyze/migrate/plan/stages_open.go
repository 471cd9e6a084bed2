package plan

import (
	"maps"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// accept lets servers that are DISABLE take mTLS too. Where the namespace says DISABLE
// its clients send plaintext until that changes, whatever the workloads' policies say
// (3.4.1, 3.4.2): both sides can follow one after the other.
func (in *intent) accept(s *state) (changes []Change, unpicked []*unit) {
	for _, name := range in.names {
		x := in.spaces[name]
		for _, u := range x.units {
			w := in.wants[u.ref]
			if w.kept || len(in.known[u.ref]) == 0 || !in.leavesDisable(s, x, u) {
				continue
			}
			mode, ports := in.accepting(s, u)
			c, ok := in.forUnit(s, u, mode, ports, "its clients may send mTLS soon: the server accepts mTLS and plaintext first")
			if !ok {
				unpicked = append(unpicked, u)
			} else if c != nil {
				changes = append(changes, *c)
			}
		}
	}
	return distinct(changes), unpicked
}

// accepting is what a workload's policy says with PERMISSIVE in place of DISABLE: what is
// STRICT by it stays so, and so does what is held.
func (in *intent) accepting(s *state, u *unit) (resolve.Mode, map[int32]resolve.Mode) {
	stays := in.wants[u.ref].ports
	now := s.winner(u.ref, resolve.ScopeWorkload)
	if now == nil {
		return resolve.Permissive, stays
	}
	mode, ports := now.Mode, maps.Clone(stays)
	if mode == resolve.Disable || mode == resolve.Unset && served(s.unit(u.ref).variants[0], 0) == resolve.Disable {
		mode = resolve.Permissive
	}
	for _, p := range now.Ports {
		if _, held := stays[p.Port]; held {
			continue
		}
		if ports[p.Port] = p.Mode; p.Mode == resolve.Disable {
			ports[p.Port] = resolve.Permissive
		}
	}
	return mode, ports
}

// leavesDisable reports a workload with ports that are DISABLE and shall not be.
func (in *intent) leavesDisable(s *state, x *space, u *unit) bool {
	now, stays := s.unit(u.ref), in.wants[u.ref].ports
	disabled := false
	for _, w := range now.variants {
		for i := range w.Ports {
			if n := w.Ports[i].Number; served(w, n) == resolve.Disable && stays[n] != resolve.Disable {
				disabled = true
			}
		}
		disabled = disabled || served(w, 0) == resolve.Disable
	}
	if s.winner(u.ref, resolve.ScopeWorkload) != nil {
		return disabled
	}
	return disabled && x.opens
}

// offer lets the clients of namespaces that were DISABLE send mTLS.
func (in *intent) offer(s *state) []Change {
	var out []Change
	for _, name := range in.names {
		x := in.spaces[name]
		if !x.opens || in.modeIn(s, x) != resolve.Disable {
			continue
		}
		if c := in.forSpace(s, x, resolve.Permissive, "the servers already accept mTLS and plaintext: clients may send mTLS"); c != nil {
			out = append(out, *c)
		}
	}
	return out
}

// modeIn is what a namespace's policies come to in another state.
func (in *intent) modeIn(s *state, x *space) resolve.Mode {
	mode := resolve.Permissive
	for _, step := range s.unit(x.units[0].ref).variants[0].Chain.Steps {
		if step.Applies && (step.Scope == resolve.ScopeMesh || step.Scope == resolve.ScopeNamespace) && step.Mode != resolve.Unset {
			mode = step.Mode
		}
	}
	return mode
}
