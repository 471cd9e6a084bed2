package path

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ToPod is a call to a port of a workload by the address of its pod: no host stands for it, so a
// sidecar passes the bytes through as they are, or refuses them (3.1.3), and ztunnel knows the pod
// (3.6). Nobody calls from outside of the mesh.
func ToPod(client *outbound.ClientClass, server *inbound.Workload, port int32) outbound.Connection {
	serves, protocol := server.Serves(port)
	to, sends := &outbound.Endpoint{Workload: server, Port: port, Known: true}, sentToPod(client, server)
	c := outbound.Connection{Client: client, Server: to, Serves: serves, Sends: sends, Outcome: resolve.Judge(sends.TLS, serves.Mode, protocol)}
	if c.Outcome.Symptom.Kind == resolve.SymptomNoFilterChain && to.Captured() {
		c.Outcome.Symptom.Kind = resolve.SymptomDenied
	}
	return c
}

// sentToPod is what a client sends to the address of a pod.
func sentToPod(client *outbound.ClientClass, server *inbound.Workload) resolve.Sending {
	s := resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseDialsPods}}
	switch {
	case client == Nobody:
		s.Why.Cause = resolve.CauseOutsideMesh
	case client.Dataplane == resolve.DataplaneNone:
		s.Why.Cause = resolve.CauseNoProxy
	case client.Dataplane == resolve.DataplaneAmbient && server.Membership.Dataplane == resolve.DataplaneAmbient:
		s.TLS, s.Why = resolve.SendsHBONE, resolve.Because(resolve.CauseTunnel, resolve.Details{Base: resolve.Reason{Cause: resolve.CauseTunnelZtunnel}})
	case client.Dataplane == resolve.DataplaneUnknown:
		s.TLS, s.Why.Cause = resolve.SendsUnknown, resolve.CauseClientUnknown
	case client.Dataplane != resolve.DataplaneAmbient && client.RegistryOnly():
		s.TLS, s.Why = resolve.SendsNothing, resolve.Because(resolve.CauseHostRefused, resolve.Details{Base: s.Why})
	}
	return s
}

// PartOf is the mesh of the cluster that has the host.
func PartOf(m *mesh.Mesh, h *outbound.Host) *mesh.Mesh {
	for _, part := range m.Parts() {
		if slices.Contains(part.Hosts(), h) {
			return part
		}
	}
	return m
}
