package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// space is one namespace.
type space struct {
	name  string
	units []*unit
	// winner is its policy, nil without one.
	winner *inbound.PeerAuthentication
	// inherits is what its workloads have without one.
	inherits resolve.Mode
	// opens is true for a namespace whose policy is DISABLE and shall not be, turns for
	// one whose policy becomes STRICT, pinned for one whose policy keeps it as it is.
	opens, turns, pinned bool
}

// mode is what the namespace's workloads have without policies of their own.
func (s *space) mode() resolve.Mode {
	if s.winner != nil && s.winner.Mode != resolve.Unset {
		return s.winner.Mode
	}
	return s.inherits
}

// space reads a namespace's policies off one of its workloads.
func (p *planner) space(u *unit) *space {
	s := &space{name: u.ref.Namespace, inherits: resolve.Permissive}
	for _, step := range u.variants[0].Chain.Steps {
		if step.Applies && step.Scope == resolve.ScopeMesh && step.Mode != resolve.Unset {
			s.inherits = step.Mode
		}
	}
	s.winner = p.start.winner(u.ref, resolve.ScopeNamespace)
	return s
}

// winnerIn is the namespace's policy in another state, nil without one.
func (s *space) winnerIn(now *state) *inbound.PeerAuthentication {
	return now.winner(s.units[0].ref, resolve.ScopeNamespace)
}

// decide chooses how a namespace gets to STRICT: by a policy of its own where fewer
// workloads stay than turn, else workload by workload.
func (in *intent) decide(s *space) {
	turning, staying := 0, 0
	for _, u := range s.units {
		switch {
		case in.winners[u.ref] != nil && in.winners[u.ref].Mode != resolve.Unset:
		case in.wants[u.ref].kept:
			staying++
		default:
			turning++
		}
	}
	serves := slices.ContainsFunc(s.units, func(u *unit) bool { return !in.wants[u.ref].kept && len(in.known[u.ref]) > 0 })
	any := slices.ContainsFunc(s.units, func(u *unit) bool { return !in.wants[u.ref].kept })
	switch s.opens = serves && s.mode() == resolve.Disable && in.Scope != WorkloadScope && in.spaceHeld[s.name] == 0; {
	case in.spaceHeld[s.name] > 0:
	case in.To != resolve.Strict || in.Scope == WorkloadScope:
	case any && (staying <= turning || s.opens):
		s.turns = true
	}
}

// decideMesh chooses whether a mesh-wide policy comes at the end: where something turns,
// and no more namespaces have to be kept from it than follow it.
func (in *intent) decideMesh() {
	var turning, staying []*space
	for _, name := range in.names {
		switch s := in.spaces[name]; {
		case s.turns, s.mode() == resolve.Strict:
			turning = append(turning, s)
		case s.winner == nil || s.winner.Mode == resolve.Unset:
			staying = append(staying, s)
		}
	}
	_, writable := in.start.meshPolicy()
	turns := slices.ContainsFunc(turning, func(s *space) bool { return s.turns })
	in.meshwide = writable && in.To == resolve.Strict && in.Scope == MeshScope && in.meshHeld == "" && turns && len(staying) <= len(turning)
	for _, s := range staying {
		s.pinned = in.meshwide
	}
	switch {
	case in.To != resolve.Strict || in.Scope != MeshScope || in.meshwide || !turns:
	case in.meshHeld != "":
		in.noMesh = in.meshHeld
	case !writable:
		in.noMesh = "the mesh-wide policy belongs to one control plane, or to one of several revisions"
	default:
		in.noMesh = fmt.Sprintf("of %d namespaces %d would have to be excluded", len(staying)+len(turning), len(staying))
	}
}
