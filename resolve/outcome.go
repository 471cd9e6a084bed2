package resolve

import (
	"fmt"
	"strings"
)

// outcome is Judge's answer for one endpoint, with what Judge cannot know: what
// stands at the endpoint, and who calls.
func (c *call) outcome(s *Sending, e *Endpoint, serves *Decision, protocol Protocol) Outcome {
	sends := s.TLS
	if o, ends := c.outcomeBeyond(s, e); ends {
		return o
	}
	switch {
	case sends == SendsUnknown && (s.Rule == "3.5.3" || s.Rule == "3.5.4"):
		return Outcome{VerdictUnknown, s.Because, "", s.Rule}
	case sends != SendsNothing && sends != SendsUnknown:
		switch {
		case e.meant(c.host):
			return c.outcomeAtMeant(sends, e)
		case e.agentPort():
			return Outcome{VerdictPlaintext, "plaintext to " + serves.Because, "", "2.15"}.unless(sends != SendsPlaintext)
		case e.silent():
			return c.silence(e)
		}
	}
	accepts := serves.Mode
	if serves.ofMesh {
		accepts = Strict
	}
	o := Judge(sends, accepts, protocol)
	o.Because = reworded(o.Because, e, serves)
	if o.Verdict == VerdictPassthroughTLS && (sends == SendsSimple || sends == SendsMutual) && protocol.saysTLS() {
		o.Because += "; if the application speaks TLS on this port, as declared, it is encrypted twice"
		o.Rule = "4.4"
	}
	if o.Symptom != "" {
		o.Symptom = c.symptom(o.Symptom, e, protocol)
	}
	return o
}

// unless makes an answer unknown that holds for plaintext only.
func (o Outcome) unless(not bool) Outcome {
	if not {
		o.Verdict = VerdictUnknown
	}
	return o
}

// meant reports an address of a MESH_INTERNAL ServiceEntry that is said to
// understand mTLS: a workload of the mesh that the input does not have.
func (e *Endpoint) meant(h *Host) bool { return e.Workload == nil && !h.External && e.mode == "istio" }

// outcomeAtMeant is what can be told there: nothing proves the proxy (1.10, 3.4.6).
func (c *call) outcomeAtMeant(sends ClientTLS, e *Endpoint) Outcome {
	proxy := "nothing in the input proves the proxy at " + e.Address
	switch {
	case sends == SendsPlaintext && e.policy != Strict:
		return Outcome{VerdictPlaintext, "plaintext to " + e.Address + ", with a proxy there or without", "", "1.10"}
	case sends == SendsPlaintext:
		return Outcome{VerdictUnknown, "plaintext works only without a proxy, since the policies say STRICT, and " + proxy, "", "1.10"}
	case sends == SendsIstioMutual:
		return Outcome{VerdictUnknown, "Istio mTLS works only with a proxy, and " + proxy, "", "1.10"}
	}
	return Outcome{VerdictUnknown, proxy, "", "1.10"}
}

// silent reports a gateway's port on which no Gateway server listens.
func (e *Endpoint) silent() bool {
	if !e.isGateway() {
		return false
	}
	d, _ := e.Workload.serves(e.Port)
	return d.Mode == None && d.Because == nobodyListens
}

// agentPort reports a port of Istio's own agent on a gateway.
func (e *Endpoint) agentPort() bool {
	if !e.isGateway() {
		return false
	}
	d, _ := e.Workload.serves(e.Port)
	return d.Mode == None && strings.HasPrefix(d.Because, ownPort)
}

func (e *Endpoint) isGateway() bool {
	return e.Workload != nil && e.Workload.Membership.Dataplane == DataplaneGateway
}

// silence is a call to a port on which nothing listens: a fact where the input has
// Gateways, and a gap in it where it has none.
func (c *call) silence(e *Endpoint) Outcome {
	if !c.mesh.Has(KindGateway) && !c.mesh.Has(KindKubeGateway) {
		return Outcome{VerdictUnknown, fmt.Sprintf("the input has no Gateway: nothing says what listens on port %d of %s", e.Port, e), "", "2.15"}
	}
	return Outcome{VerdictBroken, fmt.Sprintf("no Gateway server listens on port %d of %s", e.Port, e), c.symptom(refused, e, c.port.Protocol), "2.15"}
}

// reworded says what there is in the words of the thing: a port that its proxy does
// not capture is not an application without a proxy, and a Gateway's server has
// no PeerAuthentication's mode.
func reworded(because string, e *Endpoint, serves *Decision) string {
	switch {
	case e.Workload == nil && serves.Mode == None:
		return strings.Replace(because, "to an application without a proxy", "to an address outside of the mesh", 1)
	case serves.Mode == None && e.Workload.Membership.Dataplane != DataplaneNone:
		return strings.Replace(because, "to an application without a proxy", "to a port that its proxy does not capture", 1)
	case serves.ofMesh:
		because = strings.Replace(because, "a STRICT port", "a Gateway server that takes the mesh's mTLS only", 1)
	case serves.Mode == Disable && serves.Scope == ScopeListener:
		for _, kind := range []string{"a DISABLE HTTP port", "a DISABLE port"} {
			because = strings.Replace(because, kind, "a Gateway server without TLS", 1)
		}
	}
	return because
}

// saysTLS reports a port that is declared to speak TLS itself.
func (p Protocol) saysTLS() bool { return p == ProtocolHTTPS || p == ProtocolTLS }
