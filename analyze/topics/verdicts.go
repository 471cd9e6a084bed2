package topics

var verdicts = Topic{
	Name:  "verdicts",
	Title: "What happens when what is sent meets what is accepted",
	Sections: []Section{
		{Heading: "Plaintext: the application's bytes as they are", Points: []Point{
			{"a port declared HTTPS or TLS", "passthrough-tls: the bytes are the application's own TLS; only STRICT refuses them"},
			{"STRICT", "broken: no filter chain; 503 UC at the client, a reset for TCP"},
			{"PERMISSIVE", "plaintext"},
			{"DISABLE", "plaintext"},
			{"no proxy", "plaintext"},
		}},
		{Heading: "Istio mTLS (auto, or ISTIO_MUTUAL)", Points: []Point{
			{"STRICT", "mTLS"},
			{"PERMISSIVE", "mTLS"},
			{"DISABLE", "broken: HTTP codec error, or a TCP application that gets a ClientHello; 503 UF with WRONG_VERSION_NUMBER"},
			{"no proxy", "broken in the same way"},
		}},
		{Heading: "TLS of the client's own (SIMPLE), or an application's HTTPS sent unwrapped", Points: []Point{
			{"STRICT", "broken: a client certificate is demanded, and the client does not know the mesh's CA"},
			{"PERMISSIVE, HTTP port", "broken: no filter chain for TLS without an Istio ALPN"},
			{"PERMISSIVE or DISABLE, TCP or sniffed port", "passed to the application unopened; works if it serves TLS itself"},
			{"DISABLE, HTTP port", "broken: codec error"},
			{"no proxy", "works if the application serves TLS"},
		}},
		{Heading: "MUTUAL with files of the client's own", Paragraphs: []string{
			"As SIMPLE, except that STRICT works if the certificate chains to the mesh's CA with an identity of its trust domain and the client trusts that CA.",
		}},
	},
	See: []string{"STRICT", "PERMISSIVE", "DISABLE", "auto-mtls"},
}
