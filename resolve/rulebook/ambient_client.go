package rulebook

// ambientClientRules say what ambient clients send and get, how a namespace moves, and what
// proves it on a cluster.
var ambientClientRules = []Rule{
	{Number: "3.6", Title: "Calls from ambient, and to it"},
	{
		Number: "3.6.1", Title: "ztunnel decides per call: waypoint, other network, HBONE, or plaintext",
		Points: []string{"A Service address with a waypoint: HBONE to the waypoint.",
			"Else a healthy endpoint is chosen. In another network: HBONE inside HBONE through its gateway, or nothing without one. If it accepts HBONE: HBONE. Else plaintext.",
			"A pod address: its workload waypoint if it has one, else as an endpoint.",
			"Unknown addresses, resolution NONE, endpoints in the host network: plaintext, unchanged. A Service without healthy endpoints: refused."},
		Source: []string{ztunnelOutbound + " build_request", ztunnelState + " find_upstream"}, Proof: ByRun,
	},
	{
		Number: "3.6.2", Title: "There is no fallback, no shortcut on one node, no DestinationRule, no Sidecar, no exportTo, no location",
		Text: []string{"A MESH_EXTERNAL ServiceEntry that selects ambient pods gets HBONE, from ztunnel and from sidecars. Visibility NAMESPACE hides a ServiceEntry."}, Source: []string{ztunnelOutbound, ambientServe, endpointBuild}, Proof: ByRun,
	},
	{
		Number: "3.6.3", Title: "The server's certificate has to hold the workload's exact identity, or one of the service's subjectAltNames",
		Source: []string{"istio/ztunnel src/tls/workload.rs verify_full_san"},
	},
	{
		Number: "3.6.4", Title: "From ztunnel to a sidecar: HBONE with the tunnel label, in every mode; else plaintext, which STRICT refuses",
		Text: []string{"The tlsMode label plays no part."}, Source: []string{ambientLoad, ztunnelOutbound}, Proof: ByRun,
		Examples: []string{"ambient client to a STRICT sidecar without HBONE: plaintext, broken", "the same with ENABLE_HBONE and DISABLE: HBONE, mtls; the port's mode is DISABLE"},
	},
	{
		Number: "3.6.5", Title: "From ztunnel to gateways, pods without a proxy, machines without the tunnel label and outside: plaintext",
		Text: []string{"An ExternalName is resolved by DNS and then treated as its target."}, Source: []string{ambientServe + " serviceServiceBuilder"}, Proof: ByRun,
	},
	{
		Number: "3.6.6", Title: "A sidecar sends HBONE to ambient regardless of rules, gates and location; by pod address plaintext",
		Text:   []string{"No rule, DISABLE, ISTIO_MUTUAL, enableAutoMtls false, a DISABLE namespace, MESH_EXTERNAL: HBONE. SIMPLE and MUTUAL go inside. It needs PILOT_ENABLE_AMBIENT in the client's istiod and no ISTIO_META_DISABLE_HBONE_SEND. Headless: see 3.5.3."},
		Source: []string{clusterTLS, endpointBuild + " supportTunnel"}, Proof: ByRun, Examples: []string{"a headless ambient Service, STRICT: plaintext (refused) from a sidecar, HBONE from a gateway and from ambient"},
	},
	{
		Number: "3.6.7", Title: "A gateway sends HBONE to ambient, headless included; with ingress-use-waypoint to the waypoint",
		Source: []string{endpointBuild, clusterTLS}, Proof: ByRun,
	},
	{
		Number: "3.6.8", Title: "A client without a proxy sends plaintext to ambient: STRICT refuses it, and it passes waypoints by",
		Source: []string{ambientSuite + " TestPeerAuthentication"}, Proof: ByTest, Examples: []string{"ambient STRICT, client without a proxy: denied"},
	},
	{
		Number: "3.6.9", Title: "Without a waypoint ambient adds no TLS for external hosts",
		Text: []string{"A DestinationRule SIMPLE for an external host counts only where its ServiceEntry is bound to a waypoint."}, Source: []string{clusterPoint}, Proof: ByRun,
	},
	{
		Number: "3.6.10", Title: "Several networks in ambient need AMBIENT_ENABLE_MULTI_NETWORK and services that are global",
		Text: []string{"Global is the label istio.io/global=true where meshConfig.serviceScopeConfigs matches it. Without it, or without a gateway with an HBONE listener, remote endpoints are left out. Sidecars cannot use such gateways."}, Source: []string{ambientMulti, endpointSplit + " selectNetworkGateways"}, Proof: ByRun,
	},
	{
		Number: "3.6.11", Title: "A NetworkPolicy sees port 15008 instead of the application's port",
		Text:   []string{"One that allows application ports only breaks every HBONE call. Allow 15008/TCP to ambient pods and to sidecars with the tunnel label, and 169.254.7.127/32 and fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128 for probes."},
		Source: []string{"https://istio.io/latest/docs/ambient/usage/networkpolicy/"}, Proof: Inferred,
	},

	{Number: "3.7", Title: "From sidecars to ambient"},
	{
		Number: "3.7.1", Title: "Label the namespace for ambient, remove the injection label, restart; until the restart the sidecar stays",
		Text: []string{"Meanwhile clients see both kinds behind one Service."}, Source: []string{enablement}, Proof: Inferred,
	},
	{
		Number: "3.7.2", Title: "Before: enable HBONE in the sidecars that ambient clients will call",
		Text: []string{"Otherwise every client that moved sends plaintext to STRICT sidecars and fails."}, Source: []string{sidecarChart}, Proof: ByRun, See: []string{"2B.12", "3.6.4"},
	},
	{
		Number: "3.7.3", Title: "What changes for a workload that moves",
		Points: []string{"DISABLE becomes PERMISSIVE, and some exceptions stop counting or open ports (2A.5, 2C.6, 2C.7).",
			"A root policy with an empty selector stops counting (2A.4).",
			"DestinationRules, Sidecars and outbound excludes of its own calls stop counting; excludeInboundPorts too, so those ports are captured.",
			"AuthorizationPolicies with HTTP fields need a waypoint and targetRefs (5.7), and behind a waypoint the source is the waypoint (2D.8).",
			"Probes need no rewriting."},
		Source: []string{ambientAuthz, ambientLoad}, Proof: ByRun,
	},
	{
		Number: "3.7.4", Title: "Headless calls, calls by pod address and ports without a name become mTLS between ambient pods",
		Source: []string{ztunnelOutbound}, Proof: ByRun,
	},
	{
		Number: "3.7.5", Title: "Set STRICT first, or give each exception a mode of its own; then look for workloads whose policy is missing",
		Source: []string{ambientPolicy}, Proof: ByRun, See: []string{"2C.7", "3.8.3"},
	},

	{Number: "3.8", Title: "What proves it on a cluster with ambient"},
	{
		Number: "3.8.1", Title: "istioctl ztunnel-config all -o json shows workloads, services, policies and connections of a node's ztunnel",
		Source: []string{"istioctl/pkg/writer/ztunnel/configdump/api.go", "istio/ztunnel src/admin.rs"},
	},
	{
		Number: "3.8.2", Title: "Workloads, services and policies are the same on every node; connections and certificates are the node's own",
		Source: []string{"istio/ztunnel src/admin.rs"},
	},
	{
		Number: "3.8.3", Title: "A workload that names a policy which is not in the dump enforces nothing of it",
		Text: []string{"The names: ROOT/istio_converted_static_strict and NAMESPACE/converted_peer_authentication_NAME. Protocol HBONE proves enrolment."}, Source: []string{"istioctl/pkg/writer/ztunnel/configdump/api.go", ztunnelState}, See: []string{"2C.6"},
	},
	{
		Number: "3.8.4", Title: "ztunnel logs a missing policy as skipping unknown policy, refused plaintext as a policy rejection",
		Source: []string{ztunnelState, "istio/ztunnel src/proxy.rs"},
	},
	{
		Number: "3.8.5", Title: "In ztunnel's metrics, connection_security_policy unknown with reporter destination is plaintext",
		Text: []string{"istio_tcp_connections_opened_total counts refused connections too; their end has the response flag DENY."}, Source: []string{ztunnelMetrics + " SecurityPolicy", ztunnelPlain},
	},
	{
		Number: "3.8.6", Title: "istiod shows its ambient index at /debug/ambientz and /debug/krtz",
		Source: []string{"pilot/pkg/xds/debug.go"},
	},
}
