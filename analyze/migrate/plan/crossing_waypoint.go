package plan

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// guarded is a workload with policies that ztunnel does not enforce, and the Services that lead
// to it: a waypoint before them can, once no client calls past it (2D).
type guarded struct {
	u        *unit
	policies []*authz.Policy
	services []resolve.Ref
	// selector picks its pods.
	selector map[string]string
	// admits is true where one of the policies says ALLOW: callers that go past the waypoint
	// are denied once none of its rules counts.
	admits bool
}

// waypoints move workloads whose policies need a waypoint, namespace by namespace: the waypoint and
// copies of the policies first, then the Services to it, then the workloads. What one of these waves
// would harm stays, until its clients have moved, and no wave is made for it.
func (c *crossing) waypoints() {
	why := map[resolve.Ref]advise.Reason{}
	for moved := true; moved && !c.stopped; {
		moved = false
		for _, x := range c.spaces {
			moved = c.behind(x, why) || moved
		}
	}
	for _, x := range c.spaces {
		for _, u := range x.units {
			if reason, told := why[u.ref]; told && c.stays(u.ref) {
				c.also(u.ref, reason)
			}
		}
	}
}

// behind moves as many workloads of a namespace behind a waypoint as can be, and reports whether it
// moved any; why is why the others stay.
func (c *crossing) behind(x *crossingSpace, why map[resolve.Ref]advise.Reason) bool {
	var list []*guarded
	for _, u := range x.units {
		if !c.beyond[u.ref] || !c.stays(u.ref) {
			continue
		}
		g, reason := c.guardedBy(u)
		if reason == nil {
			list = append(list, g)
			continue
		}
		reason.Text = "no waypoint is planned for it: " + reason.Text
		why[u.ref] = *reason
	}
	for range mostRounds {
		if len(list) == 0 || c.stopped {
			return false
		}
		failed := c.tryWaypoint(x, list)
		if len(failed) == 0 {
			return !c.stopped
		}
		for ref, h := range failed {
			h.why.Text = "behind a waypoint, " + h.why.Text
			if h.why.Fix == "" {
				h.why.Fix = "move its clients first, or keep its sidecar"
			}
			why[ref] = h.why
		}
		list = slices.DeleteFunc(list, func(g *guarded) bool { _, harmed := failed[g.u.ref]; return harmed })
	}
	return false
}

// tryWaypoint makes the waves for some workloads, and is who would be harmed: then everything is
// as before.
func (c *crossing) tryWaypoint(x *crossingSpace, list []*guarded) map[resolve.Ref]harm {
	waves, state, proof := len(c.waves), c.state, c.proof
	failed := map[resolve.Ref]harm{}
	refuse := func(ref resolve.Ref, h harm) { failed[ref] = h }
	c.coming = map[resolve.Ref]bool{}
	var steps []step
	for _, g := range list {
		c.coming[g.u.ref] = true
		steps = append(steps, c.enrolled(g.u, "ztunnel takes the place of its sidecar, and the waypoint enforces its policies"))
	}
	point := c.waypointOf(x.name)
	ok := c.carryAll(Waypoint, point.made(list), refuse) && c.carryAll(Bind, point.bound(c.state, list), refuse) &&
		c.carryAll(Waypoint, point.locked(list), refuse) && c.carryAll(Enrol, steps, refuse)
	c.coming = nil
	if ok {
		c.inAll(state, c.waves[waves:], steps, refuse)
	}
	if ok && len(failed) == 0 {
		for _, g := range list {
			delete(c.held, Target{g.u.ref, 0})
			c.crossed[g.u.ref] = true
		}
		return nil
	}
	c.waves, c.state, c.proof = c.waves[:waves], state, proof
	return failed
}

// inAll compares what was before some waves with what is after them: of calls that one of them
// denies for a while, none stays denied.
func (c *crossing) inAll(was *state, waves []Wave, steps []step, refuse func(resolve.Ref, harm)) {
	var changes []Change
	for i := range waves {
		changes = append(changes, waves[i].Changes...)
	}
	_, deltas := was.after(changes)
	if harms := c.judge(&Wave{Kind: Bind}, was, c.state, deltas, steps); len(harms) > 0 {
		without(steps, harms, false, refuse)
	}
}

// spares reports a call that is denied until its client, which is about to move, has moved, and of
// which nothing shows that anybody makes it: the wave waits for a look at it.
func (c *crossing) spares(w *Wave, x *diff.CallChange, is *state) bool {
	if c.coming == nil || x.IsDenied == nil {
		return false
	}
	clients := map[resolve.Ref]bool{}
	for k := range x.Clients.Each {
		if !c.coming[k.Ref] {
			return false
		}
		clients[k.Ref] = true
	}
	for _, call := range c.callsOf(clients, is) {
		if call.host == x.Host.Name && (call.port == 0 || call.port == x.Port) {
			return false
		}
	}
	w.wait(Condition{Reason: advise.Reason{
		Text: fmt.Sprintf("calls to %s:%d are denied until their workload has moved to ambient in a later wave", x.Host.Name, x.Port), By: x.Host.Ref,
		Fix: "check that these workloads do not call it: nothing in the input shows that they do",
	}, Ports: 1, Objects: sortedRefs(clients)})
	return true
}

// carryAll makes waves of all steps, and is false where one of them cannot be.
func (c *crossing) carryAll(kind Kind, steps []step, refuse func(resolve.Ref, harm)) bool {
	whole := true
	for part := range chunks(steps, c.MaxWave) {
		if whole {
			c.carry(kind, part, nil, func(ref resolve.Ref, h harm) {
				whole = false
				refuse(ref, h)
			})
		}
	}
	return whole && !c.stopped
}

// guardedBy is what a waypoint before a workload needs; a reason where a plan cannot make one.
func (c *crossing) guardedBy(u *unit) (*guarded, *advise.Reason) {
	g := &guarded{u: u, selector: c.state.selector(u)}
	if g.selector == nil {
		return nil, &advise.Reason{Text: "no labels of its pods select it alone", By: u.ref, Fix: "give its pods a label of their own"}
	}
	if len(c.network.on(u.variants[0])) > 0 || len(c.network.parts[""]) > 0 || len(c.network.parts[u.ref.Namespace]) > 0 {
		return nil, &advise.Reason{Text: "whether network policies allow the calls of the waypoint is not known", By: u.ref, Fix: "deploy the waypoint yourself, and plan again"}
	}
	for _, w := range u.variants {
		for _, p := range c.policies.On(w) {
			input, _ := c.start.mesh.Input(p.Ref)
			if p.Action == authz.Audit || slices.Contains(g.policies, p) || ours(input) {
				continue
			}
			if text, at := c.notAtWaypoint(p); text != "" {
				return nil, &advise.Reason{Text: p.Ref.String() + " has " + text + ", which means something else at a waypoint", By: p.Ref, Position: p.Origin.At(at), Fix: waypointFor(w)}
			}
			g.policies = append(g.policies, p)
			g.admits = g.admits || p.Action == authz.Allow
		}
	}
	for _, h := range c.state.hostsOf(u.ref) {
		service, why := c.behindWaypoint(u, h)
		if why != nil {
			return nil, why
		}
		g.services = append(g.services, service)
	}
	if n := len(g.services); n == 0 || n > mostTargets {
		return nil, &advise.Reason{Text: "a plan needs from 1 to 16 Services that lead to the workload", By: u.ref, Fix: "create a Service for the workload, through which clients call it, and plan again"}
	}
	return g, nil
}

// mostTargets is how many targetRefs a policy may have.
const mostTargets = 16

// behindWaypoint is the Service of a host that leads to a workload alone, and to which clients go
// by its address.
func (c *crossing) behindWaypoint(u *unit, h *outbound.Host) (resolve.Ref, *advise.Reason) {
	input, _ := c.state.mesh.Input(h.Ref)
	service, ok := input.Value.(*corev1.Service)
	fix := "keep its sidecar"
	switch {
	case !ok || h.Ref.Namespace != u.ref.Namespace || h.Passthrough:
		return resolve.Ref{}, &advise.Reason{Text: h.Ref.String() + " is not a Service of its namespace with an address of its own: clients call its endpoints past a waypoint", By: h.Ref, Fix: fix}
	case service.Labels[resolve.UseWaypointLabel] == c.waypointOf(u.ref.Namespace).name:
	case service.Labels[resolve.UseWaypointLabel] != "" || c.namespaceLabel(u.ref.Namespace, resolve.UseWaypointLabel) != "":
		return resolve.Ref{}, &advise.Reason{Text: h.Ref.String() + " has a waypoint already", By: h.Ref, Fix: "attach the policies to it with targetRefs, allow its identity at the workload, and plan again"}
	}
	for i := range h.Ports {
		for _, e := range h.Ports[i].Endpoints {
			if e.Workload == nil || e.Workload.Ref != u.ref {
				return resolve.Ref{}, &advise.Reason{Text: h.Ref.String() + " has other endpoints too", By: h.Ref, Fix: "give the workload a Service of its own"}
			}
		}
	}
	return h.Ref, nil
}

func (c *crossing) namespaceLabel(name, key string) string {
	if ns := c.start.mesh.Namespace(name); ns != nil {
		return ns.Labels[key]
	}
	return ""
}
