package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// outcome is Judge's answer for one endpoint, with what Judge cannot know: what
// stands at the endpoint, and who calls.
func (c *Call) outcome(s *resolve.Sending, e *Endpoint, serves *resolve.Decision, protocol resolve.Protocol) resolve.Outcome {
	sends := s.TLS
	if c.special {
		if o, ends := c.specialOutcome(s, e, serves, protocol); ends {
			return o
		}
	}
	if o, ends := c.outcomeBeyond(s, e); ends {
		return o
	}
	switch {
	case sends != resolve.SendsNothing && sends != resolve.SendsUnknown:
		switch {
		case e.takenForMesh(c.Host):
			return c.outcomeAtMeant(sends, e)
		case serves.Why.Cause == resolve.CauseGatewayOwnPort:
			return resolve.Outcome{Verdict: resolve.VerdictPlaintext, Why: resolve.Because(resolve.CauseProxysOwnPort, resolve.Details{Base: serves.Why}), Symptom: resolve.Symptom{}}.Unless(sends != resolve.SendsPlaintext)
		case serves.Why.Cause == resolve.CauseNoServer:
			return c.silence(e)
		case serves.Why.Cause == resolve.CauseServerOtherSNI:
			return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: serves.Why, Symptom: c.symptom(resolve.SymptomNoFilterChainForTLS, e, protocol)}
		}
	}
	accepts := serves.Mode
	if serves.OfMesh {
		accepts = resolve.Strict
	}
	o := resolve.Judge(sends, accepts, protocol)
	if either, alike := e.eitherWay(sends, serves, protocol); alike {
		o = either
	}
	o = c.intoTLS(o, sends, protocol)
	o.Why = o.Why.As(e.end(serves))
	if foreign, refused := c.foreignTrust(s, e, serves); refused && o.Verdict == resolve.VerdictMTLS {
		return foreign
	}
	if o.Verdict == resolve.VerdictPassthroughTLS && (sends == resolve.SendsSimple || sends == resolve.SendsMutual) && protocol.SaysTLS() {
		o.Why = resolve.Because(resolve.CauseOwnTLSTwice, resolve.Details{Base: o.Why})
	}
	if !o.Symptom.IsZero() {
		o.Symptom = c.symptom(o.Symptom.Kind, e, protocol)
	}
	return o
}

// eitherWay is what becomes of a call to a machine of which the input does not prove a proxy,
// where that is the same with one and without (1.10).
func (e *Endpoint) eitherWay(sends resolve.ClientTLS, serves *resolve.Decision, protocol resolve.Protocol) (o resolve.Outcome, alike bool) {
	if e.Workload == nil || !inbound.IsMachine(e.Workload.Ref.Kind) || serves.Mode != resolve.Unknown || serves.IfMeshed == resolve.Unset {
		return o, false
	}
	with, without := resolve.Judge(sends, serves.IfMeshed, protocol), resolve.Judge(sends, resolve.None, protocol)
	without.Why = resolve.Because(resolve.CauseWithAndWithout, resolve.Details{Name: e.String(), Base: with.Why})
	return without, with.Verdict == without.Verdict && with.Verdict != resolve.VerdictUnknown
}

// takenForMesh reports an address of a MESH_INTERNAL ServiceEntry that is said to
// understand mTLS: a workload of the mesh that the input does not have.
func (e *Endpoint) takenForMesh(h *Host) bool {
	return e.Workload == nil && !h.External && e.Label == "istio"
}

// outcomeAtMeant is what can be told there: nothing proves the proxy (1.10, 3.4.6).
func (c *Call) outcomeAtMeant(sends resolve.ClientTLS, e *Endpoint) resolve.Outcome {
	at := resolve.Details{Name: e.Address}
	switch {
	case sends == resolve.SendsPlaintext && e.Policy != resolve.Strict:
		return resolve.Outcome{Verdict: resolve.VerdictPlaintext, Why: resolve.Because(resolve.CauseMeantPlain, at), Symptom: resolve.Symptom{}}
	case sends == resolve.SendsPlaintext:
		return resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Because(resolve.CauseMeantPlainStrict, at), Symptom: resolve.Symptom{}}
	case sends == resolve.SendsIstioMutual:
		return resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Because(resolve.CauseMeantMutual, at), Symptom: resolve.Symptom{}}
	}
	return resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Because(resolve.CauseMeantOther, at), Symptom: resolve.Symptom{}}
}

// silence is a call to a port of a gateway on which nothing listens: a fact where the input
// has Gateways, and a gap in it where it has none.
func (c *Call) silence(e *Endpoint) resolve.Outcome {
	at := resolve.Details{Name: e.String()}
	if !c.Side.has(resolve.KindGateway) && !c.Side.has(resolve.KindKubeGateway) {
		return resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Because(resolve.CauseNoGatewayRead, at).Numbered(e.Port), Symptom: resolve.Symptom{}}
	}
	return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: resolve.Because(resolve.CauseNobodyListens, at).Numbered(e.Port), Symptom: c.symptom(resolve.SymptomRefused, e, c.Port.Protocol)}
}

// end is what there is at an endpoint that is no port with a PeerAuthentication's mode: a
// port that its proxy does not capture is not an application without a proxy, and a
// Gateway's server has a mode of its own.
func (e *Endpoint) end(serves *resolve.Decision) resolve.Aspect {
	switch {
	case e.chosen && e.Workload == nil:
		return resolve.AspectChosen
	case e.Workload == nil && serves.Mode == resolve.None:
		return resolve.AspectOutside
	case serves.Mode == resolve.None && e.Workload.Membership.Dataplane != resolve.DataplaneNone:
		return resolve.AspectUncaptured
	case serves.OfMesh:
		return resolve.AspectMeshServer
	case serves.Mode == resolve.Disable && serves.Scope == resolve.ScopeListener:
		return resolve.AspectPlainServer
	}
	return resolve.AspectUsual
}

// symptom is what this client sees of a failure: only an Envoy that knows the port
// for HTTP answers with a status code, others see the connection end, and ztunnel
// has no filter chains.
func (c *Call) symptom(of resolve.SymptomKind, e *Endpoint, protocol resolve.Protocol) resolve.Symptom {
	s := resolve.Symptom{Kind: of, Signal: resolve.SignalStatus}
	switch class := c.Port.Protocol.Class(); {
	case !c.Class.traits().answers, class == resolve.ClassTCP:
		s.Signal = resolve.SignalEnd
	case class == resolve.ClassAuto:
		s.Signal = resolve.SignalEither
	}
	switch {
	case (of == resolve.SymptomNoFilterChain || of == resolve.SymptomNoFilterChainForTLS) && e.Captured():
		s.Kind = resolve.SymptomDenied
	case of == resolve.SymptomWrongVersion && protocol.SaysTLS():
		s.Kind = resolve.SymptomForeignCertificate
	}
	return s
}
