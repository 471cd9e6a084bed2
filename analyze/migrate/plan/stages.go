package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// forUnit is the change that makes a workload's own policy say something, nil where it
// does. ok is false where no selector picks the workload alone.
func (in *intent) forUnit(s *state, u *unit, mode resolve.Mode, ports map[int32]resolve.Mode, why string) (c *Change, ok bool) {
	if now := s.winner(u.ref, resolve.ScopeWorkload); now != nil {
		was, there := s.mesh.Input(now.Ref)
		if !there {
			return nil, false
		}
		return s.set(saying(was, mode, ports), sameSpec, policyText(mode, ports), why), true
	}
	selector := s.selector(s.unit(u.ref))
	if selector == nil {
		return nil, false
	}
	o := saying(newPolicy(u.ref.Namespace, s.free(u.ref.Namespace, u.ref.Name), selector), mode, ports)
	return s.set(o, sameSpec, policyText(mode, ports), why), true
}

// forSpace is the change of a namespace's policy, nil where it says so already.
func (in *intent) forSpace(s *state, x *space, mode resolve.Mode, why string) *Change {
	if now := x.winnerIn(s); now != nil {
		was, there := s.mesh.Input(now.Ref)
		if !there {
			return nil // a control plane's own
		}
		return s.set(saying(was, mode, nil), sameSpec, policyText(mode, nil), why)
	}
	return s.set(saying(newPolicy(x.name, s.free(x.name, "default"), nil), mode, nil), sameSpec, policyText(mode, nil), why)
}

// policyText is "mode STRICT, with 8080 PERMISSIVE".
func policyText(mode resolve.Mode, ports map[int32]resolve.Mode) string {
	text := "mode " + mode.String()
	var parts []string
	for _, n := range slices.Sorted(maps.Keys(ports)) {
		if ports[n] != mode {
			parts = append(parts, fmt.Sprintf("%d %s", n, ports[n]))
		}
	}
	if len(parts) > 0 {
		text += ", with " + strings.Join(parts, " and ")
	}
	return text
}

// keep writes down what stays, where what is above it will change.
func (in *intent) keep(s *state) ([]Change, []*unit) {
	var out []Change
	var unpicked []*unit
	for _, name := range in.names {
		x := in.spaces[name]
		if x.pinned {
			if c := in.forSpace(s, x, x.inherits, "the mesh-wide policy becomes STRICT, and this one has to stay as it is"); c != nil {
				out = append(out, *c)
			}
		}
		for _, u := range x.units {
			c, ok := in.pin(s, x, u)
			if c == nil && ok {
				c = in.move(s, u)
			}
			if !ok {
				unpicked = append(unpicked, u)
			} else if c != nil {
				out = append(out, *c)
			}
		}
	}
	return distinct(out), unpicked
}

// pin is the policy that keeps one workload, or takes plaintext for one that joins
// where policies are STRICT already: its clients may be restarted after it.
func (in *intent) pin(s *state, x *space, u *unit) (c *Change, ok bool) {
	w := in.wants[u.ref]
	winner := in.winners[u.ref]
	switch {
	case in.joins[u.ref] && in.strictOnceIn(u):
		if winner != nil {
			return nil, len(in.deciding[winner.Ref]) == 1 && winner.Mode == resolve.Unset
		}
		return in.forUnit(s, u, resolve.Permissive, nil, "it joins the mesh where policies are STRICT, perhaps before its clients")
	case !w.kept || !x.turns && !x.opens:
		return nil, true
	case winner != nil && winner.Mode != resolve.Unset:
		return nil, true
	case x.mode() == resolve.Strict:
		return nil, true
	}
	return in.forUnit(s, u, w.mode, w.ports, "it stays as it is when its namespace becomes STRICT")
}

// strictOnceIn reports a workload whose ports would be STRICT with a sidecar.
func (in *intent) strictOnceIn(u *unit) bool {
	for _, w := range u.variants {
		if served(w, 0) == resolve.Strict {
			return true
		}
		for i := range w.Ports {
			if served(w, w.Ports[i].Number) == resolve.Strict {
				return true
			}
		}
	}
	return false
}

// distinct leaves one change of each object.
func distinct(all []Change) []Change {
	seen := map[resolve.Ref]bool{}
	return slices.DeleteFunc(all, func(c Change) bool {
		was := seen[c.Ref()]
		seen[c.Ref()] = true
		return was
	})
}
