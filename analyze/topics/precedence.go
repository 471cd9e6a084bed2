package topics

var precedence = Topic{
	Name:  "precedence",
	Title: "Which PeerAuthentication applies",
	Sections: []Section{
		{Heading: "Scopes: the narrower overrides the wider", Points: []Point{
			{"default", "PERMISSIVE"},
			{"mesh", "a policy without selector in the root namespace (istio-system unless the mesh configuration sets another)"},
			{"namespace", "a policy without selector in the workload's namespace"},
			{"workload", "a policy whose selector matches the pod's labels"},
			{"port", "portLevelMtls of that same workload policy"},
		}},
		{Heading: "One policy per scope", Paragraphs: []string{
			"The oldest policy applies; with the same age the one whose name sorts first, then by namespace. Files have no creation time, so there the name decides. The other policies are ignored completely: neither their mode nor their ports are merged.",
		}},
		{Heading: "What has no effect, contrary to common belief", Points: []Point{
			{"", "The name: a policy called default is not special."},
			{"", "An empty selector: selector: {} is the same as none, so the policy is namespace-wide."},
			{"", "A selector in the root namespace: a PeerAuthentication with one has no effect at all, not even in the root namespace. (An AuthorizationPolicy with one applies to the whole mesh.)"},
			{"", "A policy of another namespace, and one labelled istio.io/rev for another control plane."},
			{"", "A DestinationRule: it changes what clients send, never what the server accepts."},
		}},
	},
	See: []string{"port-level", "UNSET", "MTLS0101", "MTLS0102", "MTLS0103", "MTLS0104", "MTLS0110", "MTLS0111"},
}
