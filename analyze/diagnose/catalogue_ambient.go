package diagnose

// ztunnels are symptoms of ambient mode.
var ztunnels = []*Symptom{
	{
		Name: "ztunnel-strict", Title: "ztunnel refused plaintext: the port of the pod accepts only mTLS", Bearing: OfMTLS, Ambient: true,
		Means: "A PeerAuthentication in mode STRICT became a policy of ztunnel, which denies every connection that is not HBONE.",
		Not:   "It is not an AuthorizationPolicy of yours, in spite of the word policy.",
		Lines: []Line{{Log: ztunnelLog, Example: `2026-11-20T10:00:00.000000Z error access connection complete src.addr=10.0.0.7:40010 src.workload="web-5c8-x" src.namespace="shop" dst.addr=10.0.0.8:8080 dst.workload="pay-6d9-y" dst.namespace="shop" direction="inbound" error="connection closed due to policy rejection: explicitly denied by: istio-system/istio_converted_static_strict"`,
			Words: [][]string{{"policy rejection", "istio converted static strict"}, {"policy rejection", "converted peer authentication"}, {"explicitly denied by", "converted peer authentication"}, {"explicitly denied by", "istio converted static strict"}}}},
		Suspects: append(append([]*Suspect{}, allPlaintext...), webhookRefused, probeRefused, scrapeRefused, notRedirected), See: []string{"MTLS0401", "MTLS0405", "2A.5"},
	},
	{
		Name: "ztunnel-deny-rule", Title: "A DENY rule refused the connection at ztunnel", Bearing: Depends,
		Means: "The policy is in the line: NAMESPACE/NAME.",
		Not:   "The handshake did not fail.",
		Lines: []Line{{Log: ztunnelLog, Example: `error access connection complete src.addr=10.0.0.7:40010 src.workload="web-5c8-x" src.namespace="shop" src.identity="spiffe://cluster.local/ns/shop/sa/web" dst.addr=10.0.0.8:15008 dst.hbone_addr=10.0.0.8:8080 dst.service="pay.shop.svc.cluster.local" dst.workload="pay-6d9-y" dst.namespace="shop" direction="inbound" error="connection closed due to policy rejection: explicitly denied by: shop/deny"`,
			Words: [][]string{{"policy rejection", "explicitly denied by"}}}},
		Suspects: []*Suspect{deniedByDeny, policyOfLine}, See: []string{"MTLS0503"},
	},
	{
		Name: "ztunnel-no-rule", Title: "No ALLOW rule matches the connection at ztunnel", Bearing: Depends,
		Means: "ALLOW policies exist, and none names this client. Without src.identity in the line the connection was plaintext; behind a waypoint the waypoint's identity arrives.",
		Not:   "The handshake did not fail.",
		Lines: []Line{
			{Log: ztunnelLog, Example: `error access connection complete src.addr=10.0.0.7:40010 src.workload="web-5c8-x" src.namespace="shop" src.identity="spiffe://cluster.local/ns/shop/sa/web" dst.addr=10.0.0.8:15008 dst.hbone_addr=10.0.0.8:8080 dst.service="pay.shop.svc.cluster.local" dst.workload="pay-6d9-y" dst.namespace="shop" direction="inbound" error="connection closed due to policy rejection: allow policies exist, but none allowed"`,
				Words: [][]string{{"allow policies exist but none allowed"}}},
			{Log: ztunnelLog, Example: `error access connection complete src.addr=10.0.0.7:40010 src.workload="web-5c8-x" src.namespace="shop" dst.addr=10.0.0.8:15008 dst.service="pay.shop.svc.cluster.local" direction="outbound" error="http status: 401 Unauthorized"`,
				Words: [][]string{{"http status 401 unauthorized"}}},
		},
		Suspects: []*Suspect{deniedWithoutIdentity, deniedIdentity, deniedAtWaypoint, oldTrustDomain, ruleOfRequest}, See: []string{"MTLS0501", "MTLS0513"},
	},
	{
		Name: "ztunnel-hbone-timeout", Title: "The connection to port 15008 of the server timed out", Bearing: OfMTLS,
		Means: "HBONE goes to port 15008 of the pod, whatever port the client called, and nothing answered there.",
		Not:   "The application, its port and the policies have no part in it.",
		Lines: []Line{{Log: ztunnelLog, Example: `error access connection complete src.addr=10.0.0.7:40010 src.workload="web-5c8-x" src.namespace="shop" dst.addr=10.0.0.8:15008 dst.hbone_addr=10.0.0.8:8080 dst.service="pay.shop.svc.cluster.local" direction="outbound" error="connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed"`,
			Words: [][]string{{"blocking hbone port 15008"}, {"connection timed out", "15008"}}}},
		Suspects: []*Suspect{blocksHBONE, tunnelRefused, notRedirected, ztunnelMissing}, See: []string{"MTLS0315", "MTLS0317"},
	},
	{
		Name: "ztunnel-identity", Title: "The server's ztunnel or proxy has another identity than expected", Bearing: OfMTLS,
		Means: "The certificate on port 15008 is of another service account, namespace or trust domain than the client's ztunnel was given for the address.",
		Not:   "The connection was encrypted: it is not about plaintext or STRICT.",
		Lines: []Line{{Log: ztunnelLog, Example: `error access connection complete src.addr=10.0.0.7:40010 src.workload="web-5c8-x" src.namespace="shop" dst.addr=10.0.0.8:15008 dst.service="pay.shop.svc.cluster.local" direction="outbound" error="identity verification error: peer did not present the expected SAN (spiffe://cluster.local/ns/shop/sa/pay), got spiffe://cluster.local/ns/shop/sa/default"`,
			Words: [][]string{{"identity verification error"}, {"did not present the expected san"}}}},
		Suspects: []*Suspect{foreignTrust, tunnelRefused, identityChanged}, See: []string{"MTLS0610"},
	},
	{
		Name: "ztunnel-unknown-source", Title: "ztunnel does not know the workload, or has no certificate for it", Bearing: OfMTLS,
		Means: "ztunnel has not received the address from istiod, or the certificate for the service account was refused.",
		Not:   "The server has no part in it.",
		Lines: []Line{{Log: ztunnelLog, Example: `error access connection complete src.addr=10.0.0.7:40010 src.workload="web-5c8-x" src.namespace="shop" dst.addr=10.1.0.8:80 direction="outbound" error="unknown source: 10.0.0.7"`,
			Words: [][]string{{"unknown source"}, {"failed to fetch certificate"}, {"ztunnel", "certificate", "unavailable"}}}},
		Suspects: []*Suspect{istiodBlocked, notRedirected, disconnected, tokenRefused}, See: []string{"MTLS0612"},
	},
}
