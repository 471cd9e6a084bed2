package diagnose

// The logs that have lines.
const (
	clientLog  = "access log of the client's sidecar or gateway"
	serverLog  = "access log of the server's sidecar or gateway"
	proxyLog   = "log of istio-proxy"
	debugLog   = "debug log of Envoy"
	ztunnelLog = "log of ztunnel"
	istiodLog  = "log of istiod"
	clientApp  = "log of the client application"
	eventLog   = "event of a pod (kubelet)"
)

// handshakes are symptoms of TLS between proxies.
var handshakes = []*Symptom{
	{
		Name: "secret-not-supplied", Title: "The proxy has no certificate to begin TLS with", Bearing: OfMTLS,
		Means: "The client's proxy has to send TLS, and the certificate or the root for it was not given to it by the agent (SDS). No byte reaches the server.",
		Not:   "The server, its mode and its certificate have no part in it.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:_Secret_is_not_supplied_by_SDS} - "-" 0 153 2 - "-" "curl/8.5" "5a" "pay.shop" "10.0.0.8:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.7:40010 10.1.0.8:80 10.0.0.7:40008 - default`,
			Words: [][]string{{"secret is not supplied by sds"}}}},
		Suspects: []*Suspect{credentialIgnored, secretMissing, istiodBlocked, disconnected, tokenRefused}, See: []string{"MTLS0213", "MTLS0608"},
	},
	{
		Name: "wrong-version-number", Title: "The server answered a TLS handshake with something that is no TLS", Bearing: OfMTLS,
		Means: "The client's proxy sent a TLS ClientHello, and what came back was plaintext: no proxy, or none that opens TLS, handles the port.",
		Not:   "No certificate was exchanged, so roots, trust domains and expiry have no part in it; AuthorizationPolicies neither.",
		Lines: []Line{
			{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 UF upstream_reset_before_response_started{connection_failure,TLS_error:_268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER} - "TLS error: 268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER" 0 217 3 - "-" "curl/8.5" "5b" "pay.shop" "10.0.0.8:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.7:40010 10.1.0.8:80 10.0.0.7:40008 - default`,
				Words: [][]string{{"tls error", "wrong version number"}, {"268435703"}, {"flag uf", "wrong version number"}}},
			{Log: clientApp, Example: `upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: TLS error: 268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER`,
				Words: [][]string{{"transport failure reason", "wrong version number"}}},
			{Log: debugLog, Example: `WRONG_VERSION_NUMBER`, Words: [][]string{{"wrong version number", "!curl", "!ssl wrong version number", "!ssl3", "!routines wrong version number", "!failed wrong version number"}}},
		},
		Suspects: []*Suspect{mutualToNoProxy, mutualToUncaptured, mutualToDisable, ownTLSToPlainApp, tlsIntoHTTP, wrongTLSLabel, notIntercepted, staleProxy}, See: []string{"MTLS0202", "MTLS0219", "4.1"},
	},
	{
		Name: "handshake-reset", Title: "The server reset the connection during the TLS handshake", Bearing: OfMTLS,
		Means: "The client's proxy sent a TLS ClientHello, and the connection was reset: the server's proxy has no filter chain for it (filter_chain_not_found in its log), or its port is plaintext.",
		Not:   "No certificate was exchanged, so roots, trust domains and expiry have no part in it.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 URX,UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|33554536:system_library:OPENSSL_internal:Connection_reset_by_peer:TLS_error_end} - "TLS_error:|33554536:system_library:OPENSSL_internal:Connection_reset_by_peer:TLS_error_end" 0 217 3 - "-" "curl/8.5" "5c" "pay.shop" "10.0.0.8:8080" outbound|80||pay.shop.svc.cluster.local - 10.1.0.8:80 10.0.0.7:40008 - default`,
			Words: [][]string{{"tls error", "openssl internal connection reset by peer"}, {"flag uf", "connection reset by peer"}}}},
		Suspects: []*Suspect{tlsIntoHTTP, mutualIntoGateway, ownTLSIntoStrict, mutualToDisable, mutualToNoProxy, mutualToUncaptured, staleProxy, appCrashed}, See: []string{"MTLS0219", "4.1"},
	},
	{
		Name: "certificate-required", Title: "The server asked for a certificate, and the client gave none", Bearing: OfMTLS,
		Means: "TLS without a client certificate reached a port that accepts only mTLS, or a gateway server in mode MUTUAL.",
		Not:   "The server's certificate was accepted, so it is not about roots or expiry of the server.",
		Lines: []Line{
			{Log: clientLog, Example: `503 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268436596:SSL_routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED:TLS_error_end} outbound|80||pay.shop.svc.cluster.local`,
				Words: [][]string{{"tls error", "certificate required"}}},
			{Log: debugLog, Example: `[C12] remote address:10.0.0.7:40010,TLS_error:|268435655:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE:TLS_error_end`,
				Words: [][]string{{"peer did not return a certificate"}}},
		},
		Suspects: []*Suspect{ownTLSIntoStrict, applicationTLS, credentialIgnored, staleProxy}, See: []string{"MTLS0201", "MTLS0224"},
	},
	{
		Name: "certificate-expired", Title: "The other side refused a certificate that has expired", Bearing: OfMTLS,
		Means: "The handshake ended with an alert: the certificate of the side that logs this is no longer valid by the clock of the other.",
		Not:   "Modes and DestinationRules have no part in it: both sides did speak mTLS.",
		Lines: []Line{
			{Log: clientLog, Example: `503 UF upstream_reset_before_response_started{connection_failure,TLS_error:_268436501:SSL_routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED} outbound|80||pay.shop.svc.cluster.local`,
				Words: [][]string{{"alert certificate expired"}, {"268436501"}}},
			{Log: clientApp, Example: `x509: certificate has expired or is not yet valid: current time 2026-11-20T10:00:00Z is after 2026-11-19T10:00:00Z`,
				Words: [][]string{{"certificate has expired"}}},
		},
		Suspects: []*Suspect{expired, istiodBlocked, disconnected, clockOff, tokenRefused}, See: []string{"MTLS0606"},
	},
	{
		Name: "unknown-ca", Title: "The other side does not have the root of a certificate", Bearing: OfMTLS,
		Means: "The handshake ended with an alert: the side that logs this presented a certificate of a CA that the other side does not trust.",
		Not:   "Modes and DestinationRules have no part in it: both sides did speak TLS with certificates.",
		Lines: []Line{{Log: clientLog, Example: `503 UF upstream_reset_before_response_started{connection_failure,TLS_error:_268436504:SSL_routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA} outbound|80||pay.shop.svc.cluster.local`,
			Words: [][]string{{"alert unknown ca"}, {"268436504"}, {"tlsv1 alert unknown certificate authority"}}}},
		Suspects: []*Suspect{mutualIntoGateway, rootsDiffer, foreignTrust, oldRootConfigMap, staleProxy}, See: []string{"MTLS0607", "MTLS0512"},
	},
	{
		Name: "identity-not-expected", Title: "The server's certificate is valid, and names another identity than the client expects", Bearing: OfMTLS,
		Means: "The client's proxy verified the chain and then compared the SAN with the accounts of the Service, or with subjectAltNames of a DestinationRule.",
		Not:   "Roots and expiry are fine. The server's mode has no part in it.",
		Lines: []Line{{Log: clientLog, Example: `503 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_SAN_matcher:TLS_error_end} outbound|80||pay.shop.svc.cluster.local`,
			Words: [][]string{{"verify cert failed san matcher"}, {"certificate verify failed", "san matcher"}, {"verify san list"}}}},
		Suspects: []*Suspect{otherAccount, foreignTrust, ownTLSIntoStrict, accountWithoutEntry, identityChanged}, See: []string{"MTLS0230", "MTLS0512"},
	},
	{
		Name: "certificate-verify-failed", Title: "A proxy could not verify the certificate of the other side", Bearing: OfMTLS,
		Means: "The chain does not lead to a root that the proxy has, its identity is another than expected, or it has expired.",
		Not:   "Both sides spoke TLS: a port in plaintext gives WRONG_VERSION_NUMBER, a refused plaintext call filter_chain_not_found.",
		Lines: []Line{
			{Log: clientLog, Example: `503 UF upstream_reset_before_response_started{connection_failure,TLS_error:_268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED} outbound|80||pay.shop.svc.cluster.local`,
				Words: [][]string{{"tls error", "certificate verify failed"}, {"openssl internal", "certificate verify failed"}, {"flag uf", "certificate verify failed"}, {"268435581"}}},
			{Log: debugLog, Example: `CERTIFICATE_VERIFY_FAILED`, Words: [][]string{{"certificate verify failed", "!ssl certificate verify failed", "!sslcertverificationerror"}}},
		},
		Suspects: []*Suspect{otherAccount, foreignTrust, mutualToNoProxy, mutualToUncaptured, mutualToDisable, ownTLSIntoStrict, mutualIntoGateway, accountWithoutEntry, ownCertificate, rootsDiffer, expired, identityChanged}, See: []string{"MTLS0230", "MTLS0512", "MTLS0607"},
	},
	{
		Name: "tls-version-or-cipher", Title: "Both sides have no TLS version, or no cipher, in common", Bearing: OfMTLS,
		Means: "The handshake ended before certificates were exchanged: one side asks for a newer TLS version, or for ciphers that the other does not have.",
		Not:   "Certificates, identities and modes have no part in it.",
		Lines: []Line{{Log: debugLog, Example: `TLS error: 268435696:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL`,
			Words: [][]string{{"unsupported protocol", "ssl"}, {"alert protocol version"}, {"no shared cipher"}, {"sslv3 alert handshake failure"}, {"268435696"}, {"268436526"}, {"ssl handshake failure"}, {"tls handshake failure"}}}},
		Suspects: []*Suspect{minimumTLS, oldTLSVersion, staleProxy}, See: []string{"MTLS0118", "MTLS0609"},
	},
	{
		Name: "http-request-at-tls", Title: "A plaintext HTTP request arrived where TLS was expected", Bearing: OfMTLS,
		Means: "A listener that opens TLS received the bytes of an HTTP request.",
		Not:   "No certificate was exchanged: it is not about roots or expiry.",
		Lines: []Line{
			{Log: debugLog, Example: `[C31] remote address:10.0.0.7:40010,TLS_error:|268435612:SSL routines:OPENSSL_internal:HTTP_REQUEST:TLS_error_end`, Words: [][]string{{"tls error", "http request"}, {"268435612"}}},
			{Log: clientApp, Example: `Client sent an HTTP request to an HTTPS server.`, Words: [][]string{{"client sent an http request to an https server"}, {"plain http request was sent to https port"}}},
		},
		Suspects: append([]*Suspect{plainIntoGateway}, append(allPlaintext, schemeAgainstPort)...), See: []string{"MTLS0412"},
	},
}
