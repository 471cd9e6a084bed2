package authz

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// atServer is what the policies of the server make of a call.
func (p *Panel) atServer(con *outbound.Connection, client *Identity) Admission {
	ask := arriving
	if !Guards(con.Server.Workload) {
		ask = entering
	}
	call, known := ask(con, client)
	if !known {
		return Admission{Judged: true}
	}
	return p.decide(call)
}

// arriving is the call as the server's proxy sees it; known is false where nobody can tell which
// identity it shows, if any.
func arriving(con *outbound.Connection, client *Identity) (call Call, known bool) {
	w := con.Server.Workload
	_, protocol := w.Serves(con.Server.Port)
	call = Call{Port: con.Server.Port, Filter: FilterOf(w, protocol), Trust: namesOf(w)}
	switch con.Arrives().TLS {
	case resolve.SendsPlaintext:
		return call, con.Outcome.Verdict == resolve.VerdictPlaintext
	case resolve.SendsIstioMutual, resolve.SendsHBONE:
		call.Identified, call.Who = true, caller(con, client)
		return call, con.Outcome.Verdict == resolve.VerdictMTLS
	case resolve.SendsSimple, resolve.SendsMutual:
		if call.Identified = con.Outcome.Verdict == resolve.VerdictMTLS; call.Identified { // by a certificate of its own
			return call, true
		}
		if con.Outcome.Verdict == resolve.VerdictPassthroughTLS { // handed on unopened, by a chain for TCP
			call.Filter = max(call.Filter, TCPFilter)
			return call, true
		}
	}
	return call, false
}

// caller is whose certificate the server sees: the waypoint's where one forwards the call (2D.8).
func caller(con *outbound.Connection, client *Identity) *Identity {
	if n := len(con.Legs); n > 0 {
		through := &con.Legs[n-1]
		return NewIdentity(namesOf(con.Server.Workload)[0], through.From.Namespace, through.Account)
	}
	return client
}

// namesOf are the trust domains that a server's policies take for each other.
func namesOf(w *inbound.Workload) []string {
	if w.Trust == nil {
		return []string{resolve.DefaultTrustDomain}
	}
	return w.Trust.Names()
}

// Guards reports a workload whose proxy carries out AuthorizationPolicies as a server of
// the mesh, or may: gateways have TLS of their own, and proxyless ones are not resolved.
func Guards(w *inbound.Workload) bool {
	switch w.Membership.Dataplane {
	case resolve.DataplaneSidecar, resolve.DataplaneVM, resolve.DataplaneAmbient, resolve.DataplaneUnknown:
		return true
	}
	return false
}

// FilterOf is what reads the rules at a port of a protocol (2.12).
func FilterOf(w *inbound.Workload, p resolve.Protocol) Filter {
	if w.Membership.Dataplane == resolve.DataplaneAmbient {
		return Ztunnel
	}
	return FilterAtWaypoint(p)
}

// FilterAtWaypoint is what reads the rules at a waypoint, or in Envoy anywhere.
func FilterAtWaypoint(p resolve.Protocol) Filter {
	switch p {
	case resolve.ProtocolHTTP, resolve.ProtocolHTTP2, resolve.ProtocolGRPC, resolve.ProtocolGRPCWeb, resolve.ProtocolProxy:
		return HTTPFilter
	case resolve.ProtocolTCP, resolve.ProtocolTLS, resolve.ProtocolHTTPS, resolve.ProtocolMongo, resolve.ProtocolRedis, resolve.ProtocolMySQL:
		return TCPFilter
	}
	return Sniffed
}
