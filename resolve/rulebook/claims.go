package rulebook

// traps are what people run into: consequences of other rules, each with the checks that
// find it.
var traps = []Rule{
	{Number: "6", Title: "Traps"},
	trap("6.1", "portLevelMtls uses container ports, portLevelSettings of a DestinationRule use Service ports", "2.5", "3.3.1", "MTLS0106", "MTLS0207"),
	trap("6.2", "Of two policies in one scope one is dropped, with its ports; without timestamps the name decides", "2.3", "MTLS0102"),
	trap("6.3", "A PeerAuthentication with a selector in the root namespace has no effect", "2.2", "5.6", "MTLS0103"),
	trap("6.4", "A selector that matches nothing, or is empty and then means the namespace", "2.1", "2.6", "MTLS0101", "MTLS0104"),
	trap("6.5", "portLevelMtls without a selector", "2.6", "MTLS0107"),
	trap("6.6", "A DISABLE namespace or mesh with a STRICT workload or port: clients send plaintext into it", "3.4.2", "MTLS0108", "MTLS0402"),
	trap("6.7", "A headless Service with one pod without a sidecar, or with a DISABLE port", "3.4.3", "MTLS0216"),
	trap("6.8", "A wildcard DestinationRule of the client's namespace beats the exact one beside the service; the root's *.local loses to both", "3.2.3", "3.2.4", "MTLS0205"),
	trap("6.9", "A DestinationRule in a third namespace, a short host of the wrong namespace, a host such as name.namespace", "3.2.1", "3.2.3", "MTLS0206", "MTLS0226"),
	trap("6.10", "A DestinationRule with tls but no mode, or with a port entry that drops the tls", "3.3.1", "3.3.2", "MTLS0208", "MTLS0209"),
	trap("6.11", "An older trafficPolicy without tls hides a newer one; unset exportTo and * reverse which rule applies", "3.2.9", "MTLS0210", "MTLS0211"),
	trap("6.12", "A DestinationRule that selects some pods hides all others from the rest", "3.2.8", "MTLS0212"),
	trap("6.13", "credentialName on a sidecar sends plaintext; MUTUAL written for ISTIO_MUTUAL", "3.3.4", "3.3.5", "MTLS0213", "MTLS0214"),
	trap("6.14", "A ServiceEntry over pods of the mesh without location, a WorkloadEntry without serviceAccount", "1.10", "3.4.6", "MTLS0217", "MTLS0218"),
	trap("6.15", "Excluded inbound ports get mTLS from clients; excluded outbound ports send plaintext into STRICT", "2.11", "3.1.1", "MTLS0219", "MTLS0222"),
	trap("6.16", "ISTIO_MUTUAL for * or *.local breaks calls to pods without a sidecar and to outside", "3.3.3", "MTLS0202", "MTLS0401"),
	trap("6.17", "An annotation for injection instead of the label, a disabled namespace, hostNetwork, pods older than the label", "1.4", "1.5", "1.7", "MTLS0301", "MTLS0302"),
	trap("6.18", "A tlsMode label set by hand", "1.1", "MTLS0304"),
	trap("6.19", "A Sidecar that hides a service, or calls by pod address, under STRICT", "3.1.3", "MTLS0220"),
	trap("6.20", "Sidecar ingress tls without its feature, or with a mode other than DISABLE", "2.10", "MTLS0114"),
	trap("6.21", "DENY by principal on a port that is not STRICT", "5.3", "MTLS0503"),
	trap("6.22", "In ambient DISABLE is not honoured, and ztunnel reads no DestinationRule", "2A.1", "3.5.4", "MTLS0115", "MTLS0225"),
	trap("6.23", "A policy or rule with the istio.io/rev label of another revision", "1.14", "MTLS0110"),
	trap("6.24", "istioctl analyze has no analyzer for conflicts of mTLS, and istioctl x describe composes policies in the order of the API", "2.3"),
}

// trap is a rule that follows from others.
func trap(number, title string, see ...string) Rule {
	return Rule{Number: number, Title: title, Proof: Follows, See: see}
}

// claims are popular sentences that are wrong, what to know of a mesh, and what cannot be told.
var claims = []Rule{
	{Number: "8", Title: "Popular claims that are wrong"},
	{
		Number: "8.1", Title: "DestinationRule DISABLE overrides PeerAuthentication: no, it overrides only what the client would send",
		Text: []string{"The server still enforces its mode: STRICT refuses plaintext, PERMISSIVE and DISABLE accept it. To HBONE endpoints it does not even force plaintext, and ztunnel never reads it."}, Source: []string{reachability}, Proof: ByTest, See: []string{"3.3.3", "3.5.3"},
	},
	{
		Number: "8.2", Title: "Clients try mTLS and fall back to plaintext: no, the choice is fixed in the configuration",
		Text: []string{"What looks like a fallback is PERMISSIVE at the server."}, Source: []string{mtlsChecker}, See: []string{"3.4.4"},
	},
	{
		Number: "8.3", Title: "A STRICT service sends mTLS only: no, PeerAuthentication is about inbound calls",
		Text: []string{"Outbound calls depend on the destination, on rules, scope and capture."}, Source: []string{reachability}, Proof: ByTest, See: []string{"3.4.4"},
	},
	{
		Number: "8.4", Title: "A DISABLE server sends plaintext: no, for the same reason",
		Text: []string{"But a DISABLE namespace makes auto mTLS send plaintext to its services, so calls within it look like that."}, Source: []string{pushContext + " BestEffortInferServiceMTLSMode"}, See: []string{"3.4.1"},
	},
	{
		Number: "8.5", Title: "Also wrong: PERMISSIVE means plaintext in the mesh, mTLS needs ISTIO_MUTUAL, a policy has to be named default, portLevelMtls opens the Service port",
		Text: []string{"ISTIO_MUTUAL is needed only towards gateways, for proxyless gRPC, and without auto mTLS."}, Source: []string{clusterTLS, applier}, See: []string{"2.1", "2.5", "3.4.4"},
	},
	{
		Number: "9", Title: "Settings of the mesh and of istiod that answers depend on",
		Text: []string{"What of them is not in the input has Istio's default; what could not be read makes answers unknown. Rules 9.1 and 9.2 list them."}, Source: []string{"pkg/config/mesh/mesh.go", features},
	},
	{
		Number: "9.1", Title: "The mesh configuration",
		Text: []string{"rootNamespace (istio-system), enableAutoMtls (true), trustDomain with aliases and caCertificates, defaultDestinationRuleExportTo and defaultServiceExportTo (*), serviceEntryVisibility, outboundTrafficPolicy (ALLOW_ANY), discoverySelectors, meshMTLS.minProtocolVersion, defaultConfig with proxyMetadata and interceptionMode.",
			"A ConfigMap that istiod's SHARED_MESH_CONFIG names lies under istiod's own: what that writes replaces it, but for defaultConfig and defaultProviders (field by field), providers (by name) and aliases (of both)."}, Source: []string{"pkg/config/mesh/mesh.go", "pilot/pkg/bootstrap/mesh.go"},
	},
	{
		Number: "9.2", Title: "The environment of istiod",
		Text: []string{"On by default: ENABLE_ENHANCED_DESTINATIONRULE_MERGE, PILOT_ENABLE_ALPN_FILTER, PREFER_DESTINATIONRULE_TLS_FOR_EXTERNAL_SERVICES, PILOT_ENABLE_K8S_SELECT_WORKLOAD_ENTRIES, PILOT_ENABLE_SERVICEENTRY_SELECT_PODS; with ambient also PILOT_ENABLE_SENDING_HBONE and PILOT_ENABLE_SIDECAR_LISTENING_HBONE.",
			"Off by default: ENABLE_TLS_ON_SIDECAR_INGRESS, PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE, PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES, PILOT_ENABLE_AMBIENT (on in the ambient profile), PILOT_PREFER_SENDING_HBONE, PILOT_SKIP_VALIDATE_TRUST_DOMAIN, PILOT_DISABLE_MX_ALPN, PILOT_AUTO_ALLOW_WAYPOINT_POLICY."}, Source: []string{features, "pilot/pkg/features/experimental.go"},
	},
	{
		Number: "10", Title: "What configuration cannot show: EnvoyFilter patches, and what Envoy, ztunnel and the kernel do with it",
		Text: []string{"An EnvoyFilter that changes filter chains or the TLS of a cluster makes an answer unknown. Any other changes nothing."}, Source: []string{"https://istio.io/latest/docs/reference/config/networking/envoy-filter/"}, Proof: Inferred, See: []string{"MTLS0308"},
	},
}
