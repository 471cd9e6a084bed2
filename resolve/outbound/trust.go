package outbound

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// Trust is what the clients' control plane says of trust domains, nil where its configuration
// could not be read.
func (c *Call) Trust() *config.Trust { return c.Side.In.Control.TrustOf(c.Class.Revision) }

// foreignTrust is what becomes of Istio mTLS where one side does not take the certificate of
// the other: the client looks at the server's first (2.14, 3.3.8).
func (c *Call) foreignTrust(s *resolve.Sending, e *Endpoint, serves *resolve.Decision) (o resolve.Outcome, refused bool) {
	if s.TLS != resolve.SendsIstioMutual || e.Workload == nil {
		return o, false
	}
	return c.refusedBetween(c.Trust(), e.Workload.Trust, e, serves)
}

// Distrusts is why an end of a call by Istio mTLS does not take the certificate of the other, where
// client and server are told of trust domains, and show certificates, as these say: proxies do not
// learn of a change at the same moment. It is not so for calls that do not use Istio's mTLS, nor where
// one of both is nil.
func (c *Connection) Distrusts(client, server *config.Trust) (why resolve.Reason, refused bool) {
	if c.Sends.TLS != resolve.SendsIstioMutual || c.Server == nil || c.Server.Workload == nil {
		return why, false
	}
	o, refused := c.Call.refusedBetween(client, server, c.Server, &c.Serves)
	return o.Why, refused
}

// refusedBetween is what becomes of mTLS between ends that know of these trust domains.
func (c *Call) refusedBetween(client, server *config.Trust, e *Endpoint, serves *resolve.Decision) (o resolve.Outcome, refused bool) {
	if client == nil || server == nil {
		return o, false // neither mode nor call is known
	}
	if why, other := c.unexpected(client, server, e); other {
		return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: why, Symptom: c.symptom(resolve.SymptomClientDistrusts, e, c.Port.Protocol)}, true
	}
	if serves.OfMesh || server.Accepts(client.Domain()) { // a Gateway's server looks at the CA alone
		return o, false
	}
	why := resolve.Because(resolve.CauseClientsTrust, resolve.Details{Name: client.Domain(), Text: strings.Join(server.Accepted(), ", "), More: server.Revision})
	return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: why, Symptom: c.symptom(resolve.SymptomServerDistrusts, e, c.Port.Protocol)}, true
}

// unexpected reports a server whose identity is none of those that the client expects: the
// subjectAltNames of the rule, else the accounts of the Service as the client's istiod
// names them.
func (c *Call) unexpected(client, server *config.Trust, e *Endpoint) (why resolve.Reason, other bool) {
	if names := c.Setting.TLS.GetSubjectAltNames(); len(names) > 0 {
		identity := e.Workload.IdentityIn(server.Domain())
		if slices.Contains(names, "spiffe://"+identity) {
			return why, false
		}
		return resolve.Because(resolve.CauseOtherAccount, resolve.Details{By: c.Setting.Rule.Ref, Text: strings.Join(names, ", "), Name: "spiffe://" + identity}), true
	}
	domain := server.Domain()
	if !c.Host.Kubernetes || client.Expects(domain) {
		return why, false
	}
	return resolve.Because(resolve.CauseServersTrust, resolve.Details{Name: domain, Text: strings.Join(client.Names(), ", "), More: client.Revision}), true
}
