package topics

var ownTLS = Topic{
	Name:  "TLS",
	Title: "TLS: the listener terminates TLS by settings of its own, not by a policy",
	Sections: []Section{
		{Heading: "Where", Points: []Point{
			{"a gateway", "servers[].tls of the Gateway decides; PeerAuthentications are not looked at for its listeners"},
			{"a Sidecar ingress", "ingress[].tls counts if istiod runs with ENABLE_TLS_ON_SIDECAR_INGRESS=true (it is off by default) and the port is DISABLE; else it is ignored"},
		}},
		{Heading: "What it accepts", Paragraphs: []string{
			"SIMPLE: TLS, and no client certificate is asked for. MUTUAL: TLS with a client certificate of the CA that the listener names. Plaintext is refused, and in front of a Sidecar ingress so is Istio mTLS.",
		}},
		{Heading: "Is that mTLS?", Paragraphs: []string{
			"Not Istio's: the caller has no identity of the mesh, unless the Gateway's server says ISTIO_MUTUAL. What the gateway sends on to its targets is a call of its own, with its own verdict.",
		}},
	},
	See: []string{"DISABLE", "verdicts"},
}
