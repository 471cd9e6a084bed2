package calls

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// Known is what is known of calls being made. The zero Known is nothing.
type Known struct {
	// Observed is what a record of traffic has of them.
	Observed evidence.Sightings
	// Covered is true where all of the servers would have reported a call.
	Covered bool
	// Declared is what configuration says of them.
	Declared []*declared.Call
}

// Known is what is known of the calls of a row: of the whole host where nobody knows the
// port of what was seen.
func (c *Calls) Known(r *Row) Known {
	known := Known{Declared: c.declared(r)}
	if c.Evidence == nil {
		return known
	}
	known.Covered = Covered(c.Evidence, r.Servers)
	callers := c.Evidence.Callers(r.Host)
	if c.Evidence.KnowsPorts() {
		callers = nil
		for _, port := range r.Ports {
			callers = append(callers, c.Evidence.CallersOn(r.Host, port)...)
		}
	}
	for _, caller := range callers {
		if c.members.named(r.Clients, caller.Client) {
			known.Observed.Add(caller.Sightings)
		}
	}
	return known
}

func (c *Calls) declared(r *Row) []*declared.Call {
	var out []*declared.Call
	for _, d := range declared.In(c.Mesh).On(r.Host) {
		if (d.Away.IsZero() || r.Lost != "") && slices.Contains(r.Subsets, d.Subset) && slices.ContainsFunc(r.Ports, d.On) && c.members.in(r.Clients, d.Client) && path.In(c.Mesh).Same(d, &r.Connection) {
			out = append(out, d)
		}
	}
	return out
}

// KnownOf is what is known of one client's calls to a port of a host, which servers take.
func (c *Calls) KnownOf(w *inbound.Workload, h *outbound.Host, port int32, servers ...*outbound.Endpoint) Known {
	var known Known
	for _, d := range declared.In(c.Mesh).Of(w) {
		if d.Host == h && d.On(port) && c.around(d) == nil {
			known.Declared = append(known.Declared, d)
		}
	}
	if c.Evidence != nil {
		known.Observed, known.Covered = c.Evidence.OfPort(w.Peer(), h, port), Covered(c.Evidence, servers)
	}
	return known
}

// Covered reports that all of these servers would have reported a call.
func Covered(e *evidence.Evidence, servers []*outbound.Endpoint) bool {
	return !slices.ContainsFunc(servers, func(s *outbound.Endpoint) bool { return s == nil || s.Workload == nil || !e.Covers(s.Workload) })
}

// AnyDeclared reports whether configuration speaks of a call of the rows.
func (c *Calls) AnyDeclared() bool {
	return slices.ContainsFunc(c.Rows(false), func(r *Row) bool { return len(c.declared(r)) > 0 })
}

// Beside is a client that was seen calling a host of the rows and that no row can have:
// without a proxy, no workload of the input, or nobody can name it.
type Beside struct {
	Host *outbound.Host
	evidence.Caller
}

// SeenBesides are those, host by host; none without evidence.
func (c *Calls) SeenBesides() []Beside {
	if c.Evidence == nil {
		return nil
	}
	proxied := proxiedPeers(c.Mesh)
	var list []Beside
	for _, r := range c.firstOfHosts() {
		for _, caller := range c.Evidence.Callers(r.Host) {
			if !proxied[caller.Client] && !c.members.named(r.Clients, caller.Client) {
				list = append(list, Beside{r.Host, caller})
			}
		}
	}
	return list
}

// DeclaredBesides are calls of hosts of the rows that configuration names and that no row
// can have: of clients without a proxy, and of those that are no workload of the input.
func (c *Calls) DeclaredBesides() []*declared.Call {
	var list []*declared.Call
	for _, r := range c.firstOfHosts() {
		for _, d := range declared.In(c.Mesh).On(r.Host) {
			if d.Client == nil && d.By.Kind == resolve.KindAuthorizationPolicy {
				continue // whole namespaces that a policy lets in: no call in particular
			}
			if d.Client == nil || d.Client.Membership.Dataplane == resolve.DataplaneNone && !c.members.in(r.Clients, d.Client) || c.chosen(d) && len(c.around(d)) > 0 {
				list = append(list, d)
			}
		}
	}
	return list
}

// chosen reports a client of the question.
func (c *Calls) chosen(d *declared.Call) bool {
	_, chosen := c.members.byWorkload[d.Client]
	return chosen
}

// around are the paths of a call in which the client's own proxy has no say, nil where it
// decides as for any other call of the client.
func (c *Calls) around(d *declared.Call) []path.Path {
	if d.Way == declared.ByName && d.Brings == resolve.SendsUnknown {
		return nil
	}
	var out []path.Path
	for _, p := range path.In(c.Mesh).Of(d) {
		if !p.Own() || d.Brings != resolve.SendsUnknown {
			out = append(out, p)
		}
	}
	return out
}

// Around are the declared calls of a client to a port of a host in which its own proxy has no
// say, each with what becomes of it.
func (c *Calls) Around(w *inbound.Workload, h *outbound.Host, port int32) []path.Path {
	var out []path.Path
	for _, d := range declared.In(c.Mesh).Of(w) {
		if d.Host == h && d.On(port) {
			for _, p := range c.around(d) {
				if p.Port.Number == port {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// Path is the worst of what becomes of a declared call, nil where nobody can tell.
func (c *Calls) Path(d *declared.Call) *path.Path {
	var worst *path.Path
	for _, p := range path.In(c.Mesh).Of(d) {
		if worst == nil || p.Outcome.Verdict.Compare(worst.Outcome.Verdict) < 0 {
			worst = &p
		}
	}
	return worst
}

// Servers are the workloads that take calls of the rows, each once.
func (c *Calls) Servers() []*inbound.Workload {
	var out []*inbound.Workload
	known := map[*inbound.Workload]bool{}
	for _, r := range c.Rows(false) {
		for _, s := range r.Servers {
			if s.Workload != nil && !known[s.Workload] {
				known[s.Workload] = true
				out = append(out, s.Workload)
			}
		}
	}
	return out
}

// PeerCall is pods of a workload calling each other by their addresses, past any host that their
// proxies know: plaintext.
type PeerCall struct {
	Workload *inbound.Workload
	declared.Peers
	Outcome resolve.Outcome
}

// PeerCalls are those of the servers of the rows.
func (c *Calls) PeerCalls() []PeerCall {
	var list []PeerCall
	for _, w := range c.Servers() {
		for _, p := range declared.PeersOf(w) {
			list = append(list, PeerCall{w, p, resolve.Judge(resolve.SendsPlaintext, p.Port.Decision.Mode, resolve.ProtocolAuto)})
		}
	}
	return list
}

// firstOfHosts are the rows that name a host first.
func (c *Calls) firstOfHosts() []*Row {
	done := map[*outbound.Host]bool{}
	var list []*Row
	for _, r := range c.Rows(false) {
		if !done[r.Host] {
			done[r.Host] = true
			list = append(list, r)
		}
	}
	return list
}

// Failures are those of calls to what was asked for, by clients of rows or that no row can
// have; none without evidence.
func (c *Calls) Failures() []evidence.Failure {
	if len(c.Evidence.Failures()) == 0 {
		return nil
	}
	proxied := proxiedPeers(c.Mesh)
	found := map[evidence.Failure]bool{}
	for _, p := range c.Parts() {
		for _, f := range c.Evidence.FailuresTo(p.Host) {
			if !proxied[f.Client] || c.members.named(p.Clients, f.Client) {
				found[f] = true
			}
		}
	}
	var list []evidence.Failure
	for f := range found {
		list = append(list, f)
	}
	slices.SortFunc(list, evidence.Failure.Compare)
	return list
}

// proxiedPeers are the workloads with a proxy, which have rows of their own.
func proxiedPeers(m *mesh.Mesh) map[resolve.Peer]bool {
	proxied := map[resolve.Peer]bool{}
	for _, w := range m.Workloads() {
		if w.Membership.Dataplane != resolve.DataplaneNone {
			proxied[w.Peer()] = true
		}
	}
	return proxied
}
