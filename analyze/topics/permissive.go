package topics

var permissive = Topic{
	Name:  "PERMISSIVE",
	Title: "PERMISSIVE: the port takes Istio mTLS and plaintext side by side",
	Sections: []Section{
		{Points: []Point{
			{"accepts", "Istio mTLS, told apart by its ALPN (istio, istio-peer-exchange, istio-http/1.0, istio-http/1.1, istio-h2), and plaintext"},
			{"rejects", "on a port declared as HTTP: TLS without an Istio ALPN, such as a client's own HTTPS; it matches no chain"},
			{"passes on", "on TCP and sniffed ports: TLS without an Istio ALPN goes to the application unopened and without an identity"},
			{"on the wire", "whatever the client chose"},
		}},
		{Heading: "Envoy's filter chains", Paragraphs: []string{
			"One chain with transport_protocol tls and Istio's ALPNs that requires a client certificate, one for raw bytes. The TLS inspector looks at the first bytes and picks; it waits for them, so a server-first protocol (MySQL, SMTP) should be declared as such.",
		}},
		{Heading: "What popular texts get wrong", Points: []Point{
			{"", "\"PERMISSIVE means plaintext inside the mesh\": no. Clients with a sidecar send mTLS to a PERMISSIVE port (auto mTLS)."},
			{"", "\"The client tries mTLS first and falls back\": no. The client's choice is fixed in its configuration, for each endpoint; a failed handshake is an error. What looks like a fallback is the server taking both."},
		}},
		{Heading: "Use it", Paragraphs: []string{
			"It is Istio's default, and the mode to migrate in: callers without a sidecar keep working. Stay no longer than needed: anybody who reaches the pod gets in, and a DENY policy by principal never fires for plaintext callers.",
		}},
	},
	See: []string{"STRICT", "auto-mtls", "MTLS0109"},
}
