package rulebook

// inboundRules say which mode a port of a workload has.
var inboundRules = []Rule{
	{Number: "2", Title: "The effective mode of a workload port"},
	{
		Number: "2.1", Title: "PeerAuthentications of the pod's namespace and of the root namespace apply where their matchLabels match",
		Text:   []string{"No selector, and an empty one, match every pod. The name of a policy means nothing, default included. WorkloadEntries and the endpoints written in a ServiceEntry are selected by their labels in the same way."},
		Source: []string{authnModel + " getConfigsForWorkload"}, Proof: ByTest, See: []string{"precedence", "MTLS0101"},
	},
	{
		Number: "2.2", Title: "A policy has one of three scopes: mesh, namespace or workload",
		Points: []string{"No selector or empty matchLabels, in the root namespace: the mesh.",
			"No selector or empty matchLabels, elsewhere: its namespace.",
			"A selector, outside the root namespace: the workloads that it selects.",
			"A selector in the root namespace: ignored, for pods of the root namespace too."},
		Source: []string{applier, applierTest}, Proof: ByTest, See: []string{"MTLS0103", "MTLS0104"},
	},
	{
		Number: "2.3", Title: "Of several policies in one scope the oldest applies, at the same second the first by name",
		Text: []string{"Age is creationTimestamp, to the second. The names are compared byte by byte, then the namespaces. Files have no timestamps, so the name decides there.",
			"The others are dropped whole. Nothing of them is merged: not their mode, not their ports. An older policy without a mode beats a newer STRICT."},
		Source: []string{configModel + " configCompareByCreationTime", authnModel + " addPeerAuthentication"}, Proof: ByTest, See: []string{"MTLS0102"},
	},
	{
		Number: "2.4", Title: "The mode begins as PERMISSIVE; mesh, namespace and workload policy overwrite it in turn",
		Text:   []string{"A policy overwrites only if it sets a mode. UNSET, no mtls, and an empty mtls all inherit."},
		Source: []string{applier, applierTest}, Proof: ByTest, See: []string{"UNSET", "precedence"},
	},
	{
		Number: "2.5", Title: "portLevelMtls applies only in the workload policy, and its key is the container port",
		Text: []string{"The key is the port on which the application listens: the Service's targetPort, the port of a Sidecar ingress listener or of a WorkloadEntry. It is never the Service port. An entry without a mode inherits the mode of the workload.",
			"A workload of the root namespace has no workload policy that applies, so no port entries either."},
		Source: []string{applier, inbound, mtlsChecker}, Proof: ByTest, See: []string{"port-level", "MTLS0105", "MTLS0106"},
	},
	{
		Number: "2.6", Title: "Istio's validation rejects portLevelMtls without a selector; in force, the ports are ignored",
		Text: []string{"Also rejected: an empty portLevelMtls, ports outside 1 to 65535, empty or wildcard keys in a selector, and modes that do not exist.",
			"selector: {} is only warned about. It makes the policy one of the whole namespace. matchExpressions is no field of the schema: it is never honoured."},
		Source: []string{validation, crds}, Proof: ByTest, See: []string{"MTLS0104", "MTLS0107"},
	},
	{
		Number: "2.7", Title: "The mode belongs to workload and port; Services that share a port share its mode",
		Text:   []string{"Of several Services on one port the oldest, then the first by host name, decides the protocol of the port. A ServiceEntry that selects the pods is one of these Services."},
		Source: []string{inbound + " getFilterChainsByServicePort", contextModel + " SetServiceTargets"}, Proof: ByRun,
	},
	{
		Number: "2.8", Title: "Ports that no Service has are handled by the passthrough chains, with the mode of the workload",
		Text:   []string{"A port of portLevelMtls that nothing else declares gets a chain of its own there. All of these ports have no declared protocol."},
		Source: []string{authnPlugin + " ForPassthrough", inbound, authnSim, passThrough}, Proof: ByTest,
	},
	{
		Number: "2.9", Title: "A Sidecar with ingress gives listeners to its own ports only; other Service ports fall to passthrough",
		Text:   []string{"They keep the mode of their port entry there. With PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE Service ports stay, and ingress wins where both name a port."},
		Source: []string{authnPlugin, inbound, authnSim}, Proof: ByTest,
	},
	{
		Number: "2.10", Title: "The tls of a Sidecar ingress listener applies only with ENABLE_TLS_ON_SIDECAR_INGRESS and mode DISABLE",
		Text: []string{"The feature is off by default. Where the tls applies, plaintext and Istio mTLS both fail on the port. ISTIO_MUTUAL and AUTO_PASSTHROUGH are invalid there, and the protocol has to be HTTPS or TLS. A machine with a proxy follows the same rule.",
			"With the feature on, an HTTPS listener with tls is treated as an HTTP port, even where the mode keeps its tls from counting."},
		Source: []string{inbound, validation, "pilot/pkg/features/experimental.go", simulation}, Proof: ByRun, See: []string{"TLS", "MTLS0114"},
	},
	{
		Number: "2.11", Title: "On ports that are excluded from capture no policy applies, and clients still send mTLS",
		Text: []string{"Excluded are the ports of excludeInboundPorts, and where includeInboundPorts is a list, every port that is not in it; empty, it excludes every port. The injector's values apply to pods without the annotation. An annotation that the injector cannot read refuses the pod.",
			"15020 (or the port of the annotation status.sidecar.istio.io/port), 15021 and 15090 are never captured, 15008 is never redirected. istiod reads none of these annotations. Clients therefore still send mTLS, and the application receives it."},
		Source: []string{iptables, redirect, sidecarChart}, See: []string{"NONE", "MTLS0219", "MTLS0303"},
	},
	{
		Number: "2.12", Title: "The protocol of a port chooses its filter chains: appProtocol first, then the port name, then the number",
		Text:   []string{"Ports 25, 53, 3306 and 27017 are TCP by default; anything else is detected. HTTP chains: http, http2, grpc, grpc-web, http_proxy. TCP chains: tcp, tls, https, mongo, redis, mysql. UDP is not covered."},
		Source: []string{protocols, "pilot/pkg/networking/networking.go", filterChains},
	},
	{
		Number: "2.13", Title: "DISABLE has plaintext chains only, and no TLS inspector: TLS is passed to the application unopened",
		Source: []string{filterChains, inbound + " populateListenerFilters", simulation}, Proof: ByTest, See: []string{"DISABLE"},
	},
	{
		Number: "2.14", Title: "The server demands a client certificate of the mesh's trust domain, over TLS 1.2 or later",
		Text:   []string{"meshMTLS.minProtocolVersion may demand 1.3. The SPIFFE identity has to begin with the trust domain, one of its aliases, or one of caCertificates, unless PILOT_SKIP_VALIDATE_TRUST_DOMAIN is on."},
		Source: []string{tlsUtil, authnPlugin}, Proof: ByRun, See: []string{"STRICT", "MTLS0507", "MTLS0512"},
	},
	{
		Number: "2.15", Title: "A gateway ignores PeerAuthentication: the tls of its Gateway servers decides",
		Text: []string{
			"Ports that no server names are closed, apart from the proxy's own.",
			"Servers of all Gateways that select the gateway share its ports, the oldest first: plaintext HTTP servers with each other, TLS servers with other hosts, and a plaintext server that comes after TLS servers with those. A TLS server after a plaintext one is dropped, a second TCP server and a host twice, too.",
			"A gateway that istiod makes for a Gateway of the Gateway API takes Gateways of other namespaces until Istio 1.30, and none since.",
			"A server for HTTP has the http routes of the VirtualServices at its Gateway that share a host with it, one for TCP the tcp routes of the first of them, one that passes TLS on the tls routes by SNI.",
		},
		Source: []string{"pilot/pkg/networking/core/gateway.go", listener}, See: []string{"TLS"},
	},
	{
		Number: "2.15.1", Title: "Each listener of a Gateway of the Gateway API is a Gateway of its own, with one server, at the proxies of the Gateway's Service",
		Text: []string{"The Service is named by spec.addresses, else it is the one that istiod makes. A port that the Service lacks is not served.",
			"Of listeners of one port and hostname istiod keeps the first, and of a TCP listener and any other of its port. HTTPS and TLS without tls are not served.",
			"allowedRoutes limits the namespaces and kinds of the routes that it takes: without it, routes of the Gateway's own namespace, and of the kinds that fit the protocol."},
		Source: []string{kubeGateway + "/gateway_collection.go GatewayCollection", kubeGateway + "/conversion.go buildListener", "pilot/pkg/config/kube/gatewaycommon/listener_conflict.go ComputeGatewayListenerConflicts", "pilot/pkg/model/gateway.go resolvePorts"}, Proof: ByRun, See: []string{"2.15", "2.15.2"},
	},
	{
		Number: "2.15.2", Title: "Routes of the Gateway API are VirtualServices at the listeners that take them, and may lead to Services of their own namespace only",
		Text: []string{"A Service of another namespace takes calls of a gateway where a ReferenceGrant there allows routes of the kind and namespace; routes for a Service as parent need none.",
			"A host that another listener of the port names more specifically is left to that one. HTTPRoutes and GRPCRoutes for one host are merged, those that match every call last.",
			"A route with a filter that Istio does not know leads nowhere at all. A TLSRoute at a listener that ends TLS leads as a TCPRoute does."},
		Source: []string{kubeGateway + "/route_collections.go HTTPRouteCollection", kubeGateway + "/conversion.go referenceAllowed", kubeGateway + "/conversion.go hostnameAllowedByIsolation", kubeGateway + "/conversion.go buildDestination", "pilot/pkg/networking/core/gateway.go buildGatewayNetworkFiltersFromTCPRoutes"}, Proof: ByRun, See: []string{"2.15", "2.15.1"},
	},
	{
		Number: "2.16", Title: "HBONE on port 15008 always demands mTLS, and PeerAuthentication is not asked",
		Text:   []string{"This holds for sidecars and for waypoints. What comes out of the tunnel is plaintext inside the pod."},
		Source: []string{inbound + " buildInboundHBONEListeners", pointListener},
	},
	{
		Number: "2.17", Title: "A proxyless gRPC server never accepts both: PERMISSIVE is mTLS with the label tlsMode=istio, plaintext without",
		Text:   []string{"STRICT is mTLS, DISABLE is plaintext. A port without a Service gets no listener."},
		Source: []string{grpcListeners}, See: []string{"1.2", "3.5.6"},
	},
	{
		Number: "2.18", Title: "Kubelet probes are rewritten to port 15020, so STRICT does not break them",
		Text:   []string{"With sidecar.istio.io/rewriteAppHTTPProbers set to false, HTTP probes of a STRICT port fail. In ambient the kubelet's source address 169.254.7.127 is exempt."},
		Source: []string{"pkg/kube/inject/app_probe.go", "tests/integration/security/mtls_healthcheck_test.go", podNftables}, Proof: ByTest, See: []string{"MTLS0403"},
	},
}
