package topics

var strict = Topic{
	Name:  "STRICT",
	Title: "STRICT: the port accepts only Istio mTLS",
	Sections: []Section{
		{Points: []Point{
			{"accepts", "TLS 1.2 or newer with a client certificate whose SPIFFE identity is in the mesh's trust domain or one of its aliases"},
			{"rejects", "plaintext, TLS without a client certificate (mode SIMPLE), certificates of another CA or trust domain"},
			{"on the wire", "encrypted, both sides authenticated; policies can use the client's principal"},
		}},
		{Heading: "Envoy's filter chains", Paragraphs: []string{
			"Only chains with transport_protocol tls and require_client_certificate; a port without a declared protocol has one for HTTP and one for TCP. There is no chain for plaintext, so a plaintext connection is closed at once: filter_chain_not_found in the server's log, 503 UC or a reset at the client.",
		}},
		{Heading: "What STRICT does not do", Points: []Point{
			{"", "It does not affect outbound calls. What a STRICT workload sends depends on the destination: its labels, its policies, the DestinationRule. It sends plaintext to a pod without a sidecar."},
			{"", "It does not protect ports excluded from sidecar capture: excludeInboundPorts, hostNetwork, 15020, 15021, 15090."},
			{"", "It does not break kubelet probes: injection rewrites them to port 15020, unless sidecar.istio.io/rewriteAppHTTPProbers is \"false\"."},
			{"", "It does not apply to gateways: the tls of a Gateway server applies there."},
		}},
		{Heading: "Use it", Paragraphs: []string{
			`In production, once every client has a sidecar or is ambient. Before: look for plaintext with istio_requests_total{connection_security_policy!="mutual_tls",reporter="destination"}; after: for 503 UC at the clients.`,
		}, Example: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}`},
	},
	See: []string{"PERMISSIVE", "precedence", "auto-mtls", "MTLS0301", "MTLS0303"},
}
