package topics

var autoMTLS = Topic{
	Name:  "auto-mtls",
	Title: "Auto mTLS: what a client sends when no DestinationRule says",
	Sections: []Section{
		{Heading: "The gate, once for a whole service port", Paragraphs: []string{
			"Plaintext to every endpoint if enableAutoMtls is false, if a ServiceEntry is MESH_EXTERNAL (its default), or if the namespace- or mesh-wide PeerAuthentication of the service's namespace is DISABLE. Workload and port policies are not looked at here.",
			"Headless Services, ServiceEntries with resolution NONE and load balancer PASSTHROUGH: one endpoint without a sidecar, or none at all, and every endpoint gets plaintext.",
		}},
		{Heading: "Then each endpoint", Paragraphs: []string{
			"mTLS if the pod carries the label security.istio.io/tlsMode=istio (injection stamps it) and its port is not DISABLE; plaintext otherwise. Nothing is probed, nothing falls back.",
		}},
		{Heading: "What popular texts get wrong", Points: []Point{
			{"", "\"Works regardless of PeerAuthentication\": no, DISABLE is read as above."},
			{"", "\"A DestinationRule with ISTIO_MUTUAL is needed for mTLS\": no, only towards gateways, from proxyless gRPC, or with auto mTLS off. For * or *.local it breaks every target without a sidecar."},
			{"", "\"DestinationRule DISABLE overrides PeerAuthentication\": no. It makes the client send plaintext; the server still refuses it if it is STRICT."},
		}},
		{Heading: "Who has no part in it", Points: []Point{
			{"", "Clients without a sidecar, calls by pod IP, hosts that the client's Sidecar resource hides: plaintext as the application sent it."},
			{"", "Proxyless gRPC: mTLS only with an explicit ISTIO_MUTUAL."},
		}},
	},
	See: []string{"DISABLE", "verdicts"},
}
