package topics

var unset = Topic{
	Name:  "UNSET",
	Title: "UNSET: the policy has no opinion and the wider scope decides",
	Sections: []Section{
		{Paragraphs: []string{
			"mode: UNSET, mtls: {} and no mtls at all are the same: inherit. The workload inherits from the namespace, the namespace from the mesh; a mesh-wide policy that is UNSET leaves Istio's default, PERMISSIVE. An UNSET port entry takes the mode of its workload.",
		}},
		{Heading: "The trap", Paragraphs: []string{
			"An UNSET policy still takes its place: if it is the oldest of its scope, a newer STRICT policy beside it is dropped whole, and the port stays what the wider scope says.",
		}},
	},
	See: []string{"precedence", "MTLS0102"},
}
