package rulebook

// outcomeRules say what becomes of a call.
var outcomeRules = []Rule{
	{
		Number: "4", Title: "What a client sends and what the port accepts decide together",
		Points: []string{"STRICT: Istio mTLS works. Plaintext finds no filter chain; SIMPLE fails for want of a client certificate, and the client rejects the server's; MUTUAL works only with certificates of the mesh's CA and trust domain, and a client that trusts it.",
			"PERMISSIVE: Istio mTLS and plaintext work. Other TLS finds no filter chain on an HTTP port, and reaches the application unopened on others.",
			"DISABLE: plaintext works. TLS is an error of the HTTP codec on an HTTP port, and reaches the application unopened on others: Istio mTLS fails there unless the application itself expects it.",
			"No proxy, an excluded port, interception mode NONE: the application gets the bytes. Plaintext works, Istio mTLS fails, TLS works if the application serves it.",
			"Sidecar ingress tls in force: plaintext and Istio mTLS fail, SIMPLE works, MUTUAL if the certificates fit.",
			"Ambient: HBONE works in every mode. Anything else is plaintext to ztunnel: denied under STRICT, else passed on."},
		Source: []string{simulation + " TestInbound", filterChains, ztunnelPlain}, Proof: ByTest, See: []string{"verdicts"},
	},
	{
		Number: "4.1", Title: "TLS without an Istio ALPN is not terminated by a PERMISSIVE port",
		Text:   []string{"A port declared HTTP has no filter chain for it and closes the connection; TCP and undeclared ports forward it to the application. Istio's ALPNs: istio, istio-peer-exchange, istio-http/1.0, istio-http/1.1, istio-h2."},
		Source: []string{filterChains, listener, simulation}, Proof: ByTest,
	},
	{
		Number: "4.2", Title: "A client's Istio ALPNs come from its cluster, per HTTP request from the ALPN filter",
		Text: []string{"PILOT_ENABLE_ALPN_FILTER and PILOT_DISABLE_MX_ALPN change them, but istio stays. A port with filter chains of its own never falls back to the chains for all ports."}, Source: []string{xdsFilters, features}, Proof: Inferred,
	},
	{
		Number: "4.3", Title: "What a failed call looks like",
		Points: []string{"Plaintext into STRICT: filter_chain_not_found in the server's log, 503 UC at the client, a reset for TCP.",
			"Istio mTLS into an application without TLS, or a DISABLE HTTP port: 503 UF with WRONG_VERSION_NUMBER.",
			"SIMPLE into STRICT: CERTIFICATE_VERIFY_FAILED at the client, or an alert that a certificate is required.",
			"Certificates of another CA: unknown CA. Wrong subjectAltNames: verification fails at the client."},
		Source: []string{simulation, "https://istio.io/latest/docs/ops/common-problems/network-issues/"}, Proof: Inferred,
	},
	{
		Number: "4.4", Title: "An application's own TLS under auto mTLS is TLS inside of mTLS, and works",
		Text: []string{"A DestinationRule SIMPLE on such a port encrypts twice, and the application gets TLS instead of its protocol."}, Source: []string{clusterTLS}, Proof: Inferred, See: []string{"MTLS0224"},
	},
}

// identityRules say what AuthorizationPolicies need of mTLS.
var identityRules = []Rule{
	{Number: "5", Title: "AuthorizationPolicy and the identity that mTLS gives"},
	{
		Number: "5.1", Title: "principals, namespaces, serviceAccounts and trustDomains need an mTLS identity; addresses, ports, tokens and HTTP fields do not",
		Text: []string{"Their not-forms, and the when keys source.principal, source.namespace, source.serviceAccount and source.trustDomain, need it too."}, Source: []string{authzGen, authzModel},
	},
	{
		Number: "5.2", Title: "Over plaintext there is no principal: positive matches are false, even *, and not-forms are true",
		Text: []string{"The fields of one source all have to match, of several sources one."}, Source: []string{authzModel + " generatePrincipal"},
	},
	{
		Number: "5.3", Title: "So ALLOW by identity denies plaintext, and DENY by identity never matches it",
		Points: []string{"ALLOW with an identity: plaintext is denied. ALLOW with a not-form: plaintext is allowed.",
			"DENY with an identity: plaintext is not denied, silently, on PERMISSIVE and DISABLE ports. DENY with a not-form: plaintext is denied; notPrincipals * demands mTLS."},
		Source: []string{authzModel, authzTest + " TestAuthz_DenyPlaintext"}, Proof: ByTest,
		Examples: []string{"DENY principals X on a PERMISSIVE port, plaintext caller: not denied", "DENY notPrincipals *: plaintext is denied", "ALLOW notNamespaces X, plaintext caller: allowed"},
		See:      []string{"MTLS0501", "MTLS0502", "MTLS0503"},
	},
	{
		Number: "5.4", Title: "On TCP chains, HTTP fields remove an ALLOW rule and widen a DENY rule",
		Source: []string{authzModel + " checkError", authzBuilder}, Proof: ByTest, See: []string{"MTLS0505"},
	},
	{
		Number: "5.5", Title: "CUSTOM has no identity fields, serviceAccounts cannot be combined with principals or namespaces, and cluster.local is the mesh's trust domain",
		Text: []string{"Aliases of the trust domain count as well. Through HBONE the principal is that of the tunnel."}, Source: []string{validation, "pilot/pkg/security/trustdomain/bundle.go"}, See: []string{"MTLS0504", "MTLS0507"},
	},
	{
		Number: "5.6", Title: "With a selector in the root namespace an AuthorizationPolicy selects pods of the whole mesh, unlike a PeerAuthentication",
		Source: []string{authzPolicy, attachment}, See: []string{"2.2"},
	},
	{
		Number: "5.7", Title: "ztunnel drops ALLOW rules with HTTP fields; a DENY rule with a clause of HTTP fields only does nothing",
		Text:   []string{"Such a clause becomes an empty match, and an empty match never matches: DENY on methods alone, or on principals and methods in different clauses, has no effect. A clause with a port beside its HTTP fields counts without them. AUDIT and CUSTOM are not supported; trustDomains of a source is not translated at all."},
		Source: []string{ambientAuthz, ztunnelRBAC + " matches"}, Proof: ByRun, See: []string{"MTLS0510"},
	},
}
