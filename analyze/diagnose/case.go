package diagnose

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// Ask is what is known of the call beside the line. The zero Ask is nothing.
type Ask struct {
	// Clients are the workloads that may have called.
	Clients []*inbound.Workload
	// Host, Port and Subset are what was called by name.
	Host   *outbound.Host
	Port   *outbound.HostPort
	Subset string
	// Server is the workload that was called by the address of a pod, ServerPort its port.
	Server     *inbound.Workload
	ServerPort int32
	// Lost is true where the line names who was called, and the input does not have it. An address
	// proves nothing where the input has none, as manifests.
	Lost bool
}

// Case is a symptom and the call that it is about, as far as somebody knows it, in one mesh.
type Case struct {
	Ask
	Symptom  *Symptom
	Incident evidence.Incident
	// Text is what of the first line counts: nothing that a client wrote.
	Text string
	Mesh *mesh.Mesh
	// Stranger names a caller that is no workload of the input: an address. "" for none.
	Stranger string

	options *Options
	calls   []Call
	worked  bool
}

// Call is one call that the symptom may be of, at one endpoint.
type Call struct {
	// Clients are all that make it alike; none for a caller outside of the mesh.
	Clients []*inbound.Workload
	outbound.Connection
	// Admission is what AuthorizationPolicies make of it.
	authz.Admission
}

// Client is the first of the clients, nil for a caller that is no workload.
func (c *Call) Client() *inbound.Workload {
	if len(c.Clients) == 0 {
		return nil
	}
	return c.Clients[0]
}

// Known reports that the line, or who asked, names both ends.
func (c *Case) Known() bool {
	return (len(c.Clients) > 0 || c.Stranger != "") && (c.Port != nil || c.Server != nil)
}

// Targeted reports that it is known who was called.
func (c *Case) Targeted() bool { return c.Host != nil || c.Server != nil }

// Calls are all that the symptom may be of: those of the mesh that fail, where nothing is known.
func (c *Case) Calls() []Call {
	if !c.worked {
		c.worked = true
		c.calls = c.find()
	}
	return c.calls
}

// mostCalls is how many calls of a mesh are looked at where the line names none.
const mostCalls = 2000

func (c *Case) find() (calls []Call) {
	add := func(clients []*inbound.Workload, con outbound.Connection) bool {
		call := Call{Clients: clients, Connection: con}
		var who *authz.Identity
		if len(clients) > 0 {
			who = authz.Of(clients[0])
		}
		if con.Host != nil {
			call.Admission = authz.In(c.Mesh).Admit(&con, who)
		}
		calls = append(calls, call)
		return len(calls) < mostCalls
	}
	byAddress := func() {
		for _, con := range c.dialled() {
			add(con.clients, con.Connection)
		}
	}
	switch {
	case c.Lost: // other calls of the mesh are not the one of the line
	case c.Server != nil && (c.Incident.ByAddress || c.Host == nil):
		if !c.Incident.ByAddress {
			c.bySeveral(add)
		}
		byAddress()
	case c.Host != nil && len(c.Clients) > 0:
		for _, w := range c.Clients {
			for con := range c.Mesh.CallsOf(w, c.Host) {
				if c.holds(&con) {
					add([]*inbound.Workload{w}, con)
				}
			}
		}
		if c.Server != nil && c.Incident.Service == (resolve.Peer{}) && !(c.Port != nil && knowsPods(c.Host, c.Port)) {
			byAddress() // the server's side does not show by which name it was called
		}
	case c.Host != nil:
		c.anybody(add)
	case len(c.Clients) > 0:
		c.everywhere(add)
	default:
		c.broken(add)
	}
	return calls
}

// bySeveral are the calls of all Services that lead to the server's port: its log does not show which of
// them was called.
func (c *Case) bySeveral(add func([]*inbound.Workload, outbound.Connection) bool) {
	for _, w := range c.Clients {
		for _, h := range c.Mesh.Hosts() {
			if h.Alias != "" || !leadsTo(h, c.Server, c.ServerPort) {
				continue
			}
			for con := range c.Mesh.CallsOf(w, h) {
				if con.Server != nil && con.Server.Port == c.ServerPort && c.holds(&con) && !add([]*inbound.Workload{w}, con) {
					return
				}
			}
		}
	}
}

// leadsTo reports a host with an endpoint at a port of a workload.
func leadsTo(h *outbound.Host, w *inbound.Workload, port int32) bool {
	for i := range h.Ports {
		if slices.ContainsFunc(h.Ports[i].Endpoints, func(e outbound.Endpoint) bool { return e.Workload != nil && e.Workload.Ref == w.Ref && e.Port == port }) {
			return true
		}
	}
	return false
}

// holds reports a connection of the port, subset and server that are known.
func (c *Case) holds(con *outbound.Connection) bool {
	if c.Port != nil && con.Port != c.Port || con.Subset != c.Subset {
		return false
	}
	return c.Server == nil || con.Server == nil || con.Server.Workload == nil || con.Server.Workload.Ref == c.Server.Ref
}

// anybody are the calls of all who may call the host; a stranger has no proxy.
func (c *Case) anybody(add func([]*inbound.Workload, outbound.Connection) bool) {
	if c.Stranger != "" {
		for i := range c.Host.Ports {
			for _, con := range path.PartOf(c.Mesh, c.Host).Prepare(path.Nobody, c.Host, &c.Host.Ports[i], "", nil).Connections() {
				if con.Sends.Why.Cause = resolve.CauseOutsideMesh; c.holds(&con) {
					add(nil, con)
				}
			}
		}
		return
	}
	for con := range c.Mesh.Connections(outbound.Filter{Naked: true, Host: func(h *outbound.Host) bool { return h == c.Host }}) {
		if c.holds(&con) && !c.itself(&con) && !add(con.Client.Workloads, con) {
			return
		}
	}
}

// itself reports a call of the server's own workload alone: who asks about one names it.
func (c *Case) itself(con *outbound.Connection) bool {
	return con.Server != nil && con.Server.Workload != nil && len(con.Client.Workloads) == 1 && con.Client.Workloads[0] == con.Server.Workload
}

// everywhere are the failing calls of clients that are known.
func (c *Case) everywhere(add func([]*inbound.Workload, outbound.Connection) bool) {
	f := outbound.Filter{Naked: true, Client: func(class *outbound.ClientClass) bool {
		return slices.ContainsFunc(class.Workloads, func(w *inbound.Workload) bool { return slices.Contains(c.Clients, w) })
	}}
	for con := range c.Mesh.Connections(f) {
		if fails(&con) && !add(c.Clients, con) {
			return
		}
	}
}

// broken are the calls of the mesh that fail.
func (c *Case) broken(add func([]*inbound.Workload, outbound.Connection) bool) {
	for classes, con := range c.Mesh.Shared(outbound.Filter{}) {
		if !fails(&con) {
			continue
		}
		var clients []*inbound.Workload
		for _, class := range classes {
			clients = append(clients, class.Workloads...)
		}
		if !add(clients, con) {
			return
		}
	}
}

// fails reports a call that some symptom is of: one that arrives nowhere, or as TLS at an
// application, or that has no endpoint.
func fails(c *outbound.Connection) bool {
	return c.Outcome.Verdict == resolve.VerdictBroken || c.Outcome.Verdict == resolve.VerdictPassthroughTLS || noEndpoint(c.Outcome.Why.Cause)
}
