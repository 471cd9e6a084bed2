package mesh

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Untouched finds the hosts of which all calls end in one mesh as they do in the other,
// without asking a client: no changed rule is about the host, and no changed policy about
// its endpoints. It knows nothing of the rest. It is for one goroutine.
type Untouched struct {
	was, is *Mesh
	changed map[resolve.Ref]bool
	// exact and wild are the hosts of changed rules, on either side.
	exact    map[string]bool
	wild     []string
	revision string
	gates    map[string]bool // what sameGate found, by namespace
}

// NewUntouched compares two meshes that differ in the changed objects and in nothing else.
// nil, which knows no such host, where another kind than PeerAuthentication and
// DestinationRule changed, where they were made with other Options, where several clusters
// were joined, and where control planes of several revisions judge.
func NewUntouched(was, is *Mesh, changed []resolve.Ref) *Untouched {
	if !reflect.DeepEqual(was.options, is.options) {
		return nil
	}
	u := &Untouched{was: was, is: is, changed: map[resolve.Ref]bool{}, exact: map[string]bool{}, gates: map[string]bool{}}
	for _, ref := range changed {
		if ref.Kind != resolve.KindPeerAuthentication && ref.Kind != resolve.KindDestinationRule {
			return nil
		}
		u.changed[ref] = true
	}
	for _, m := range []*Mesh{was, is} {
		if len(m.parts) > 0 || !u.judgedBy(m) {
			return nil
		}
		for _, r := range m.DestinationRules() {
			switch {
			case !u.changed[r.Ref]:
			case resolve.IsWildcard(r.FQDN):
				u.wild = append(u.wild, r.FQDN)
			default:
				u.exact[r.FQDN] = true
			}
		}
	}
	return u
}

// judgedBy reports that all clients and workloads are of the one revision.
func (u *Untouched) judgedBy(m *Mesh) bool {
	one := func(revision string) bool {
		revision = cmp.Or(revision, resolve.DefaultRevision)
		u.revision = cmp.Or(u.revision, revision)
		return u.revision == revision
	}
	for _, c := range m.Clients() {
		if c.Proxied() && !one(c.Revision) {
			return false
		}
	}
	return !slices.ContainsFunc(m.workloads, func(w *inbound.Workload) bool { return w.Membership.Revision != "" && !one(w.Membership.Revision) })
}

// Host reports that nothing about the hosts of a name changed.
func (u *Untouched) Host(name string) bool {
	if u == nil || u.ruled(name) {
		return false
	}
	was, is := u.was.HostsUnder(name), u.is.HostsUnder(name)
	if slices.ContainsFunc(was, func(h *outbound.Host) bool { return slices.ContainsFunc(u.was.RoutedTo(h), u.ruled) }) {
		return false
	}
	return len(was) == len(is) && !slices.ContainsFunc(was, func(h *outbound.Host) bool {
		return !slices.ContainsFunc(is, func(o *outbound.Host) bool { return h.Ref == o.Ref && u.same(h, o) })
	})
}

// ruled reports a host that a changed rule is about.
func (u *Untouched) ruled(name string) bool {
	return u.exact[name] || slices.ContainsFunc(u.wild, func(of string) bool { return resolve.SubsetOf(name, of) })
}

// same compares a host of both sides: the gate of its namespace (3.4.1), and its endpoints.
func (u *Untouched) same(was, is *outbound.Host) bool {
	if len(was.Ports) != len(is.Ports) || !u.sameGate(was.Namespace) {
		return false
	}
	for i := range was.Ports {
		p, o := &was.Ports[i], is.Port(was.Ports[i].Number)
		if o == nil || !u.sameEndpoints(p.Endpoints, o.Endpoints) {
			return false
		}
	}
	return true
}

func (u *Untouched) sameGate(namespace string) bool {
	same, known := u.gates[namespace]
	if !known {
		was, is := u.was.NamespaceMode(namespace, u.revision), u.is.NamespaceMode(namespace, u.revision)
		same = (was == nil) == (is == nil) && (u.was.GateUnseen(namespace, u.revision) == nil) == (u.is.GateUnseen(namespace, u.revision) == nil)
		u.gates[namespace] = same
	}
	return same
}

func (u *Untouched) sameEndpoints(was, is []outbound.Endpoint) bool {
	if len(was) != len(is) {
		return false
	}
	for i := range was {
		a, b := &was[i], &is[i]
		switch {
		case a.Policy != b.Policy || a.Port != b.Port || a.Address != b.Address || (a.Workload == nil) != (b.Workload == nil):
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
func (u *Untouched) sameMode(was, is *outbound.Endpoint) bool {
	if u.samePolicies(&was.Workload.In, &is.Workload.In) {
		return true
	}
	a, _ := was.Workload.Serves(was.Port)
	b, _ := is.Workload.Serves(is.Port)
	return a.Mode == b.Mode && a.IfMeshed == b.IfMeshed && a.OfMesh == b.OfMesh && a.Scope == b.Scope &&
		was.Workload.In.ModeOf(was.Port) == is.Workload.In.ModeOf(is.Port)
}

func (u *Untouched) samePolicies(was, is *inbound.Contest) bool {
	for i, a := range was.Winners {
		b := is.Winners[i]
		if (a == nil) != (b == nil) || a != nil && (a.Ref != b.Ref || u.changed[a.Ref]) {
			return false
		}
	}
	if slices.ContainsFunc(slices.Concat(was.Selecting, is.Selecting), func(p *inbound.PeerAuthentication) bool { return u.changed[p.Ref] }) {
		return false
	}
	if was.Hangs(u.changed) || is.Hangs(u.changed) {
		return false
	}
	return (was.Unseen == nil) == (is.Unseen == nil) && (was.UnseenRoot == nil) == (is.UnseenRoot == nil)
}
