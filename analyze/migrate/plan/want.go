package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// want is what the policies of a workload shall come to.
type want struct {
	mode resolve.Mode
	// ports are the exceptions.
	ports map[int32]resolve.Mode
	// kept is true for a workload of which nothing changes.
	kept bool
}

// intent is what the plan is about, worked out anew for every attempt.
type intent struct {
	*planner
	wants map[resolve.Ref]*want
	// winners are the policies of workloads, and whom they decide for.
	winners  map[resolve.Ref]*inbound.PeerAuthentication
	deciding map[resolve.Ref][]*unit
	spaces   map[string]*space
	names    []string
	// meshwide is true for a plan that ends with a mesh-wide policy; noMesh says why one
	// that was asked for does not.
	meshwide bool
	noMesh   string
}

// served is what the policies say for a port, whatever stands in front of it.
func served(w *inbound.Workload, port int32) resolve.Mode {
	d := decisionOf(w, port)
	switch d.Mode {
	case resolve.None, resolve.Unknown:
		return d.IfMeshed
	}
	return d.Mode
}

// relevant reports a workload to which policies apply, now or once it has joined.
func (p *planner) relevant(u *unit) bool {
	switch u.dataplane() {
	case resolve.DataplaneGateway, resolve.DataplaneWaypoint:
		return false
	case resolve.DataplaneNone:
		return p.joins[u.ref]
	}
	return true
}

func (p *planner) intend() *intent {
	in := &intent{planner: p, wants: map[resolve.Ref]*want{}, winners: map[resolve.Ref]*inbound.PeerAuthentication{}, deciding: map[resolve.Ref][]*unit{}, spaces: map[string]*space{}}
	root := p.start.mesh.RootNamespace()
	for u := range p.start.each {
		if !p.relevant(u) {
			continue
		}
		if u.ref.Namespace == root || p.start.mesh.Hides(u.ref.Namespace) {
			continue // what its policies say is the mesh's, or said to nobody (1.14)
		}
		in.wants[u.ref] = p.wanted(u)
		if w := p.start.winner(u.ref, resolve.ScopeWorkload); w != nil {
			in.winners[u.ref] = w
			in.deciding[w.Ref] = append(in.deciding[w.Ref], u)
		}
		if in.spaces[u.ref.Namespace] == nil {
			in.spaces[u.ref.Namespace] = p.space(u)
			in.names = append(in.names, u.ref.Namespace)
		}
		in.spaces[u.ref.Namespace].units = append(in.spaces[u.ref.Namespace].units, u)
	}
	in.agree()
	for _, name := range in.names {
		in.decide(in.spaces[name])
	}
	in.decideMesh()
	return in
}

// wanted is STRICT, but for the ports that are held.
func (p *planner) wanted(u *unit) *want {
	w := &want{mode: resolve.Strict, ports: map[int32]resolve.Mode{}}
	ports := p.known[u.ref]
	for _, port := range ports {
		if _, held := p.held[Target{u.ref, port}]; held {
			w.ports[port] = p.keeping(u, port)
		}
	}
	for _, x := range u.variants {
		for i := range x.Ports {
			if d := &x.Ports[i].Decision; d.Mode == resolve.TLS && d.Scope == resolve.ScopeListener {
				w.ports[x.Ports[i].Number] = resolve.Disable // what makes its own TLS count (2.10)
			}
		}
	}
	switch {
	case !p.touches(u), len(ports) > 0 && p.allHeld(u), u.dataplane() == resolve.DataplaneUnknown, p.heldWhole(u):
		w.kept = true
	}
	if w.kept {
		w.mode, w.ports = p.keeping(u, 0), map[int32]resolve.Mode{}
		for _, x := range u.variants {
			for i := range x.Ports {
				if n := x.Ports[i].Number; served(x, n) != w.mode && served(x, n) != resolve.TLS && served(x, n) != resolve.Unset {
					w.ports[n] = served(x, n)
				}
			}
		}
	}
	moves, stay := p.displacedIn(u)
	for _, d := range moves {
		delete(w.ports, d.from)
		w.ports[d.to] = d.mode
	}
	for _, d := range stay {
		w.ports[d.from] = d.mode
	}
	return w
}

// keeping is the mode that keeps a port as it is. One that gets a sidecar took plaintext.
func (p *planner) keeping(u *unit, port int32) resolve.Mode {
	if p.joins[u.ref] {
		return resolve.Permissive
	}
	mode := served(u.variants[0], port)
	for _, w := range u.variants[1:] {
		if m := served(w, port); m.Refuses() < mode.Refuses() {
			mode = m
		}
	}
	if mode == resolve.Unset {
		return resolve.Permissive
	}
	return mode
}

func (p *planner) allHeld(u *unit) bool {
	return !slices.ContainsFunc(p.known[u.ref], func(port int32) bool { _, held := p.held[Target{u.ref, port}]; return !held })
}

// heldWhole reports a workload held as such: none of its ports is known, and plaintext came.
func (p *planner) heldWhole(u *unit) bool {
	if _, held := p.held[Target{u.ref, 0}]; held {
		return true
	}
	if len(p.known[u.ref]) > 0 {
		return false
	}
	for _, w := range u.variants {
		for _, a := range p.start.advice(&p.Options).Evidence.At(w) {
			if !a.Plaintext.IsZero() || !a.Unknown.IsZero() {
				return true
			}
		}
	}
	return false
}

// agree makes workloads that one policy decides for want the same: what one of them
// needs, the others have to bear.
func (in *intent) agree() {
	for ref, units := range in.deciding {
		if len(units) < 2 {
			continue
		}
		at := slices.IndexFunc(units, func(u *unit) bool { return in.wants[u.ref].kept })
		if at >= 0 {
			for _, u := range units {
				if w := in.wants[u.ref]; !w.kept {
					in.share(u, ref, units[at])
				}
			}
			continue
		}
		ports, whose := map[int32]resolve.Mode{}, map[int32]*unit{}
		for _, u := range units {
			for port, mode := range in.wants[u.ref].ports {
				if is, ok := ports[port]; !ok || mode.Refuses() < is.Refuses() {
					ports[port], whose[port] = mode, u
				}
			}
		}
		for _, u := range units {
			for port := range ports {
				if _, own := in.wants[u.ref].ports[port]; !own && slices.Contains(in.known[u.ref], port) {
					in.hold(Target{u.ref, port}, migrate.Blocked, shared(ref, whose[port]))
				}
			}
			in.wants[u.ref].ports = ports
		}
	}
}

// share keeps a workload because of another one under its policy.
func (in *intent) share(u *unit, by resolve.Ref, with *unit) {
	for _, port := range in.known[u.ref] {
		in.hold(Target{u.ref, port}, migrate.Blocked, shared(by, with))
	}
	in.hold(Target{u.ref, 0}, migrate.Blocked, shared(by, with))
	in.wants[u.ref] = in.wanted(u)
}

func shared(by resolve.Ref, with *unit) advise.Reason {
	return advise.Reason{
		Text: fmt.Sprintf("%s also applies to %s, which stays as it is", by, with.ref.Typed()), By: by,
		Fix: "give each a policy of its own, with a selector that matches only one of them",
	}
}
