package topics

var autoMTLS = Topic{
	Name:  "auto-mtls",
	Title: "Auto mTLS: what a client sends when no DestinationRule sets TLS",
	Sections: []Section{
		{Heading: "The gate, once for a whole service port", Paragraphs: []string{
			"Plaintext to every endpoint if enableAutoMtls is false, if a ServiceEntry is MESH_EXTERNAL (its default), or if the namespace-wide or mesh-wide PeerAuthentication of the service's namespace is DISABLE. Workload and port policies are ignored here.",
			"Headless Services, ServiceEntries with resolution NONE and load balancer PASSTHROUGH: one endpoint without a sidecar, or none at all, and every endpoint gets plaintext.",
		}},
		{Heading: "Then each endpoint", Paragraphs: []string{
			"mTLS if the pod has the label security.istio.io/tlsMode=istio (injection sets it) and its port is not DISABLE; plaintext otherwise. The client does not probe the endpoint and does not fall back.",
		}},
		{Heading: "Common misconceptions", Points: []Point{
			{"", "\"Works regardless of PeerAuthentication\": no, DISABLE is checked as described above."},
			{"", "\"A DestinationRule with ISTIO_MUTUAL is needed for mTLS\": no, only for gateways, from proxyless gRPC, or with auto mTLS off. For * or *.local it breaks calls to every endpoint without a sidecar."},
			{"", "\"DestinationRule DISABLE overrides PeerAuthentication\": no. It makes the client send plaintext; a STRICT server still rejects it."},
		}},
		{Heading: "Calls without auto mTLS", Points: []Point{
			{"", "Clients without a sidecar, calls by pod IP, hosts that the client's Sidecar resource hides: sent unchanged, in plaintext unless the application speaks TLS."},
			{"", "Proxyless gRPC: mTLS only with an explicit ISTIO_MUTUAL."},
		}},
	},
	See: []string{"DISABLE", "verdicts"},
}
