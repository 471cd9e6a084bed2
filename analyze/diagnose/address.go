package diagnose

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// dialling is a call to the address of a pod, or to a port that no Service has.
type dialling struct {
	clients []*inbound.Workload
	outbound.Connection
}

// dialled are the calls to a port of the server by the address of its pod: no host stands for
// it, so a sidecar passes the bytes through as they are, or refuses them (3.1.3), and ztunnel
// knows the pod (3.6).
func (c *Case) dialled() (out []dialling) {
	serves, protocol := c.Server.Serves(c.ServerPort)
	one := func(clients []*inbound.Workload, class *outbound.ClientClass, s resolve.Sending) {
		to := &outbound.Endpoint{Workload: c.Server, Port: c.ServerPort, Known: true}
		con := outbound.Connection{Client: class, Server: to, Serves: serves, Sends: s, Outcome: resolve.Judge(s.TLS, serves.Mode, protocol)}
		if con.Outcome.Symptom.Kind == resolve.SymptomNoFilterChain && to.Captured() {
			con.Outcome.Symptom.Kind = resolve.SymptomDenied
		}
		out = append(out, dialling{clients, con})
	}
	if len(c.Clients) == 0 {
		one(nil, outsider, resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseOutsideMesh}})
		return out
	}
	for _, w := range c.Clients {
		class := c.Mesh.ClassOf(w)
		if class == nil {
			continue
		}
		one([]*inbound.Workload{w}, class, sentToPod(class, c.Server))
	}
	return out
}

// sentToPod is what a client sends to the address of a pod.
func sentToPod(class *outbound.ClientClass, server *inbound.Workload) resolve.Sending {
	s := resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseDialsPods}}
	switch {
	case class.Dataplane == resolve.DataplaneNone:
		s.Why.Cause = resolve.CauseNoProxy
	case class.Dataplane == resolve.DataplaneAmbient && server.Membership.Dataplane == resolve.DataplaneAmbient:
		s.TLS, s.Why = resolve.SendsHBONE, resolve.Because(resolve.CauseTunnel, resolve.Details{Base: resolve.Reason{Cause: resolve.CauseTunnelZtunnel}})
	case class.Dataplane == resolve.DataplaneUnknown:
		s.TLS, s.Why.Cause = resolve.SendsUnknown, resolve.CauseClientUnknown
	case class.Dataplane != resolve.DataplaneAmbient && class.RegistryOnly():
		s.TLS, s.Why = resolve.SendsNothing, resolve.Because(resolve.CauseHostRefused, resolve.Details{Base: s.Why})
	}
	return s
}
