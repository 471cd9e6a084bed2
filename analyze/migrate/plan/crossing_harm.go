package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// harm is what a wave would do, and the workloads without whose step it would not.
type harm struct {
	why    advise.Reason
	status migrate.Status
	blames []resolve.Ref
}

func statusOf(e effect.Effect) migrate.Status {
	if e == effect.Uncertain {
		return migrate.Undecided
	}
	return migrate.Blocked
}

// ofSteps are the workloads of a list that steps are about.
func ofSteps(steps []step, refs ...resolve.Ref) (out []resolve.Ref) {
	for i := range steps {
		for _, ref := range steps[i].about {
			if slices.Contains(refs, ref) {
				out = append(out, ref)
			}
		}
	}
	return out
}

// callHarm is what happens to a call. The clients that move are blamed
// first: a server that moves without them does no harm by that. Behind a waypoint it is the other
// way round.
func callHarm(x *diff.CallChange, steps []step, serversFirst bool) harm {
	var clients, servers []resolve.Ref
	for k := range x.Clients.Each {
		clients = append(clients, k.Ref)
	}
	for _, e := range x.Servers {
		if e.Workload != nil {
			servers = append(servers, e.Workload.Ref)
		}
	}
	h := harm{why: callReason(x), status: statusOf(x.Effect), blames: ofSteps(steps, clients...)}
	if x.IsDenied != nil {
		h.why.Text = fmt.Sprintf("calls to %s:%d would be denied by %s", x.Host.Name, x.Port, x.IsDenied[0].Ref)
		h.why.By = x.IsDenied[0].Ref
	}
	if blamed := ofSteps(steps, servers...); len(h.blames) == 0 || serversFirst && len(blamed) > 0 {
		h.blames = blamed
	}
	h.why.Fix = acceptHBONE(x.Is)
	return h
}

// acceptHBONE is what helps where a server's sidecar takes no HBONE and this plan cannot change that,
// "" elsewhere.
func acceptHBONE(con *outbound.Connection) string {
	if con == nil || con.Server == nil || con.Server.Workload == nil || con.Arrives().TLS != resolve.SendsPlaintext {
		return ""
	}
	server := con.Server.Workload
	if server.Membership.Dataplane != resolve.DataplaneSidecar || server.Tunnel != inbound.NoTunnel && server.Tunnel != inbound.TunnelDeaf {
		return ""
	}
	return fmt.Sprintf("let %s accept HBONE first: %s: \"true\" in proxyMetadata of its pods' annotation %s", server.Ref.Typed(), public.EnableHBONE, resolve.ProxyConfigAnnotation)
}

// arrived is a workload that did not get where its step leads.
func arrived(kind Kind, is *state, s *step) (out []harm) {
	want := map[Kind]resolve.Dataplane{Tunnel: resolve.DataplaneSidecar, Enrol: resolve.DataplaneAmbient, Outside: resolve.DataplaneNone}
	plane, known := want[kind]
	if !known {
		return nil
	}
	for _, ref := range s.about {
		u := is.unit(ref)
		if u == nil || u.dataplane() != plane {
			text := "it would not be " + plane.String()
			if u != nil {
				text += ": " + words.Because(u.variants[0].Membership.Why)
			}
			out = append(out, harm{advise.Reason{Text: text, By: ref}, migrate.Blocked, []resolve.Ref{ref}})
		}
	}
	return out
}

// strayed are workloads that a wave is not about, and whose data plane it changes: a step that is
// about a namespace is blamed.
func strayed(was, is *state, steps []step) (out []harm) {
	is.eachBut(was, func(u *unit) bool {
		before := was.unit(u.ref)
		if before == nil || before.dataplane() == u.dataplane() || len(ofSteps(steps, u.ref)) > 0 {
			return true
		}
		space := resolve.Ref{Kind: resolve.KindNamespace, Name: u.ref.Namespace}
		out = append(out, harm{advise.Reason{Text: fmt.Sprintf("%s would go from %s to %s", u.ref.Typed(), before.dataplane(), u.dataplane()), By: u.ref, Fix: "give its pods labels that say which data plane they have, then plan again"}, migrate.Blocked, ofSteps(steps, space)})
		return true
	})
	return out
}

// unsure are headless servers that clients may call which perhaps have a sidecar: those would send
// plaintext (C6), and no comparison of calls can tell.
func unsure(is *state, steps []step) (out []harm) {
	for _, h := range is.mesh.Hosts() {
		if !h.Passthrough {
			continue
		}
		var moved []resolve.Ref
		for i := range h.Ports {
			for _, e := range h.Ports[i].Endpoints {
				if e.Workload != nil {
					moved = append(moved, ofSteps(steps, e.Workload.Ref)...)
				}
			}
		}
		for _, class := range is.mesh.Clients() {
			if len(moved) > 0 && class.Dataplane == resolve.DataplaneUnknown && h.VisibleTo(class.Namespace) {
				client := class.Workloads[0]
				out = append(out, harm{advise.Reason{Text: fmt.Sprintf("if %s has a sidecar, it would send plaintext to the headless host %s (C6)", client.Ref.Typed(), h.Name), By: client.Ref, Position: client.Membership.Position(), Fix: "complete the input"}, migrate.Undecided, moved})
				break
			}
		}
	}
	return out
}

// dropped are calls of workloads that moved, as HBONE to a server whose network policy drops that.
func (c *crossing) dropped(is *state, steps []step) (out []harm) {
	blocked := map[resolve.Ref]*advise.Reason{}
	for _, w := range is.mesh.Workloads() {
		if why := c.network.blocksInto(w); why != nil {
			blocked[w.Ref] = why
		}
	}
	if len(blocked) == 0 {
		return nil
	}
	leads := func(h *outbound.Host) bool {
		return slices.ContainsFunc(h.Ports, func(p outbound.HostPort) bool {
			return slices.ContainsFunc(p.Endpoints, func(e outbound.Endpoint) bool { return e.Workload != nil && blocked[e.Workload.Ref] != nil })
		})
	}
	for classes, con := range is.mesh.Shared(outbound.Filter{Host: leads}) {
		if con.Server == nil || con.Server.Workload == nil || con.Arrives().TLS != resolve.SendsHBONE || blocked[con.Server.Workload.Ref] == nil {
			continue
		}
		for _, class := range classes {
			for _, w := range class.Workloads {
				if blames := ofSteps(steps, w.Ref); len(blames) > 0 {
					out = append(out, harm{*blocked[con.Server.Workload.Ref], migrate.Blocked, blames})
				}
			}
		}
	}
	return out
}
