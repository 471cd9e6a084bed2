package resolve

// SymptomKind is what fails where, as a word that stays the same from release to release.
type SymptomKind string

// The kinds of symptoms (4.3).
const (
	SymptomNoFilterChain       SymptomKind = "no-filter-chain"
	SymptomNoFilterChainForTLS SymptomKind = "no-filter-chain-for-tls"
	SymptomDenied              SymptomKind = "denied-by-ztunnel"
	SymptomWrongVersion        SymptomKind = "wrong-version"
	SymptomForeignCertificate  SymptomKind = "foreign-certificate"
	SymptomClientHello         SymptomKind = "client-hello"
	SymptomVerifyFailed        SymptomKind = "verify-failed"
	SymptomClientDistrusts     SymptomKind = "client-distrusts-server"
	SymptomServerDistrusts     SymptomKind = "server-distrusts-client"
	SymptomCodecError          SymptomKind = "codec-error"
	SymptomBlackHole           SymptomKind = "black-hole"
	SymptomListenerCertificate SymptomKind = "listener-certificate"
	SymptomRefused             SymptomKind = "connection-refused"
	SymptomLeftOut             SymptomKind = "no-endpoint-left"
	SymptomPlainIntoTLS        SymptomKind = "plaintext-into-tls"
	SymptomGatewayChain        SymptomKind = "no-filter-chain-at-gateway"
	SymptomNoCluster           SymptomKind = "no-cluster"
	SymptomNoRoute             SymptomKind = "no-route-at-gateway"
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
