package topics

var unknown = Topic{
	Name:  "UNKNOWN",
	Title: "UNKNOWN, STRICT?, unknown: the input cannot tell",
	Sections: []Section{
		{Paragraphs: []string{
			"A guess that is wrong is worse than no answer. STRICT? is what the port serves if a sidecar stands in front of it, where the input does not say whether one does; JSON has mode UNKNOWN and modeIfMeshed STRICT.",
		}},
		{Heading: "What settles it", Points: []Point{
			{"no Namespace object", "most repositories hold none: add it, or say --assume-injected or --assume-not-injected, each with =NS,... for some namespaces only"},
			{"revisions", "--revision NAME or TAG=REVISION names the control planes that exist"},
			{"missing rights", "mtlsctl rbac --check says which of them you lack"},
			{"an EnvoyFilter", "it changes what istiod generates; look at the proxy itself: istioctl proxy-config listener POD"},
		}},
		{Heading: "What it costs", Paragraphs: []string{
			"Where the cause is something that could not be read, the exit code is 3. A check that needs what is missing is reported as skipped.",
		}},
	},
	See: []string{"NONE", "verdicts"},
}
