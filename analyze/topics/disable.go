package topics

var disable = Topic{
	Name:  "DISABLE",
	Title: "DISABLE: the port accepts plaintext, and TLS bytes are not touched",
	Sections: []Section{
		{Points: []Point{
			{"accepts", "plaintext; on TCP ports and ports without a declared protocol also the application's own TLS, undecrypted"},
			{"rejects", "Istio mTLS: on an HTTP port as a codec error, on a TCP port the application receives a ClientHello that it does not expect"},
			{"on the wire", "not encrypted, not authenticated"},
		}},
		{Heading: "Envoy's filter chains", Paragraphs: []string{
			"Only chains for plaintext. The TLS inspector is off for the port.",
		}},
		{Heading: "Effect on clients", Points: []Point{
			{"", "With auto mTLS clients send plaintext to endpoints whose port is DISABLE. But if a namespace-wide or mesh-wide policy is DISABLE, clients send plaintext to every workload and port below it, even a STRICT one, and every call to that fails (istio/istio#56084)."},
			{"", "Headless Services: clients ignore the policy of a port or workload and keep sending mTLS."},
			{"", "\"A DISABLE server sends plaintext itself\": no. Outbound calls follow the settings of their destination."},
			{"", "Ambient has no DISABLE: ztunnel accepts mTLS and plaintext; the port is PERMISSIVE there."},
		}},
		{Heading: "Use it", Paragraphs: []string{
			"Only for a single port whose protocol the sidecar must not touch. For clients without a sidecar PERMISSIVE is enough, and keeps mTLS for the others. Write down why and until when.",
		}, Example: `spec:
  selector:
    matchLabels: {app: legacy}
  portLevelMtls:
    3306: {mode: DISABLE}`},
	},
	See: []string{"PERMISSIVE", "port-level", "auto-mtls", "MTLS0108"},
}
