package topics

var unknown = Topic{
	Name:  "UNKNOWN",
	Title: "UNKNOWN, STRICT?, unknown: the input does not show it",
	Sections: []Section{
		{Paragraphs: []string{
			"A wrong guess is worse than no answer. STRICT? is the mode of the port if it has a sidecar, when the input does not show whether it has one; JSON has mode UNKNOWN and modeIfMeshed STRICT.",
		}},
		{Heading: "How to settle it", Points: []Point{
			{"no Namespace object", "most repositories have none: add it, or pass --assume-injected or --assume-not-injected, each with =NS,... for single namespaces"},
			{"revisions", "--revision NAME or TAG=REVISION lists the control planes that exist"},
			{"missing rights", "mtlsctl rbac --check lists the missing rights"},
			{"an EnvoyFilter", "it changes what istiod generates; check the proxy itself: istioctl proxy-config listener POD"},
		}},
		{Heading: "Effect on exit codes", Paragraphs: []string{
			"If something could not be read, the exit code is 3. A check that needs what is missing is reported as skipped.",
		}},
	},
	See: []string{"NONE", "verdicts"},
}
