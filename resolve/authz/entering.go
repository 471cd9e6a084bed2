package authz

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// entering is the call as a gateway's proxy sees it at its servers (2.15); known is false where they
// differ in what they read of it, or where nobody can tell which identity it shows.
func entering(con *outbound.Connection, client *Identity) (call Call, known bool) {
	w := con.Server.Workload
	takes, known := takesAt(w, con.Server.Port)
	if !known {
		return call, false
	}
	call = Call{Port: con.Server.Port, Filter: TCPFilter, Trust: namesOf(w)}
	if takes == inbound.TakesHTTP || takes == inbound.TakesHTTPS {
		call.Filter = HTTPFilter
	}
	switch con.Arrives().TLS {
	case resolve.SendsPlaintext:
		return call, con.Outcome.Verdict == resolve.VerdictPlaintext
	case resolve.SendsIstioMutual:
		if takes == inbound.TakesTLS { // passed on unopened
			return call, true
		}
		call.Identified, call.Who = true, caller(con, client)
		return call, con.Serves.OfMesh && con.Outcome.Verdict == resolve.VerdictMTLS
	}
	return call, takes == inbound.TakesTLS
}

// takesAt is which routes the servers on a port of a gateway go by, where all go by the same.
func takesAt(w *inbound.Workload, port int32) (takes inbound.Takes, known bool) {
	for i := range w.Servers {
		s := &w.Servers[i]
		switch {
		case s.Listens != port:
		case s.Takes == inbound.TakesMesh, known && s.Takes != takes: // the former asks no policy
			return takes, false
		default:
			takes, known = s.Takes, true
		}
	}
	return takes, known
}
