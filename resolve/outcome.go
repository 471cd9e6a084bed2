package resolve

// outcome is Judge's answer for one endpoint, with what Judge cannot know: what
// stands at the endpoint, and who calls.
func (c *Call) outcome(s *Sending, e *Endpoint, serves *Decision, protocol Protocol) Outcome {
	sends := s.TLS
	if o, ends := c.outcomeBeyond(s, e); ends {
		return o
	}
	switch {
	case sends == SendsUnknown && s.Why.Cause.ambient():
		return Outcome{VerdictUnknown, s.Why, Symptom{}}
	case sends != SendsNothing && sends != SendsUnknown:
		switch {
		case e.meant(c.Host):
			return c.outcomeAtMeant(sends, e)
		case serves.Why.Cause == CauseGatewayOwnPort:
			return Outcome{VerdictPlaintext, Because(CauseProxysOwnPort, Details{Base: serves.Why}), Symptom{}}.unless(sends != SendsPlaintext)
		case serves.Why.Cause == CauseNoServer:
			return c.silence(e)
		}
	}
	accepts := serves.Mode
	if serves.OfMesh {
		accepts = Strict
	}
	o := Judge(sends, accepts, protocol)
	o.Why = o.Why.as(e.end(serves))
	if o.Verdict == VerdictPassthroughTLS && (sends == SendsSimple || sends == SendsMutual) && protocol.saysTLS() {
		o.Why = Because(CauseOwnTLSTwice, Details{Base: o.Why})
	}
	if !o.Symptom.IsZero() {
		o.Symptom = c.symptom(o.Symptom.Kind, e, protocol)
	}
	return o
}

// meant reports an address of a MESH_INTERNAL ServiceEntry that is said to
// understand mTLS: a workload of the mesh that the input does not have.
func (e *Endpoint) meant(h *Host) bool { return e.Workload == nil && !h.External && e.Label == "istio" }

// outcomeAtMeant is what can be told there: nothing proves the proxy (1.10, 3.4.6).
func (c *Call) outcomeAtMeant(sends ClientTLS, e *Endpoint) Outcome {
	at := Details{Name: e.Address}
	switch {
	case sends == SendsPlaintext && e.policy != Strict:
		return Outcome{VerdictPlaintext, Because(CauseMeantPlain, at), Symptom{}}
	case sends == SendsPlaintext:
		return Outcome{VerdictUnknown, Because(CauseMeantPlainStrict, at), Symptom{}}
	case sends == SendsIstioMutual:
		return Outcome{VerdictUnknown, Because(CauseMeantMutual, at), Symptom{}}
	}
	return Outcome{VerdictUnknown, Because(CauseMeantOther, at), Symptom{}}
}

// silence is a call to a port of a gateway on which nothing listens: a fact where the input
// has Gateways, and a gap in it where it has none.
func (c *Call) silence(e *Endpoint) Outcome {
	at := Details{Name: e.String()}
	if !c.Mesh.Has(KindGateway) && !c.Mesh.Has(KindKubeGateway) {
		return Outcome{VerdictUnknown, Because(CauseNoGatewayRead, at).numbered(e.Port), Symptom{}}
	}
	return Outcome{VerdictBroken, Because(CauseNobodyListens, at).numbered(e.Port), c.symptom(SymptomRefused, e, c.Port.Protocol)}
}

// end is what there is at an endpoint that is no port with a PeerAuthentication's mode: a
// port that its proxy does not capture is not an application without a proxy, and a
// Gateway's server has a mode of its own.
func (e *Endpoint) end(serves *Decision) Aspect {
	switch {
	case e.chosen:
		return AspectChosen
	case e.Workload == nil && serves.Mode == None:
		return AspectOutside
	case serves.Mode == None && e.Workload.Membership.Dataplane != DataplaneNone:
		return AspectUncaptured
	case serves.OfMesh:
		return AspectMeshServer
	case serves.Mode == Disable && serves.Scope == ScopeListener:
		return AspectPlainServer
	}
	return AspectUsual
}

// symptom is what this client sees of a failure: only an Envoy that knows the port
// for HTTP answers with a status code, others see the connection end, and ztunnel
// has no filter chains.
func (c *Call) symptom(of SymptomKind, e *Endpoint, protocol Protocol) Symptom {
	s := Symptom{of, SignalStatus}
	envoy := c.Class.Dataplane != DataplaneNone && c.Class.Dataplane != DataplaneProxyless
	switch class := c.Port.Protocol.class(); {
	case !envoy, class == classTCP:
		s.Signal = SignalEnd
	case class == classAuto:
		s.Signal = SignalEither
	}
	switch {
	case of == SymptomNoFilterChain && e != nil && e.Workload != nil && e.Workload.Membership.Dataplane == DataplaneAmbient:
		s.Kind = SymptomDenied
	case of == SymptomWrongVersion && protocol.saysTLS():
		s.Kind = SymptomForeignCertificate
	}
	return s
}
