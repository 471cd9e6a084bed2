package topics

var precedence = Topic{
	Name:  "precedence",
	Title: "Which PeerAuthentication decides",
	Sections: []Section{
		{Heading: "Scopes, the narrower overrides the wider", Points: []Point{
			{"default", "PERMISSIVE"},
			{"mesh", "a policy without selector in the root namespace (istio-system unless the mesh configuration says otherwise)"},
			{"namespace", "a policy without selector in the workload's namespace"},
			{"workload", "a policy whose selector picks the pod's labels"},
			{"port", "portLevelMtls of that same workload policy"},
		}},
		{Heading: "In one scope there is one winner", Paragraphs: []string{
			"The oldest policy wins; at the same second the name that sorts first, then the namespace. Files carry no age, so there the name decides. The others are dropped whole: neither their mode nor their ports are merged in.",
		}},
		{Heading: "What does not matter, though many believe it", Points: []Point{
			{"", "The name: a policy called default is nothing special."},
			{"", "An empty selector: selector: {} is the same as none, so the policy is namespace-wide."},
			{"", "A selector in the root namespace: for PeerAuthentication it has no effect at all, not even there. (For AuthorizationPolicy it reaches the whole mesh.)"},
			{"", "A policy of another namespace, and one labelled istio.io/rev for another control plane."},
			{"", "A DestinationRule: it changes what clients send, never what the server accepts."},
		}},
	},
	See: []string{"port-level", "UNSET", "MTLS0101", "MTLS0102", "MTLS0103", "MTLS0104", "MTLS0110", "MTLS0111"},
}
