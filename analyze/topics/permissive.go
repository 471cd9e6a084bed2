package topics

var permissive = Topic{
	Name:  "PERMISSIVE",
	Title: "PERMISSIVE: the port accepts both Istio mTLS and plaintext",
	Sections: []Section{
		{Points: []Point{
			{"accepts", "Istio mTLS, recognized by its ALPN (istio, istio-peer-exchange, istio-http/1.0, istio-http/1.1, istio-h2), and plaintext"},
			{"rejects", "on a port declared as HTTP: TLS without an Istio ALPN, such as a client's own HTTPS; no filter chain matches it"},
			{"passes on", "on TCP ports and ports without a declared protocol: TLS without an Istio ALPN reaches the application undecrypted and without an identity"},
			{"on the wire", "what the client chose"},
		}},
		{Heading: "Envoy's filter chains", Paragraphs: []string{
			"One chain with transport_protocol tls and Istio's ALPNs that requires a client certificate, one for plaintext. The TLS inspector looks at the first bytes to choose; it waits for them, so a protocol in which the server sends first (MySQL, SMTP) should be declared.",
		}},
		{Heading: "Common misconceptions", Points: []Point{
			{"", "\"PERMISSIVE means plaintext inside the mesh\": no. Clients with a sidecar send mTLS to a PERMISSIVE port (auto mTLS)."},
			{"", "\"The client tries mTLS first and falls back\": no. The client's choice is fixed in its configuration, for each endpoint; a failed handshake is an error. What looks like a fallback is a server that accepts both."},
		}},
		{Heading: "Use it", Paragraphs: []string{
			"It is Istio's default, and the mode to migrate in: clients without a sidecar keep working. Use it no longer than needed: any client that reaches the pod is accepted, and a DENY policy by principal never matches plaintext clients.",
		}},
	},
	See: []string{"STRICT", "auto-mtls", "MTLS0109"},
}
