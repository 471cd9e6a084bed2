package plan

import (
	"fmt"
	"slices"
	"strconv"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// note says what means something else after a wave that moves workloads, and what to look at
// before it: no call breaks by any of it.
func (c *crossing) note(w *Wave, d *diff.Diff, was, is *state) {
	if w.Kind == Bind {
		c.noteIdentity(w)
		c.noteWaypoints(w, is)
	}
	if w.Kind != Enrol {
		return
	}
	for i := range d.Ports {
		if x := &d.Ports[i]; x.Port != diff.AnyOther && x.Was.Mode != x.Is.Mode {
			w.tell(fmt.Sprintf("%s becomes %s on port %d", x.Was.Mode, x.Is.Mode, x.Port), "ambient has no DISABLE, and ztunnel captures every port (3.7.3)", x.Workload.Ref)
		}
	}
	var moved []*inbound.Workload
	for _, ref := range w.Joining {
		moved = append(moved, was.mesh.Variants(ref)...)
	}
	c.noteEnforced(w, moved)
	c.noteRules(w, was, moved)
	c.noteWaypoints(w, is)
	c.waitForFilters(w, moved)
	c.waitForScrapes(w, moved, is)
}

// tell adds a note, to one like it that the wave has.
func (w *Wave) tell(text, why string, objects ...resolve.Ref) {
	for i := range w.Notes {
		if n := &w.Notes[i]; n.Text == text {
			for _, o := range objects {
				if !slices.Contains(n.Objects, o) {
					n.Objects, n.Ports = append(n.Objects, o), n.Ports+1
				}
			}
			return
		}
	}
	w.Notes = append(w.Notes, Condition{Reason: advise.Reason{Text: text, Fix: why}, Ports: len(objects), Objects: objects})
}

// noteEnforced says what becomes of the AuthorizationPolicies of workloads that move: those that
// ztunnel would not enforce keep their workloads where they are.
func (c *crossing) noteEnforced(w *Wave, moved []*inbound.Workload) {
	enforced := map[resolve.Ref]bool{}
	for _, x := range moved {
		for _, p := range c.policies.On(x) {
			if p.Action == authz.Audit {
				w.tell("is not enforced by ztunnel from this wave on, for any caller: action AUDIT has no effect there, and denies nothing", "", p.Ref)
				continue
			}
			if text, _ := beyond(p); text != "" {
				w.tell("is not enforced at the workload from this wave on, for any caller: the waypoint enforces its copy for callers that use the waypoint, and the workload denies the others", "", p.Ref)
				continue
			}
			enforced[p.Ref] = true
		}
	}
	if len(enforced) > 0 {
		w.tell("is enforced for every caller during and after this wave, by the sidecar and then by ztunnel", "", sortedRefs(enforced)...)
	}
}

// noteIdentity names the workloads that get the identity of a waypoint from now on, in place of their
// clients' (2D.8).
func (c *crossing) noteIdentity(w *Wave) {
	for i := range w.Changes {
		name := w.Changes[i].Is.Value.GetLabels()[resolve.UseWaypointLabel]
		w.tell("calls that go through waypoint "+name+" have the identity of the waypoint at the workload, not that of the client, in its logs and policies (2D.8)", "", w.Changes[i].Ref())
	}
}

// noteRules names the DestinationRules and Sidecars that count for clients which move, and the
// VirtualServices of the mesh: ztunnel reads none of them (3.6.2).
func (c *crossing) noteRules(w *Wave, was *state, moved []*inbound.Workload) {
	moves := func(class *outbound.ClientClass) bool {
		return slices.ContainsFunc(class.Workloads, func(x *inbound.Workload) bool { return slices.Contains(moved, x) })
	}
	rules := map[resolve.Ref]bool{}
	for _, class := range was.mesh.Clients() {
		if moves(class) && class.Sidecar != (resolve.Ref{}) {
			rules[class.Sidecar] = true
		}
	}
	for con := range was.mesh.Connections(outbound.Filter{Client: moves}) {
		if con.Rule != nil {
			rules[con.Rule.Ref] = true
		}
	}
	for _, o := range was.mesh.Objects(resolve.KindVirtualService) {
		if v, ok := o.Value.(*networkingv1.VirtualService); ok && (len(v.Spec.GetGateways()) == 0 || slices.Contains(v.Spec.GetGateways(), "mesh")) {
			rules[o.Ref()] = true
		}
	}
	if len(rules) > 0 {
		w.tell("no effect on calls of the workloads that move: ztunnel does not read rules of this kind", "for routes, retries and timeouts, deploy a waypoint", sortedRefs(rules)...)
	}
}

// noteWaypoints names the hosts to which ambient clients go through a waypoint, and clients with a
// sidecar do not (2D.5, istio#51445).
func (c *crossing) noteWaypoints(w *Wave, is *state) {
	byPlane := func(d resolve.Dataplane) func(*outbound.ClientClass) bool {
		return func(class *outbound.ClientClass) bool { return class.Dataplane == d }
	}
	for con := range is.mesh.Connections(outbound.Filter{Client: byPlane(resolve.DataplaneAmbient)}) {
		if len(con.Legs) == 0 {
			continue
		}
		for _, class := range is.mesh.Clients() {
			if class.Dataplane == resolve.DataplaneSidecar && con.Host.VisibleTo(class.Namespace) {
				w.tell("calls of workloads with a sidecar go directly to its endpoints, past "+con.Legs[0].To.String()+": what is attached to the waypoint is not enforced for them until they move (istio#51445)", "", con.Host.Ref)
				break
			}
		}
	}
}

// waitForFilters asks for a look at EnvoyFilters, which may do anything.
func (c *crossing) waitForFilters(w *Wave, moved []*inbound.Workload) {
	for _, o := range c.start.mesh.Objects(resolve.KindEnvoyFilter) {
		f, ok := o.Value.(*networkingv1alpha3.EnvoyFilter)
		if !ok || len(f.Spec.GetTargetRefs()) > 0 {
			continue
		}
		applies := func(x *inbound.Workload) bool {
			return (f.Namespace == x.Ref.Namespace || f.Namespace == c.start.mesh.RootNamespace()) && labelsSelect(f.Spec.GetWorkloadSelector().GetLabels(), x.Labels)
		}
		if slices.ContainsFunc(moved, applies) {
			w.wait(Condition{Reason: advise.Reason{Text: "does not apply in ambient", By: o.Ref(), Position: o.Origin.At("spec"), Fix: "check that no access rule or limit depends on it"}, Ports: 1, Objects: []resolve.Ref{o.Ref()}})
		}
	}
}

// waitForScrapes asks for a look at Prometheus where it scrapes the merged metrics of a sidecar, which
// its agent serves without mTLS: in ambient it scrapes the port itself.
func (c *crossing) waitForScrapes(w *Wave, moved []*inbound.Workload, is *state) {
	if merge := c.start.mesh.Config().GetEnablePrometheusMerge(); merge != nil && !merge.GetValue() {
		return
	}
	for _, x := range moved {
		if x.Annotations["prometheus.io/scrape"] != "true" || x.Annotations[resolve.MergeMetricsAnnotation] == "false" {
			continue
		}
		port, err := strconv.ParseInt(x.Annotations["prometheus.io/port"], 10, 32)
		if err != nil {
			port = 80
		}
		if is.unit(x.Ref).mode(int32(port)) == resolve.Strict {
			w.wait(Condition{Reason: advise.Reason{
				Text: fmt.Sprintf("Prometheus scrapes port %d by annotation: the sidecar's agent merges the metrics and serves them without mTLS, in ambient the port itself is scraped, and it is STRICT", port),
				Fix:  "let Prometheus join ambient, or make the port PERMISSIVE with portLevelMtls",
			}, Ports: 1, Objects: []resolve.Ref{x.Ref}})
		}
	}
}
