package plan

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
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
	was, is := r.state.calling(), next.calling()
	seen := map[[2]string]bool{}
	for _, d := range next.mesh.Dependencies() {
		if d.Client == nil || !joins[d.Client.Ref] {
			continue
		}
		key := [2]string{d.Client.Ref.String(), d.Host.Name}
		before := r.state.units[d.Client.Ref]
		if seen[key] || before == nil {
			continue
		}
		seen[key] = true
		from, to := was.worst(before.variants[0], d.Host.Name), is.worst(d.Client, d.Host.Name)
		for at, con := range to {
			x, had := from[at]
			if !had || con.Outcome.Verdict != resolve.VerdictBroken || x.Outcome.Verdict == resolve.VerdictBroken || !d.On(at.port) {
				continue
			}
			v := Violation{Status: migrate.Blocked, Clients: []resolve.Ref{d.Client.Ref}, Call: &con}
			if con.Server != nil && con.Server.Workload != nil {
				v.Servers = []Target{{con.Server.Workload.Ref, con.Server.Port}}
			}
			v.Why = advise.Reason{Text: fmt.Sprintf("the call of %s to %s:%d would break: %s", nameOf(d.Client.Ref), d.Host.Name, at.port, con.Outcome.Because), By: con.Sends.By, Position: con.Sends.Position(), Fix: con.Fix()}
			v.Text = fmt.Sprintf("%s: %s", w.Kind, v.Why.Text)
			if !con.Known() {
				v.Hidden = &advise.Obstacle{Kind: advise.Hidden, Client: d.Client, Host: d.Host}
			}
			r.violate(v)
		}
	}
}

// calling finds the calls of workloads to hosts by name.
type calling struct {
	mesh    *resolve.Mesh
	hosts   map[string][]*resolve.Host
	classes map[*resolve.Workload]*resolve.ClientClass
}

func (s *state) calling() *calling {
	if s.calls == nil {
		s.calls = newCalling(s.mesh)
	}
	return s.calls
}

func newCalling(m *resolve.Mesh) *calling {
	c := &calling{m, map[string][]*resolve.Host{}, map[*resolve.Workload]*resolve.ClientClass{}}
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
func (c *calling) worst(w *resolve.Workload, host string) map[place]resolve.Connection {
	out := map[place]resolve.Connection{}
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
