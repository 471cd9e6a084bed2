package resolve

import (
	"cmp"
	"reflect"
	"slices"
)

// Untouched finds the hosts of which all calls end in one mesh as they do in the other,
// without asking a client: no changed rule is about the host, and no changed policy about
// its endpoints. It knows nothing of the rest.
type Untouched struct {
	was, is  *Mesh
	changed  map[Ref]bool
	hosts    []string // of changed rules, on either side
	revision string
}

// NewUntouched compares two meshes that differ in the changed objects and in nothing else.
// nil, which knows no such host, where another kind than PeerAuthentication and
// DestinationRule changed, where they were made with other Options, where several clusters
// were joined, and where control planes of several revisions judge.
func NewUntouched(was, is *Mesh, changed []Ref) *Untouched {
	if !reflect.DeepEqual(was.made, is.made) {
		return nil
	}
	u := &Untouched{was: was, is: is, changed: map[Ref]bool{}}
	for _, ref := range changed {
		if ref.Kind != KindPeerAuthentication && ref.Kind != KindDestinationRule {
			return nil
		}
		u.changed[ref] = true
	}
	for _, m := range []*Mesh{was, is} {
		m.linkClients()
		if len(m.parts) > 0 || !u.judgedBy(m) {
			return nil
		}
		for _, r := range m.rules {
			if u.changed[r.Ref] {
				u.hosts = append(u.hosts, r.FQDN)
			}
		}
	}
	return u
}

// judgedBy reports that all clients and workloads are of the one revision.
func (u *Untouched) judgedBy(m *Mesh) bool {
	one := func(revision string) bool {
		revision = cmp.Or(revision, DefaultRevision)
		u.revision = cmp.Or(u.revision, revision)
		return u.revision == revision
	}
	for _, c := range m.clients {
		if c.Proxied() && !one(c.Revision) {
			return false
		}
	}
	return !slices.ContainsFunc(m.workloads, func(w *Workload) bool { return w.Membership.Revision != "" && !one(w.Membership.Revision) })
}

// Host reports that nothing about the hosts of a name changed.
func (u *Untouched) Host(name string) bool {
	if u == nil || slices.ContainsFunc(u.hosts, func(of string) bool { return subsetOf(name, of) }) {
		return false
	}
	was, is := u.was.hostsByName[name], u.is.hostsByName[name]
	return len(was) == len(is) && !slices.ContainsFunc(was, func(h *Host) bool {
		return !slices.ContainsFunc(is, func(o *Host) bool { return h.Ref == o.Ref && u.same(h, o) })
	})
}

// same compares a host of both sides: the gate of its namespace (3.4.1), and its endpoints.
func (u *Untouched) same(was, is *Host) bool {
	return len(was.Ports) == len(is.Ports) && u.sameGate(was.Namespace) && !slices.ContainsFunc(was.Ports, func(p HostPort) bool {
		i := slices.IndexFunc(is.Ports, func(o HostPort) bool { return o.Number == p.Number })
		return i < 0 || !u.sameEndpoints(p.Endpoints, is.Ports[i].Endpoints)
	})
}

func (u *Untouched) sameGate(namespace string) bool {
	was, is := u.was.namespaceMode(namespace, u.revision), u.is.namespaceMode(namespace, u.revision)
	return (was == nil) == (is == nil) && (u.was.gateUnseen(namespace, u.revision) == nil) == (u.is.gateUnseen(namespace, u.revision) == nil)
}

func (u *Untouched) sameEndpoints(was, is []Endpoint) bool {
	if len(was) != len(is) {
		return false
	}
	for i := range was {
		a, b := &was[i], &is[i]
		switch {
		case a.policy != b.policy || a.Port != b.Port || a.Address != b.Address || (a.Workload == nil) != (b.Workload == nil):
			return false
		case a.Workload == nil:
		case a.Workload.Ref != b.Workload.Ref || a.Workload.Variant != b.Workload.Variant || !u.sameMode(a, b):
			return false
		}
	}
	return true
}

// sameMode reports that an endpoint's port serves the same: the same policies decide, of
// which none changed, or others with the same end.
func (u *Untouched) sameMode(was, is *Endpoint) bool {
	if u.samePolicies(&was.Workload.in, &is.Workload.in) {
		return true
	}
	a, _ := was.Workload.serves(was.Port)
	b, _ := is.Workload.serves(is.Port)
	return a.Mode == b.Mode && a.IfMeshed == b.IfMeshed && a.ofMesh == b.ofMesh && a.Scope == b.Scope &&
		was.Workload.in.modeOf(was.Port) == is.Workload.in.modeOf(is.Port)
}

func (u *Untouched) samePolicies(was, is *inheritance) bool {
	for i, a := range was.winners {
		b := is.winners[i]
		if (a == nil) != (b == nil) || a != nil && (a.Ref != b.Ref || u.changed[a.Ref]) {
			return false
		}
	}
	if slices.ContainsFunc(slices.Concat(was.selecting, is.selecting), func(p *PeerAuthentication) bool { return u.changed[p.Ref] }) {
		return false
	}
	return (was.unseen == nil) == (is.unseen == nil) && (was.unseenRoot == nil) == (is.unseenRoot == nil)
}
