package topics

var none = Topic{
	Name:  "NONE",
	Title: "NONE: no proxy handles the port, so no policy applies to it",
	Sections: []Section{
		{Points: []Point{
			{"accepts", "whatever the application accepts, from any client that reaches the pod"},
			{"rejects", "only what the application itself rejects; AuthorizationPolicies are not enforced either"},
			{"on the wire", "what the client sends, unchanged"},
		}},
		{Heading: "Why a port is NONE", Points: []Point{
			{"no sidecar", "the namespace is not labelled, the pod opts out, or it uses the host's network"},
			{"not captured", "excludeInboundPorts lists the port, or includeInboundPorts does not"},
			{"reserved", "15020, 15021 and 15090 are the proxy's own ports and never captured"},
			{"mode NONE", "interception is off and no Sidecar ingress listener has the port"},
		}},
		{Heading: "What clients in the mesh send", Points: []Point{
			{"", "To a pod without a sidecar: plaintext. Auto mTLS finds no label security.istio.io/tlsMode on it."},
			{"", "To a port excluded from sidecar capture: still mTLS, because istiod does not read the annotation. The application receives bytes that it does not understand. Remove the port from the annotation; accept the risk: a DISABLE entry in portLevelMtls makes clients send plaintext."},
		}},
		{Heading: "Common misconceptions", Points: []Point{
			{"", "\"STRICT in the namespace protects it\": no. The proxy enforces a policy; without a proxy nothing does."},
		}},
	},
	See: []string{"STRICT", "auto-mtls", "MTLS0112", "MTLS0301", "MTLS0303"},
}
