package topics

var ownTLS = Topic{
	Name:  "TLS",
	Title: "TLS: the listener terminates TLS with its own settings, not by a policy",
	Sections: []Section{
		{Heading: "Where", Points: []Point{
			{"a gateway", "servers[].tls of the Gateway applies; PeerAuthentication does not apply to its listeners"},
			{"a Sidecar ingress", "ingress[].tls applies if istiod runs with ENABLE_TLS_ON_SIDECAR_INGRESS=true (off by default) and the port is DISABLE; otherwise it is ignored"},
		}},
		{Heading: "What it accepts", Paragraphs: []string{
			"SIMPLE: TLS without a client certificate. MUTUAL: TLS with a client certificate of the CA that the listener names. Plaintext is rejected, and by a Sidecar ingress listener so is Istio mTLS.",
		}},
		{Heading: "Is that mTLS?", Paragraphs: []string{
			"Not Istio's: the client has no identity of the mesh, unless the Gateway server has mode ISTIO_MUTUAL. What the gateway sends to its backends is a separate call, with its own verdict.",
		}},
	},
	See: []string{"DISABLE", "verdicts"},
}
