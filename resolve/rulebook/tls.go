package rulebook

// tlsRules say what the TLS setting of a call is, and what auto mTLS makes of none.
var tlsRules = []Rule{
	{Number: "3.3", Title: "The TLS setting of a DestinationRule"},
	{
		Number: "3.3.1", Title: "A port entry replaces everything above it, and its number is the Service port",
		Text:   []string{"Order: the subset's port entry, the subset's tls, the rule's port entry, the rule's tls. An entry without tls means no TLS setting on that port. A subset whose policy has no tls inherits. A subset that no rule defines has no cluster: calls end with 503 NC."},
		Source: []string{networkUtil, ruleMerge + " MergeTrafficPolicy", clusterBuild + " buildSubsetCluster", "pilot/pkg/networking/util/util_test.go"}, Proof: ByTest, See: []string{"MTLS0207", "MTLS0209"},
	},
	{
		Number: "3.3.2", Title: "tls without a mode is DISABLE",
		Text: []string{"It is the zero of the enum; there is no UNSET here."}, Source: []string{"istio.io/api networking/v1alpha3/destination_rule.proto"}, Proof: ByRun, See: []string{"MTLS0208"},
	},
	{
		Number: "3.3.3", Title: "A written mode holds for every endpoint, with or without a sidecar",
		Text: []string{"Policies, labels and MESH_EXTERNAL do not matter then."}, Source: []string{clusterTLS, clusterTest}, Proof: ByTest, See: []string{"MTLS0201", "MTLS0202", "MTLS0204"},
	},
	{
		Number: "3.3.4", Title: "On a sidecar, credentialName works only in a rule with workloadSelector; without, plaintext is sent",
		Text: []string{"Names that begin with configmap:// are allowed, and gateways honour it in every rule."}, Source: []string{clusterTLS, clusterTest}, Proof: ByTest, See: []string{"MTLS0213"},
	},
	{
		Number: "3.3.5", Title: "MUTUAL without certificate and key is rejected by validation; in force, plaintext is sent",
		Source: []string{clusterTLS, agentValid, clusterTest}, Proof: ByTest, See: []string{"MTLS0214"},
	},
	{
		Number: "3.3.6", Title: "SIMPLE and MUTUAL send TLS without Istio's ALPN, and check the server by caCertificates or the system's roots",
		Text:   []string{"Without sni and subjectAltNames, both are taken from the request. ISTIO_MUTUAL sends Istio's ALPN, its own SNI, and expects the identities of the service."},
		Source: []string{clusterTLS, networkUtil + " AddALPNOverrideToMetadata", xdsFilters, clusterTest}, Proof: ByTest, See: []string{"MTLS0215"},
	},
	{
		Number: "3.3.7", Title: "A proxy with certificates from files shows them wherever mTLS is asked for, also by auto mTLS",
		Text:   []string{"Metadata TLS_CLIENT_CERT_CHAIN. ISTIO_MUTUAL, MUTUAL within the mesh and auto mTLS become MUTUAL with these files, and auto mTLS no longer distinguishes endpoints."},
		Source: []string{clusterTLS, clusterTest + " TestBuildAutoMtlsSettings"}, Proof: ByRun, See: []string{"MTLS0227"},
	},
	{
		Number: "3.3.8", Title: "With Istio mTLS the client compares the server's identity, letter by letter",
		Text: []string{"The names are subjectAltNames of an ISTIO_MUTUAL rule, else the service accounts behind the Service: in the trust domain of the client's control plane and its trustDomainAliases, not in that of the server's. insecureSkipVerify changes nothing here.",
			"Where both sides differ in trust domain, each has to name the other's in trustDomainAliases: the server accepts the client by its own (2.14)."},
		Source: []string{clusterTLS, pushContext + " addServiceAccounts", "pkg/spiffe/spiffe.go ExpandWithTrustDomains"}, Proof: ByRun, See: []string{"MTLS0230", "MTLS0512"},
	},
	{
		Number: "3.3.9", Title: "Istio mTLS without sni asks for outbound_.PORT_.SUBSET_.HOST",
		Text:   []string{"sni of the rule replaces it. SIMPLE and MUTUAL ask for sni, or for the host of the request. A gateway chooses its server by it (2.15)."},
		Source: []string{clusterTLS}, See: []string{"MTLS0236"},
	},

	{Number: "3.4", Title: "No TLS setting: auto mTLS decides", See: []string{"auto-mtls"}},
	{
		Number: "3.4.1", Title: "Four gates mean plaintext for all endpoints",
		Points: []string{"enableAutoMtls is false.",
			"The host is MESH_EXTERNAL, which a ServiceEntry without location is.",
			"The mesh and namespace policies make the service's namespace DISABLE.",
			"The gate for clusters that keep the address of the application (3.4.3)."},
		Source: []string{clusterTLS + " buildUpstreamTLSSettings", pushContext + " BestEffortInferServiceMTLSMode", pushTest}, Proof: ByTest, See: []string{"MTLS0217", "MTLS0221"},
	},
	{
		Number: "3.4.2", Title: "The gates do not look at workload and port policies",
		Text: []string{"A DISABLE namespace with a STRICT workload makes clients send plaintext into STRICT."}, Source: []string{pushContext, "pilot/pkg/networking/core/cluster_test.go"}, Proof: ByTest,
	},
	{
		Number: "3.4.3", Title: "Headless Services, resolution NONE and load balancer PASSTHROUGH have one setting for all endpoints",
		Text: []string{"Without endpoints, or with one that has no tlsMode label, it is plaintext; else mTLS. Workload and port policies are ignored (istio/istio issue 39439).",
			"A gateway uses EDS for headless Services and then distinguishes endpoints; a sidecar does so with PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES.",
			"For load balancer PASSTHROUGH the gate reads only some places: of a subset its own load balancer, not that of its port entry; of a port entry only the policy above it. Where it does not read PASSTHROUGH but the cluster has it, the setting is mTLS for all endpoints, those without a sidecar too."},
		Source: []string{pushContext, clusterTLS, cluster + " convertResolution", pushTest}, Proof: ByRun, See: []string{"MTLS0216"},
	},
	{
		Number: "3.4.4", Title: "Otherwise each endpoint decides: mTLS if its tlsMode label is istio and its port is not DISABLE, else plaintext",
		Text: []string{"The port is that of the endpoint, by the policies that select it; of endpoints written in a ServiceEntry, by the policies of the entry's namespace. PERMISSIVE endpoints get mTLS.",
			"The choice is fixed in the configuration. Nothing is tried out, and a handshake that fails is not followed by plaintext."},
		Source: []string{mtlsChecker, endpointBuild, clusterTLS, splitTest, reachability}, Proof: ByTest, See: []string{"auto-mtls"},
	},
	{
		Number: "3.4.5", Title: "Where a port entry has no tls, the endpoint check still reads the tls above it",
		Text:   []string{"DISABLE, SIMPLE or MUTUAL above it: plaintext. ISTIO_MUTUAL above it: mTLS to endpoints whose tlsMode label is istio, even where the policy is DISABLE, and plaintext to others. It reads the rule's tls for calls to a subset without tls too."},
		Source: []string{mtlsChecker, networkUtil}, Proof: ByRun, See: []string{"MTLS0209"},
	},
	{
		Number: "3.4.6", Title: "Endpoints of a ServiceEntry: names resolved by DNS never get mTLS, pods go by their label",
		Text: []string{"Resolution DNS without endpoints is never mTLS; static endpoints follow 1.10; resolution NONE without endpoints is plaintext. MESH_EXTERNAL over pods of the mesh is plaintext.",
			"Entries of one host and namespace become one service: they share endpoints by the name of the port and have the ports of all. A container port with the name of the entry's port comes before its targetPort.",
			"The workload at an address, a pod of the mesh or an endpoint of the Service with that name or cluster IP, accepts the call in its own mode: istiod does not know that, and uses only the entry.",
			"Where an entry and a Service have one host and namespace, clusters of resolution DNS and the check of 3.4.3 go by port numbers: those of the youngest of them, the entry's endpoints by number and the Service's by port name."},
		Source: []string{entryConvert}, Proof: ByRun, See: []string{"MTLS0217", "MTLS0218"},
	},
	{
		Number: "3.4.7", Title: "Endpoints of another network are reached through its east-west gateway, with mTLS or not at all",
		Text:   []string{"istiod leaves an endpoint out for which mTLS is off. The network is that of the pod's label topology.istio.io/network, of the injector's values, or of the label of the control plane's namespace; a client without a network goes through every gateway. Clusters of SNI-DNAT keep endpoints with mTLS only."},
		Source: []string{endpointSplit, splitTest}, Proof: ByTest, See: []string{"MTLS0228"},
	},

	{Number: "3.5", Title: "Clients that are no sidecars, and calls to what is none"},
	{
		Number: "3.5.1", Title: "A gateway decides as a sidecar does, from its own namespace, without Sidecar resources",
		Text: []string{"It goes through a waypoint only with istio.io/ingress-use-waypoint."}, Source: []string{pushContext, endpointBuild + " findServiceWaypoint"},
	},
	{
		Number: "3.5.2", Title: "The pods of a gateway have no tlsMode label, so auto mTLS sends them plaintext",
		Text: []string{"A Gateway server with tls ISTIO_MUTUAL needs a DestinationRule ISTIO_MUTUAL at its clients."}, Source: []string{"manifests/charts/istio-control/istio-discovery/files/gateway-injection-template.yaml"}, Proof: ByRun,
	},
	{
		Number: "3.5.3", Title: "To an endpoint that accepts HBONE and has no tlsMode label, proxies tunnel over mTLS, even under DISABLE",
		Text: []string{"Needs PILOT_ENABLE_AMBIENT and PILOT_ENABLE_SENDING_HBONE. ISTIO_MUTUAL gives way to HBONE, SIMPLE and MUTUAL go inside of it. Endpoints with the label get Istio mTLS unless PILOT_PREFER_SENDING_HBONE is on.",
			"To a headless Service a sidecar sends plaintext, or the TLS that a DestinationRule sets, without a tunnel; a gateway tunnels."},
		Source: []string{clusterTLS + " applyHBONETransportSocketMatches", endpointBuild, cluster + " convertResolution"}, Proof: ByRun,
		Examples: []string{"sidecar, DestinationRule DISABLE, to an ambient STRICT pod: HBONE, mtls"}, See: []string{"3.6.6"},
	},
	{
		Number: "3.5.4", Title: "An ambient client sends HBONE where the endpoint accepts it, else plaintext; no DestinationRule and no Sidecar applies",
		Text: []string{"ztunnel never sends Istio mTLS to a sidecar. A sidecar without the tunnel label gets plaintext, which STRICT refuses."}, Source: []string{ambientLoad + " setTunnelProtocol", ztunnelWorkload}, Proof: ByRun, See: []string{"3.6.4", "MTLS0225"},
	},
	{
		Number: "3.5.5", Title: "A waypoint honours SIMPLE and MUTUAL of the rules that apply in its namespace; DISABLE and ISTIO_MUTUAL change nothing",
		Text: []string{"Rules with a workloadSelector do not apply. HBONE to endpoints that accept it, else plaintext, never Istio mTLS."}, Source: []string{clusterPoint, endpointBuild}, See: []string{"2D.7"},
	},
	{
		Number: "3.5.6", Title: "A proxyless gRPC client sends mTLS only under an explicit ISTIO_MUTUAL; it has no auto mTLS",
		Text: []string{"SIMPLE and MUTUAL are ignored."}, Source: []string{grpcClusters},
	},
	{
		Number: "3.5.7", Title: "A Gateway of class istio-agentgateway follows what istiod shows of each endpoint: HBONE, Istio mTLS to the label tlsMode=istio, else plaintext",
		Text:   []string{"It runs agentgateway, not Envoy, and exists where istiod has PILOT_ENABLE_AGENTGATEWAY. DestinationRules, PeerAuthentications, Sidecars and exportTo mean nothing to it. Its listeners are those of its Gateway. A BackendTLSPolicy sets TLS to endpoints outside the mesh. What waypoints of class istio-agentgateway-waypoint forward is unknown."},
		Source: []string{"pilot/pkg/config/kube/agentgateway/agentgateway_controller.go", ambientLoad + " setTunnelProtocol"}, See: []string{"3.6.5"},
	},
}
