package inbound

import "github.com/mtlsctl/mtlsctl/resolve"

// Early is what ztunnel enforces on a port of an ambient workload if the workload's own policy
// was written before that of the mesh, of the namespace, or of both, and not since: istiod
// converts it by the policies that are there when it is written, and not again when they change,
// though it goes by the new ones in what it refers the workload to (2C.7). Port 0 is any port that
// no policy names.
func (w *Workload) Early(port int32, mesh, namespace bool) resolve.Mode {
	before := Contest{Winners: w.In.Winners, parents: w.In.parents}
	if mesh {
		before.parents.mesh = nil
	}
	if namespace {
		before.parents.namespace = nil
	}
	return before.enforced(port)
}

// Late are the policies of the mesh and the namespace that open a STRICT port of an ambient
// workload if they come after the workload's own; nil for a port that no order opens.
func (w *Workload) Late(port int32) []*PeerAuthentication {
	in := &w.In
	if w.Membership.Dataplane != resolve.DataplaneAmbient || in.Winners[resolve.ScopeWorkload] == nil || in.gap() != nil || in.enforced(port) != resolve.Strict {
		return nil
	}
	mesh, namespace := in.parents.mesh, in.parents.namespace
	switch {
	case mesh != nil && w.Early(port, true, false) != resolve.Strict:
		return []*PeerAuthentication{mesh}
	case namespace != nil && w.Early(port, false, true) != resolve.Strict:
		return []*PeerAuthentication{namespace}
	case mesh != nil && namespace != nil && w.Early(port, true, true) != resolve.Strict:
		return []*PeerAuthentication{mesh, namespace}
	}
	return nil
}

// Order is which of two policies a cluster had first, as far as it says so.
type Order int8

// OrderUnknown: files say nothing, a cluster nothing of a policy that was changed.
const (
	OrderUnknown Order = iota
	OrderAfter
	OrderBefore
)

// Follows is whether a policy was written after another one was what it is. A policy that was
// changed since it was created says when neither happened; one that is older than the other may
// have been touched later on, which makes istiod read it again.
func (p *PeerAuthentication) Follows(o *PeerAuthentication) Order {
	switch {
	case p.Created.IsZero() || o.Created.IsZero():
		return OrderUnknown
	case p.Created.Before(o.Created):
		return OrderBefore
	case p.Created.After(o.Created) && o.generation == 1:
		return OrderAfter
	}
	return OrderUnknown
}
