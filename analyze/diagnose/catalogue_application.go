package diagnose

// applications are symptoms as clients log them, without a word of a proxy.
var applications = []*Symptom{
	{
		Name: "server-first-hangs", Title: "A client waits for the first bytes of the server, and they do not come", Bearing: Depends,
		Means: "In MySQL, SMTP and the like the server sends first. A proxy that must find out the protocol, or whether it is mTLS, waits for the client.",
		Not:   "Passwords and users of the database have no part in it.",
		Lines: []Line{{Log: clientApp, Example: `ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet', system error: 0`,
			Words: [][]string{{"reading initial communication packet"}, {"lost connection to mysql server"}, {"lost connection to server at handshake"}, {"communications link failure"}, {"timed out waiting for smtp greeting"}}}},
		Suspects: append([]*Suspect{serverFirst}, allPlaintext...), See: []string{"MTLS0305"},
	},
	{
		Name: "application-wrong-version", Title: "The application speaks TLS, and what answered does not", Bearing: OfMTLS,
		Means: "The application began a TLS handshake itself, and a plaintext answer came back.",
		Not:   "It is not the mesh's certificates: the proxies encrypt by themselves, and applications keep to plaintext.",
		Lines: []Line{
			{Log: "curl", Example: `curl: (35) error:0A00010B:SSL routines::wrong version number`, Words: [][]string{{"curl 35", "wrong version number"}, {"ssl routines wrong version number"}, {"ssl connect failed wrong version number"}}},
			{Log: "client in Python", Example: `ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)`, Words: [][]string{{"ssl wrong version number"}}},
			{Log: "client in Go", Example: `Get "https://pay.shop:80/": http: server gave HTTP response to HTTPS client`, Words: [][]string{{"server gave http response to https client"}}},
			{Log: "gRPC client in Go", Example: `rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: tls: first record does not look like a TLS handshake"`, Words: [][]string{{"first record does not look like a tls handshake"}}},
			{Log: "client in Java", Example: `javax.net.ssl.SSLException: Unsupported or unrecognized SSL message`, Words: [][]string{{"unsupported or unrecognized ssl message"}, {"not an ssl tls record"}}},
			{Log: "client in Node", Example: `Error: write EPROTO 00C8:error:0A00010B:SSL routines:ssl3_get_record:wrong version number`, Words: [][]string{{"eproto"}, {"ssl3 get record wrong version number"}}},
		},
		Suspects: []*Suspect{schemeAgainstPort, applicationTLS, mutualToNoProxy}, See: []string{"MTLS0412", "wrong-version-number"},
	},
	{
		Name: "application-certificate-required", Title: "A STRICT port asked the application itself for a certificate of the mesh", Bearing: OfMTLS,
		Means: "TLS of the application reached the server's sidecar without a sidecar in between at the client.",
		Not:   "A certificate of the application's own CA does not help: only the mesh's CA counts.",
		Lines: []Line{
			{Log: "curl", Example: `curl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0`, Words: [][]string{{"alert certificate required"}}},
			{Log: "client in Go", Example: `Get "https://pay.shop:80/": remote error: tls: certificate required`, Words: [][]string{{"tls certificate required"}, {"certificate required"}}},
			{Log: "client in Node", Example: `Error: ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`, Words: [][]string{{"err ssl tlsv13 alert certificate required"}}},
		},
		Suspects: []*Suspect{clientWithoutProxy, pastProxy, podAddress, applicationTLS}, See: []string{"MTLS0401"},
	},
	{
		Name: "application-certificate-unknown", Title: "The application does not trust the certificate that answered", Bearing: OfMTLS,
		Means: "The application began TLS itself and got a certificate of the mesh, which has only a spiffe:// name and the mesh's own CA, or one of the server's own CA.",
		Not:   "The mesh's certificates are not wrong: they are for proxies, not for applications.",
		Lines: []Line{
			{Log: "curl", Example: `curl: (60) SSL certificate problem: self-signed certificate in certificate chain`, Words: [][]string{{"curl 60"}, {"self signed certificate in certificate chain"}, {"unable to get local issuer certificate"}}},
			{Log: "client in Python", Example: `ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)`, Words: [][]string{{"sslcertverificationerror", "certificate verify failed"}, {"ssl certificate verify failed"}}},
			{Log: "client in Java", Example: `javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target`, Words: [][]string{{"pkix path building failed"}, {"unable to find valid certification path"}}},
			{Log: "client in Node", Example: `Error: self-signed certificate in certificate chain { code: 'SELF_SIGNED_CERT_IN_CHAIN' }`, Words: [][]string{{"self signed certificate in certificate chain", "self signed cert in chain"}, {"self signed cert in chain"}, {"unable to verify the first certificate"}, {"unable to verify leaf signature"}}},
			{Log: "client in Go", Example: `Get "https://pay.shop:443/": tls: failed to verify certificate: x509: certificate signed by unknown authority`, Words: [][]string{{"x509 certificate signed by unknown authority"}, {"x509 cannot validate certificate"}, {"x509 certificate is not valid for any names"}}},
		},
		Suspects: []*Suspect{clientWithoutProxy, pastProxy, podAddress, applicationTLS, certificateUntrusted}, See: []string{"MTLS0401"},
	},
	{
		Name: "application-http-as-grpc", Title: "A gRPC client got an answer in HTTP/1", Bearing: NotMTLS,
		Means: "The port of the server, or its declaration, is HTTP/1, and gRPC is HTTP/2.",
		Not:   "It is not mTLS.",
		Lines: []Line{{Log: "gRPC client in Go", Example: `rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: http2: frame too large, note that the frame header looked like an HTTP/1.1 header"`,
			Words: [][]string{{"frame header looked like an http 1 1 header"}, {"http2 frame too large"}}}},
		Suspects: []*Suspect{otherProtocol}, See: []string{"2.12"},
	},
	{
		Name: "application-reset", Title: "The connection of the application was reset without an answer", Bearing: Depends,
		Means: "Nothing answered in the protocol of the application: a STRICT port ends plaintext that way, and so does ztunnel.",
		Not:   "Where the client has a sidecar that knows the port as HTTP, it would answer 503 instead: this call came past it, or is not HTTP.",
		Lines: []Line{
			{Log: "curl", Example: `curl: (56) Recv failure: Connection reset by peer`, Words: [][]string{{"recv failure connection reset by peer"}, {"curl 56"}, {"curl 52 empty reply from server"}, {"empty reply from server"}}},
			{Log: "client in Go", Example: `Get "http://pay.shop:80/": read tcp 10.0.0.9:40010->10.1.0.8:80: read: connection reset by peer`, Words: [][]string{{"read connection reset by peer"}}},
			{Log: "client in Python", Example: `ConnectionResetError: [Errno 104] Connection reset by peer`, Words: [][]string{{"connectionreseterror", "connection reset by peer"}, {"errno 104"}}},
			{Log: "client in Java", Example: `java.net.SocketException: Connection reset`, Words: [][]string{{"socketexception connection reset"}}},
			{Log: "client in Node", Example: `Error: read ECONNRESET`, Words: [][]string{{"econnreset"}, {"socket hang up"}}},
			{Log: "gRPC client in Go", Example: `rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: read tcp 10.0.0.9:40010->10.1.0.8:80: read: connection reset by peer"`, Words: [][]string{{"error reading server preface", "connection reset by peer"}}},
			{Log: "psql", Example: `psql: error: connection to server at "pay.shop" (10.1.0.8), port 5432 failed: server closed the connection unexpectedly`, Words: [][]string{{"server closed the connection unexpectedly"}}},
			{Log: clientApp, Example: `Error: Connection reset by peer`, Words: [][]string{{"connection reset by peer"}}},
		},
		Suspects: append(append([]*Suspect{}, allPlaintext...), ownTLSIntoStrict, mutualToDisable, mutualToNoProxy, mutualToUncaptured, tlsIntoHTTP, serverFirst, appCrashed), See: []string{"MTLS0401", "MTLS0222"},
	},
	{
		Name: "name-not-found", Title: "The name of the host does not resolve", Bearing: NotMTLS,
		Means:    "DNS has no such name: the Service does not exist, or is in another namespace.",
		Not:      "It is not mTLS: no connection was made.",
		Lines:    []Line{{Log: clientApp, Example: `dial tcp: lookup pay.shop on 10.1.0.10:53: no such host`, Words: [][]string{{"no such host"}, {"could not resolve host"}, {"name or service not known"}, {"enotfound"}, {"unknownhostexception"}}}},
		Suspects: []*Suspect{nameUnknown}, See: nil,
	},
	{
		Name: "connection-timed-out", Title: "No answer came to the connection", Bearing: Depends,
		Means:    "Packets are dropped on the way: a NetworkPolicy, a firewall, or a node that is gone.",
		Not:      "A STRICT port does not time out: it resets at once.",
		Lines:    []Line{{Log: clientApp, Example: `dial tcp 10.0.0.8:8080: i/o timeout`, Words: [][]string{{"i o timeout"}, {"connection timed out"}, {"etimedout"}, {"connection timeout"}}}},
		Suspects: []*Suspect{blocksHBONE, serverFirst, networkDrops}, See: []string{"MTLS0315"},
	},
}
