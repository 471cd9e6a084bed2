package checks

import (
	"cmp"
	"slices"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// behindWaypoint is an ambient workload in front of which a waypoint stands, by a host.
type behindWaypoint struct {
	host     *outbound.Host
	workload *inbound.Workload
	waypoint *config.Waypoint
}

// behindWaypoints are all of them, each workload once for each waypoint, in the order of hosts.
func behindWaypoints(p *analyze.Pass) []behindWaypoint {
	var out []behindWaypoint
	seen := map[behindWaypoint]bool{}
	for _, h := range p.Mesh().Hosts() {
		if !h.Waypoint.Bound() || h.Passthrough {
			continue
		}
		for i := range h.Ports {
			for _, e := range h.Ports[i].Endpoints {
				key := behindWaypoint{nil, e.Workload, h.Waypoint.Waypoint}
				if e.Captured() && !seen[key] {
					seen[key] = true
					out = append(out, behindWaypoint{h, e.Workload, h.Waypoint.Waypoint})
				}
			}
		}
	}
	return out
}

// waypointPeer is who a waypoint is to a pod behind it: the service account of its pods (2D.8).
type waypointPeer struct{ trust, namespace, account string }

// peerOf is that of a waypoint, whose account an annotation of the Gateway may name.
func peerOf(p *analyze.Pass, b behindWaypoint) waypointPeer {
	id := waypointPeer{"cluster.local", b.waypoint.Ref.Namespace, b.waypoint.Ref.Name}
	if t := b.workload.Trust; t != nil {
		id.trust = t.Domain()
	}
	for _, o := range p.Objects(resolve.KindKubeGateway) {
		if g, ok := o.Value.(*gatewayv1.Gateway); ok && o.Ref() == b.waypoint.Ref {
			id.account = cmp.Or(g.Annotations[resolve.GatewayServiceAccountAnnotation], id.account)
		}
	}
	return id
}

// principal is the name in its certificate.
func (id waypointPeer) principal() string {
	return id.trust + "/ns/" + id.namespace + "/sa/" + id.account
}

// admittedBy reports a rule that lets some call of the waypoint pass, as ztunnel gets the rule.
func (id waypointPeer) admittedBy(r *authz.Rule) bool {
	if len(r.Unsupported(authz.Ztunnel)) > 0 {
		return false // it is dropped
	}
	if !id.all(r.Conditions, r.Policy.Ref.Namespace) {
		return false
	}
	return len(r.Sources) == 0 || slices.ContainsFunc(r.Sources, func(c authz.Clause) bool { return id.all(c, r.Policy.Ref.Namespace) })
}

// all reports terms none of which keeps the waypoint out.
func (id waypointPeer) all(terms authz.Clause, namespace string) bool {
	return !slices.ContainsFunc(terms, func(t authz.Term) bool {
		return t.About == authz.Peer && id.is(t, namespace) == t.Not && !strings.HasSuffix(strings.ToLower(t.Name), "trustdomain") && !strings.HasSuffix(strings.ToLower(t.Name), "trustdomains")
	})
}

// is reports a term one of whose values is the waypoint.
func (id waypointPeer) is(t authz.Term, namespace string) bool {
	return slices.ContainsFunc(t.Values, func(v string) bool {
		switch strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(t.Name, "source."), "not")) {
		case "principals", "principal":
			return glob(v, id.principal()) || glob(v, waypointPeer{"cluster.local", id.namespace, id.account}.principal())
		case "namespaces", "namespace":
			return glob(v, id.namespace)
		}
		ns, account, qualified := strings.Cut(v, "/")
		if !qualified {
			ns, account = namespace, v
		}
		return ns == id.namespace && account == id.account
	})
}

// glob is how policies compare: a star at either end, or alone, is anything.
func glob(pattern, value string) bool {
	if begin, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(value, begin)
	}
	if end, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(value, end)
	}
	return pattern == value
}

// ofZtunnel are the ALLOW policies that ztunnel enforces for a workload.
func ofZtunnel(set *authz.Set, w *inbound.Workload) []*authz.Policy {
	return slices.DeleteFunc(set.On(w), func(p *authz.Policy) bool { return p.Action != authz.Allow || len(p.Targets) > 0 })
}
