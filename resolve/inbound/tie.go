package inbound

import "github.com/mtlsctl/mtlsctl/resolve"

// rival is a policy that is as old as the winner of its scope: for ambient workloads istiod
// takes either, and another for the next pod (2A.3).
type rival struct {
	scope  resolve.Scope
	policy *PeerAuthentication
}

// mostRivals bounds how many of a scope are tried.
const mostRivals = 6

// tied finds two policies of the same age between which the mode of a port hangs; nil where it
// does not. Port 0 is any port that no policy names.
func (in *Contest) tied(port int32) (one, other *PeerAuthentication) {
	if len(in.rivals)+len(in.parents.rivals) == 0 {
		return nil, nil
	}
	alternatives := []*Contest{in}
	for s := resolve.ScopeMesh; s <= resolve.ScopeWorkload; s++ {
		alternatives = spread(alternatives, rivalsOf(in.rivals, s), func(c *Contest, p *PeerAuthentication) { c.Winners[s] = p })
	}
	alternatives = spread(alternatives, rivalsOf(in.parents.rivals, resolve.ScopeMesh), func(c *Contest, p *PeerAuthentication) { c.parents.mesh = p })
	alternatives = spread(alternatives, rivalsOf(in.parents.rivals, resolve.ScopeNamespace), func(c *Contest, p *PeerAuthentication) { c.parents.namespace = p })
	mode := in.enforced(port)
	for _, c := range alternatives[1:] {
		if c.enforced(port) != mode {
			return in.difference(c)
		}
	}
	return nil, nil
}

// spread is every contest as it is, and with each of the policies in the place that put knows.
func spread(list []*Contest, policies []*PeerAuthentication, put func(*Contest, *PeerAuthentication)) []*Contest {
	out := list
	for _, p := range policies {
		for _, c := range list {
			next := &Contest{Winners: c.Winners, parents: c.parents}
			put(next, p)
			out = append(out, next)
		}
	}
	return out
}

func rivalsOf(list []rival, scope resolve.Scope) (out []*PeerAuthentication) {
	for _, r := range list {
		if r.scope == scope && len(out) < mostRivals {
			out = append(out, r.policy)
		}
	}
	return out
}

// difference is the first policy that is another one in o.
func (in *Contest) difference(o *Contest) (one, other *PeerAuthentication) {
	for s, p := range in.Winners {
		if p != o.Winners[s] {
			return p, o.Winners[s]
		}
	}
	if in.parents.mesh != o.parents.mesh {
		return in.parents.mesh, o.parents.mesh
	}
	return in.parents.namespace, o.parents.namespace
}

// Hangs reports that the mode of a workload may hang on one of the policies though that is no
// winner: on a rival of one, or one from which ambient makes what it enforces (2C.5).
func (in *Contest) Hangs(on map[resolve.Ref]bool) bool {
	if len(in.rivals) == 0 && in.parents.mesh == nil && in.parents.namespace == nil {
		return false
	}
	for _, list := range [][]rival{in.rivals, in.parents.rivals} {
		for _, r := range list {
			if on[r.policy.Ref] {
				return true
			}
		}
	}
	for _, p := range []*PeerAuthentication{in.parents.mesh, in.parents.namespace} {
		if p != nil && on[p.Ref] {
			return true
		}
	}
	return false
}
