package diagnose

// refusals are what the server's proxy does to a connection.
var refusals = []*Symptom{
	{
		Name: "no-filter-chain-for-name", Title: "No filter chain matches a TLS connection with this server name", Bearing: OfMTLS,
		Means: "At a gateway no server has the server name (SNI) of the client. At a sidecar TLS arrived that is not Istio's: the application's own, on a STRICT port or on a port declared HTTP.",
		Not:   "It is not about certificates: none was exchanged. Workloads behind a gateway were not called.",
		Lines: []Line{{Log: serverLog, Example: `[2026-11-20T10:00:00.000Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.0.0.20:8443 192.0.2.7:55012 other.example.com -`,
			Words: [][]string{{"filter chain not found", "sni foreign"}, {"filter chain not found", "gateway"}}}},
		Suspects: []*Suspect{plainIntoGateway, gatewayConflict, mutualIntoGateway, ownTLSIntoStrict, tlsIntoHTTP, schemeAgainstPort, clientWithoutProxy, sniUnknown}, See: []string{"MTLS0120"},
	},
	{
		Name: "no-filter-chain", Title: "The server's proxy accepts only mTLS on this port, and the connection was not mTLS", Bearing: OfMTLS,
		Means: "A connection arrived that no filter chain of the port matches: plaintext to a STRICT port, or TLS that no proxy of the mesh began.",
		Not:   "The application did not see the connection. Certificates, roots and AuthorizationPolicies have no part in it.",
		Lines: []Line{{Log: serverLog, Example: `[2026-11-20T10:00:00.000Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.0.0.8:8080 10.0.0.7:55012 - -`,
			Words: [][]string{{"filter chain not found"}, {"no filter chain match"}, {"no matching filter chain found"}}}},
		Suspects: append(append([]*Suspect{plainIntoGateway}, allPlaintext...), ownTLSIntoStrict, tlsIntoHTTP, scrapeRefused, probeRefused, webhookRefused, envoyFilter), See: []string{"MTLS0201", "MTLS0222", "MTLS0401", "4.1"},
	},
	{
		Name: "codec-error", Title: "The server's proxy expected HTTP and received something else", Bearing: Depends,
		Means: "The port is handled as HTTP, and the bytes were TLS, or another protocol.",
		Not:   "Certificates have no part in it: nothing opened TLS on this port.",
		Lines: []Line{
			{Log: serverLog, Example: `[2026-11-20T10:00:00.000Z] "- - HTTP/1.1" 400 DPE http1.codec_error - "-" 0 11 0 - "-" "-" "-" "-" "-" - - 10.0.0.8:8080 10.0.0.7:55012 - -`, Words: [][]string{{"flag dpe"}, {"http1 codec error"}, {"http2 codec error"}}},
			{Log: clientLog, Example: `502 UPE upstream_reset_before_response_started{protocol_error} outbound|80||pay.shop.svc.cluster.local`, Words: [][]string{{"flag upe"}, {"protocol error", "upstream reset before response started"}}},
		},
		Suspects: []*Suspect{mutualToDisable, tlsIntoHTTP, schemeAgainstPort, otherProtocol}, See: []string{"MTLS0202", "MTLS0412", "2.12"},
	},
	{
		Name: "application-refused", Title: "The server's own proxy could not connect to the application", Bearing: NotMTLS,
		Means: "The call arrived at the server's sidecar, through mTLS where that applies, and nothing listens on the port in the pod.",
		Not:   "It is not mTLS: TLS between the proxies ended well before.",
		Lines: []Line{{Log: serverLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111} - "delayed_connect_error:_111" 0 159 0 - "-" "curl/8.5" "5c" "pay.shop" "10.0.0.8:8080" inbound|8080|| 127.0.0.6:40010 10.0.0.8:8080 10.0.0.7:55012 outbound_.80_._.pay.shop.svc.cluster.local default`,
			Words: [][]string{{"delayed connect error 111", "inbound"}, {"remote connection failure", "inbound"}, {"connection failure", "inbound"}}}},
		Suspects: []*Suspect{notListening, appCrashed}, See: nil,
	},
	{
		Name: "connection-refused", Title: "Nothing accepts connections at the address of the server", Bearing: NotMTLS,
		Means: "The TCP connection was refused before TLS began.",
		Not:   "It is not mTLS: no handshake began.",
		Lines: []Line{
			{Log: clientLog, Example: `503 UF upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111} - "delayed_connect_error:_111" outbound|80||pay.shop.svc.cluster.local`, Words: [][]string{{"delayed connect error 111"}, {"reset reason remote connection failure", "delayed connect error"}}},
			{Log: clientApp, Example: `dial tcp 10.0.0.8:8080: connect: connection refused`, Words: [][]string{{"connection refused"}, {"econnrefused"}}},
		},
		Suspects: []*Suspect{gatewayPortUnused, notListening, noEndpoints, appCrashed}, See: nil,
	},
	{
		Name: "connection-closed-by-server", Title: "The server closed the connection before it answered", Bearing: Depends,
		Means: "The client's proxy connected, sent the request, and the connection ended. A STRICT port does that to plaintext; so does an application that closes idle connections.",
		Not:   "The client's proxy did not see a TLS error: where it sent TLS, the handshake ended well.",
		Lines: []Line{
			{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 UC upstream_reset_before_response_started{connection_termination} - "-" 0 95 1 - "-" "curl/8.5" "5d" "pay.shop" "10.0.0.8:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.7:40010 10.1.0.8:80 10.0.0.7:40008 - default`,
				Words: [][]string{{"flag uc"}, {"connection termination"}}},
			{Log: clientApp, Example: `upstream connect error or disconnect/reset before headers. reset reason: connection termination`, Words: [][]string{{"reset reason connection termination"}}},
		},
		Suspects: append(append([]*Suspect{}, allPlaintext...), ownTLSIntoStrict, mutualToDisable, mutualToNoProxy, mutualToUncaptured, httpRuleOnTCP, tlsIntoHTTP, idleClosed, appCrashed), See: []string{"MTLS0201", "MTLS0204", "MTLS0505"},
	},
}

// routes are calls that the client's proxy does not know where to send.
var routes = []*Symptom{
	{
		Name: "black-hole", Title: "The client's proxy does not have the host, and refuses unknown hosts", Bearing: Depends,
		Means: "outboundTrafficPolicy is REGISTRY_ONLY, and the host is not visible to this client.",
		Not:   "It is not mTLS: nothing was sent.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 502 - direct_response - "-" 0 0 0 - "-" "curl/8.5" "5e" "pay.shop" "-" BlackHoleCluster - 10.1.0.8:80 10.0.0.7:40008 - block_all`,
			Words: [][]string{{"blackholecluster"}, {"block all", "direct response"}}}},
		Suspects: []*Suspect{hostRefused}, See: []string{"MTLS0220", "3.1.3"},
	},
	{
		Name: "passed-through", Title: "The client's proxy does not have the host, and passed the call through unchanged", Bearing: OfMTLS,
		Means: "The host is unknown to this client, or the address of a pod was called: the call leaves as the application sent it, without mTLS.",
		Not:   "The call does not fail by that alone: it fails where the server accepts only mTLS.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 12 3 3 "-" "curl/8.5" "5f" "pay.shop" "10.1.0.8:80" PassthroughCluster 10.0.0.7:40010 10.1.0.8:80 10.0.0.7:40008 - allow_any`,
			Words: [][]string{{"passthroughcluster", "!inboundpassthroughcluster"}}}},
		Suspects: []*Suspect{hostPassedThrough, pastProxy}, See: []string{"MTLS0220", "MTLS0410", "3.1.3"},
	},
	{
		Name: "no-cluster", Title: "The route leads to a host or subset that the client's proxy does not have", Bearing: NotMTLS,
		Means: "A VirtualService names a destination for which there is no cluster: the host is unknown, or no DestinationRule defines the subset.",
		Not:   "It is not mTLS: nothing was sent.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 NC cluster_not_found - "-" 0 0 0 - "-" "curl/8.5" "60" "pay.shop" "-" - - 10.1.0.8:80 10.0.0.7:40008 - -`,
			Words: [][]string{{"cluster not found"}, {"flag nc"}}}},
		Suspects: []*Suspect{subsetMissing}, See: nil,
	},
	{
		Name: "no-route", Title: "No route matches the request", Bearing: NotMTLS,
		Means: "The proxy knows the port, and has no route for this host and path.",
		Not:   "It is not mTLS: nothing was sent.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET /admin HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "-" "curl/8.5" "61" "pay.shop" "-" - - 10.1.0.8:80 10.0.0.7:40008 - -`,
			Words: [][]string{{"route not found"}, {"flag nr"}}}},
		Suspects: []*Suspect{routeMissing}, See: nil,
	},
	{
		Name: "no-healthy-upstream", Title: "The host has no healthy endpoint", Bearing: NotMTLS,
		Means: "No endpoint is left to send to: none is selected, none is ready, or all were ejected.",
		Not:   "It is not mTLS, unless probes fail because the port is STRICT: then the pods are not ready.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "-" "curl/8.5" "62" "pay.shop" "-" outbound|80||pay.shop.svc.cluster.local - 10.1.0.8:80 10.0.0.7:40008 - default`,
			Words: [][]string{{"no healthy upstream"}, {"flag uh"}}}},
		Suspects: []*Suspect{noEndpoints, emptySubset, probeRefused, outlier}, See: []string{"MTLS0403"},
	},
	{
		Name: "overflow", Title: "The connection pool of the client's proxy is full", Bearing: NotMTLS,
		Means: "A circuit breaker (connectionPool of a DestinationRule, or the default) refused the request.",
		Not:   "It is not mTLS.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 UO overflow - "-" 0 81 0 - "-" "curl/8.5" "63" "pay.shop" "-" outbound|80||pay.shop.svc.cluster.local - 10.1.0.8:80 10.0.0.7:40008 - default`,
			Words: [][]string{{"flag uo"}, {"reset reason overflow"}}}},
		Suspects: []*Suspect{overflow}, See: nil,
	},
}

// responses are refusals after the connection stood.
var responses = []*Symptom{
	{
		Name: "rbac-no-rule", Title: "AuthorizationPolicies act on the call, and no ALLOW rule matches it", Bearing: Depends,
		Means: "The call arrived, and none of the ALLOW rules matches: an empty principal (the call was plaintext) never matches a rule about principals.",
		Not:   "The handshake did not fail: a refused handshake never reaches the policies.",
		Lines: []Line{{Log: serverLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 - "-" "curl/8.5" "64" "pay.shop" "-" inbound|8080|| - 10.0.0.8:8080 10.0.0.7:55012 outbound_.80_._.pay.shop.svc.cluster.local default`,
			Words: [][]string{{"rbac access denied matched policy none"}}}},
		Suspects: []*Suspect{deniedWithoutIdentity, deniedIdentity, deniedAtWaypoint, oldTrustDomain, httpRuleOnTCP, ruleOfRequest}, See: []string{"MTLS0501", "MTLS0506", "MTLS0509"},
	},
	{
		Name: "rbac-deny-rule", Title: "A DENY rule of an AuthorizationPolicy matches the call", Bearing: Depends,
		Means: "The policy and the rule are in the line: ns[NAMESPACE]-policy[NAME]-rule[N].",
		Not:   "The handshake did not fail: a refused handshake never reaches the policies.",
		Lines: []Line{{Log: serverLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy[ns[shop]-policy[deny]-rule[0]] - "-" 0 19 0 - "-" "curl/8.5" "65" "pay.shop" "-" inbound|8080|| - 10.0.0.8:8080 10.0.0.7:55012 outbound_.80_._.pay.shop.svc.cluster.local default`,
			Words: [][]string{{"rbac access denied matched policy ns"}}}},
		Suspects: []*Suspect{deniedByDeny, policyOfLine, ruleOfRequest}, See: []string{"MTLS0503"},
	},
	{
		Name: "rbac-denied", Title: "An AuthorizationPolicy denies the call", Bearing: Depends,
		Means:    "The server's proxy answered 403: a DENY rule matches, or no ALLOW rule does.",
		Not:      "The handshake did not fail: a refused handshake never reaches the policies.",
		Lines:    []Line{{Log: clientApp, Example: `HTTP/1.1 403 Forbidden: RBAC: access denied`, Words: [][]string{{"rbac access denied"}}}},
		Suspects: []*Suspect{deniedWithoutIdentity, deniedIdentity, deniedAtWaypoint, deniedByDeny, oldTrustDomain, httpRuleOnTCP, ruleOfRequest}, See: []string{"MTLS0501", "MTLS0503"},
	},
}

// envoyFlags are response flags without anything that says more.
var envoyFlags = []*Symptom{
	{
		Name: "upstream-connection-failure", Title: "The client's proxy could not connect to the server (UF)", Bearing: Depends,
		Means: "The connection failed before a request was sent. The details behind the flag say more: a TLS error, a refused or a timed out connection.",
		Not:   "AuthorizationPolicies have no part in it: they answer 403.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 UF upstream_reset_before_response_started{connection_failure} - "-" 0 91 3 - "-" "curl/8.5" "66" "pay.shop" "10.0.0.8:8080" outbound|80||pay.shop.svc.cluster.local - 10.1.0.8:80 10.0.0.7:40008 - default`,
			Words: [][]string{{"flag uf"}, {"flag urx"}, {"reset reason connection failure"}, {"reset reason remote connection failure"}, {"reset reason local connection failure"}}}},
		Suspects: []*Suspect{mutualToNoProxy, mutualToUncaptured, mutualToDisable, ownTLSToPlainApp, ownTLSIntoStrict, otherAccount, foreignTrust, tunnelRefused, gatewayPortUnused, notListening, noEndpoints, staleProxy}, See: []string{"4.1"},
	},
	{
		Name: "response-timeout", Title: "The server did not answer in time (UT)", Bearing: NotMTLS,
		Means: "The request was sent, and the timeout of the route passed.",
		Not:   "It is not mTLS: the connection stood.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 504 UT response_timeout - "-" 0 24 15000 - "-" "curl/8.5" "67" "pay.shop" "10.0.0.8:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.7:40010 10.1.0.8:80 10.0.0.7:40008 - default`,
			Words: [][]string{{"flag ut"}, {"response timeout"}, {"upstream request timeout"}}}},
		Suspects: []*Suspect{serverFirst, slowServer}, See: nil,
	},
	{
		Name: "client-closed", Title: "The client closed the connection before the answer (DC)", Bearing: NotMTLS,
		Means: "The application that called ended its connection.",
		Not:   "It is not mTLS.",
		Lines: []Line{{Log: serverLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 0 DC downstream_remote_disconnect - "-" 0 0 1000 - "-" "curl/8.5" "68" "pay.shop" "10.0.0.8:8080" inbound|8080|| 127.0.0.6:40010 10.0.0.8:8080 10.0.0.7:55012 outbound_.80_._.pay.shop.svc.cluster.local default`,
			Words: [][]string{{"downstream remote disconnect"}, {"flag dc"}}}},
		Suspects: []*Suspect{callerGone}, See: nil,
	},
	{
		Name: "upstream-reset", Title: "The server reset the call (UR)", Bearing: Depends,
		Means: "The stream or connection was reset by the other side after the request began.",
		Not:   "No TLS handshake failed: the connection stood. Plaintext that a port with mTLS refuses ends like this where the protocol is TCP.",
		Lines: []Line{{Log: clientLog, Example: `[2026-11-20T10:00:00.000Z] "GET / HTTP/1.1" 503 UR upstream_reset_before_response_started{remote_reset} - "-" 0 85 3 - "-" "curl/8.5" "69" "pay.shop" "10.0.0.8:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.7:40010 10.1.0.8:80 10.0.0.7:40008 - default`,
			Words: [][]string{{"flag ur"}, {"remote reset"}, {"reset reason remote reset"}}}},
		Suspects: append(append([]*Suspect{tunnelRefused, deniedAtWaypoint}, allPlaintext...), otherProtocol, appCrashed), See: []string{"4.1"},
	},
}
