package topics

var verdicts = Topic{
	Name:  "verdicts",
	Title: "What the client sends and what the port accepts: the result",
	Sections: []Section{
		{Heading: "Plaintext: the application's bytes, unchanged", Points: []Point{
			{"a port declared HTTPS or TLS", "passthrough-tls: the bytes are the application's own TLS; only STRICT rejects them"},
			{"STRICT", "broken: no filter chain; 503 UC at the client, a reset for TCP"},
			{"PERMISSIVE", "plaintext"},
			{"DISABLE", "plaintext"},
			{"no proxy", "plaintext"},
		}},
		{Heading: "Istio mTLS (auto, or ISTIO_MUTUAL)", Points: []Point{
			{"STRICT", "mTLS"},
			{"PERMISSIVE", "mTLS"},
			{"DISABLE", "broken: HTTP codec error, or a TCP application that receives a ClientHello; 503 UF with WRONG_VERSION_NUMBER"},
			{"no proxy", "broken in the same way"},
		}},
		{Heading: "TLS of the client (SIMPLE), or an application's HTTPS sent without mTLS", Points: []Point{
			{"STRICT", "broken: the server requires a client certificate, and the client does not trust the mesh's CA"},
			{"PERMISSIVE, HTTP port", "broken: no filter chain for TLS without an Istio ALPN"},
			{"PERMISSIVE or DISABLE, TCP or sniffed port", "forwarded to the application undecrypted; works if it speaks TLS itself"},
			{"DISABLE, HTTP port", "broken: codec error"},
			{"no proxy", "works if the application speaks TLS"},
		}},
		{Heading: "MUTUAL with the client's own certificate files", Paragraphs: []string{
			"As SIMPLE, except that STRICT works if the certificate chains to the mesh's CA with an identity of its trust domain and the client trusts that CA.",
		}},
	},
	See: []string{"STRICT", "PERMISSIVE", "DISABLE", "auto-mtls"},
}
