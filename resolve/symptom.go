package resolve

// SymptomKind is what fails where, as a word that stays the same from release to release.
type SymptomKind string

// The kinds of symptoms (4.3).
const (
	SymptomNoFilterChain       SymptomKind = "no-filter-chain"
	SymptomDenied              SymptomKind = "denied-by-ztunnel"
	SymptomWrongVersion        SymptomKind = "wrong-version"
	SymptomForeignCertificate  SymptomKind = "foreign-certificate"
	SymptomClientHello         SymptomKind = "client-hello"
	SymptomVerifyFailed        SymptomKind = "verify-failed"
	SymptomCodecError          SymptomKind = "codec-error"
	SymptomBlackHole           SymptomKind = "black-hole"
	SymptomListenerCertificate SymptomKind = "listener-certificate"
	SymptomRefused             SymptomKind = "connection-refused"
	SymptomLeftOut             SymptomKind = "no-endpoint-left"
	SymptomGatewayChain        SymptomKind = "no-filter-chain-at-gateway"
)

// Signal is how a client notices a failure.
type Signal uint8

const (
	// SignalAny: of no client in particular.
	SignalAny Signal = iota
	// SignalStatus: HTTP through an Envoy, which answers with a status code.
	SignalStatus
	// SignalEither: a status code for HTTP, the end of the connection for other protocols.
	SignalEither
	// SignalEnd: the end of the connection.
	SignalEnd
)

// Symptom is what is seen of a broken call. The zero Symptom is none.
type Symptom struct {
	Kind SymptomKind
	Signal
}

// IsZero reports the symptom that is none.
func (s Symptom) IsZero() bool { return s.Kind == "" }

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
