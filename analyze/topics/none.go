package topics

var none = Topic{
	Name:  "NONE",
	Title: "NONE: no proxy stands in front of the port, so no policy counts there",
	Sections: []Section{
		{Points: []Point{
			{"accepts", "whatever the application accepts, from anybody who reaches the pod"},
			{"rejects", "nothing that the application does not reject itself; AuthorizationPolicies are not carried out either"},
			{"on the wire", "what the client sends, as it is"},
		}},
		{Heading: "How a port comes to it", Points: []Point{
			{"no sidecar", "the namespace is not labelled, the pod opts out, or it runs in the host's network"},
			{"not captured", "excludeInboundPorts names the port, or includeInboundPorts does not"},
			{"reserved", "15020, 15021 and 15090 are the proxy's own and never captured"},
			{"mode NONE", "interception is off and no Sidecar ingress listener names the port"},
		}},
		{Heading: "What clients in the mesh send", Points: []Point{
			{"", "To a pod without a sidecar: plaintext. Auto mTLS sees that the label security.istio.io/tlsMode is missing."},
			{"", "To a port that is kept from a sidecar: still mTLS, because istiod does not know about the annotation. The application gets bytes that it does not understand. A DISABLE entry in portLevelMtls makes clients send plaintext."},
		}},
		{Heading: "What popular texts get wrong", Points: []Point{
			{"", "\"STRICT in the namespace protects it\": no. A policy is carried out by the proxy; where there is none it is a wish."},
		}},
	},
	See: []string{"STRICT", "auto-mtls", "MTLS0112", "MTLS0301", "MTLS0303"},
}
