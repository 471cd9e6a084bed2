package topics

var unset = Topic{
	Name:  "UNSET",
	Title: "UNSET: the policy sets no mode and the wider scope applies",
	Sections: []Section{
		{Paragraphs: []string{
			"mode: UNSET, mtls: {} and no mtls at all are the same: inherit. The workload inherits from the namespace, the namespace from the mesh; a mesh-wide policy that is UNSET leaves Istio's default, PERMISSIVE. An UNSET port entry takes the mode of its workload.",
		}},
		{Heading: "A common mistake", Paragraphs: []string{
			"An UNSET policy still counts in its scope: if it is the oldest, a newer STRICT policy in the same scope is ignored completely, and the port keeps the mode of the wider scope.",
		}},
	},
	See: []string{"precedence", "MTLS0102"},
}
