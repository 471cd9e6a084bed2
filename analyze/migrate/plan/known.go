package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// knownCalls compares the calls that configuration speaks of and that the comparison of
// all calls leaves out: those of workloads that get a proxy, to hosts that it knows and
// to others.
func (r *run) knownCalls(w *Wave, next *state) {
	if len(w.Joining) == 0 {
		return
	}
	joins := map[resolve.Ref]bool{}
	for _, ref := range w.Joining {
		joins[ref] = true
	}
	for _, call := range r.callsOf(joins, next) {
		r.compare(w, call)
	}
}

// knownCall is a call of a workload, to a host, and to one port where that is known.
type knownCall struct {
	client *inbound.Workload
	was    *inbound.Workload
	host   string
	port   int32
	next   *state
}

// callsOf are the calls of some workloads that are declared or were seen.
func (r *run) callsOf(joins map[resolve.Ref]bool, next *state) []knownCall {
	var out []knownCall
	seen := map[knownCall]bool{}
	add := func(client *inbound.Workload, host string, port int32) {
		if u := r.state.unit(client.Ref); u != nil {
			if c := (knownCall{client, u.variants[0], host, port, next}); !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	peers := map[resolve.Peer]*inbound.Workload{}
	for u := range next.each {
		if !joins[u.ref] {
			continue
		}
		peers[u.variants[0].Peer()] = u.variants[0]
		for _, d := range declared.In(next.mesh).Of(u.variants[0]) {
			add(u.variants[0], d.Host.Name, d.Port)
		}
	}
	for _, w := range next.mesh.Workloads() {
		for _, a := range next.advice(&r.Options).Evidence.At(w) {
			if client := peers[a.Client]; client != nil {
				for _, h := range next.hostsOf(w.Ref) {
					add(client, h.Name, 0)
				}
			}
		}
	}
	return out
}

// compare looks at one of them, before and after.
func (r *run) compare(w *Wave, k knownCall) {
	from, to := r.state.calling().worst(k.was, k.host), k.next.calling().worst(k.client, k.host)
	for _, at := range sortedPlaces(to) {
		con := to[at]
		x, had := from[at]
		if !had || con.Outcome.Verdict != resolve.VerdictBroken || x.Outcome.Verdict == resolve.VerdictBroken || k.port != 0 && k.port != at.port || con.Known() && !con.Called() {
			continue
		}
		v := Violation{Status: migrate.Blocked, Clients: []resolve.Ref{k.client.Ref}, Call: &con, Servers: []Target{{at.server, at.at}}}
		v.Why = advise.Reason{Text: fmt.Sprintf("the call of %s to %s:%d would break: %s", k.client.Ref.Typed(), k.host, at.port, words.Because(con.Outcome.Why)), By: con.Sends.By, Position: con.Sends.Position(), Fix: remedy.Fix(&con)}
		v.Text = fmt.Sprintf("%s: %s", w.Kind, v.Why.Text)
		if !con.Known() {
			v.Hidden = &advise.Obstacle{Kind: advise.Hidden, Client: k.client, Host: con.Host}
		}
		r.violate(v)
	}
}

func sortedPlaces(m map[place]outbound.Connection) []place {
	return slices.SortedFunc(maps.Keys(m), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.port, b.port), a.server.Compare(b.server), cmp.Compare(a.at, b.at))
	})
}

// calling finds the calls of workloads to hosts by name.
type calling struct {
	mesh    *mesh.Mesh
	hosts   map[string][]*outbound.Host
	classes map[*inbound.Workload]*outbound.ClientClass
}

func (s *state) calling() *calling {
	if s.calls == nil {
		s.calls = newCalling(s.mesh)
	}
	return s.calls
}

func newCalling(m *mesh.Mesh) *calling {
	c := &calling{m, map[string][]*outbound.Host{}, map[*inbound.Workload]*outbound.ClientClass{}}
	for _, h := range m.Hosts() {
		c.hosts[h.Name] = append(c.hosts[h.Name], h)
	}
	for _, class := range m.Clients() {
		for _, w := range class.Workloads {
			c.classes[w] = class
		}
	}
	return c
}

// place is where a call ends.
type place struct {
	port   int32
	server resolve.Ref
	at     int32
}

// worst is what becomes of a workload's calls to a host at worst, by where they end.
func (c *calling) worst(w *inbound.Workload, host string) map[place]outbound.Connection {
	out := map[place]outbound.Connection{}
	class := c.classes[w]
	if class == nil {
		return out
	}
	for _, h := range c.hosts[host] {
		for con := range c.mesh.Calls(class, h) {
			if con.Subset != "" || con.Server == nil || con.Server.Workload == nil {
				continue
			}
			at := place{con.Port.Number, con.Server.Workload.Ref, con.Server.Port}
			if x, had := out[at]; !had || con.Outcome.Verdict.Compare(x.Outcome.Verdict) < 0 {
				out[at] = con
			}
		}
	}
	return out
}
