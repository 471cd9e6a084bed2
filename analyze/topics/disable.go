package topics

var disable = Topic{
	Name:  "DISABLE",
	Title: "DISABLE: the port takes plaintext, and TLS bytes are left alone",
	Sections: []Section{
		{Points: []Point{
			{"accepts", "plaintext; on TCP and sniffed ports also TLS that the application itself speaks, unopened"},
			{"rejects", "Istio mTLS: on an HTTP port as a codec error, on a TCP port the application gets a ClientHello that it does not expect"},
			{"on the wire", "nothing encrypted, nobody authenticated"},
		}},
		{Heading: "Envoy's filter chains", Paragraphs: []string{
			"Only chains for raw bytes. The TLS inspector is switched off for the port.",
		}},
		{Heading: "Who notices", Points: []Point{
			{"", "Clients do: with auto mTLS their sidecars send plaintext to endpoints whose port is DISABLE. But only for namespace- and mesh-wide policies is the whole cluster switched; then they also send plaintext to a workload or port below that is STRICT, and every call fails (istio/istio#56084)."},
			{"", "Headless Services do not: a port or workload exception is never looked at for them, clients keep sending mTLS."},
			{"", "\"A DISABLE server sends plaintext itself\": no. Outgoing calls follow the destination's settings."},
			{"", "Ambient cannot DISABLE: ztunnel keeps accepting mTLS, and plaintext as well; it is PERMISSIVE there."},
		}},
		{Heading: "Use it", Paragraphs: []string{
			"For a single port whose protocol the sidecar must not touch. For callers without a sidecar PERMISSIVE is enough, and keeps mTLS for the others. Write down why and until when.",
		}, Example: `spec:
  selector:
    matchLabels: {app: legacy}
  portLevelMtls:
    3306: {mode: DISABLE}`},
	},
	See: []string{"PERMISSIVE", "port-level", "auto-mtls", "MTLS0108"},
}
