package topics

var portLevel = Topic{
	Name:  "port-level",
	Title: "portLevelMtls: another mode for one port",
	Sections: []Section{
		{Points: []Point{
			{"the key", "is the container port (the Service's targetPort), on which the application listens; never the Service port"},
			{"counts", "only in a policy with a selector, and only in the policy that applies to the workload"},
			{"an unset entry", "inherits the workload's mode"},
			{"a port in no Service", "is enforced too, on the passthrough chain"},
			{"without a selector", "the API server rejects the policy"},
		}},
		{Heading: "Two APIs, opposite numbers", Paragraphs: []string{
			"portLevelSettings of a DestinationRule use the Service port, portLevelMtls of a PeerAuthentication uses the container port. With Service 80 -> 8080, the exception below is 8080 here and 80 there.",
		}, Example: `spec:
  selector:
    matchLabels: {app: pay}
  mtls: {mode: STRICT}
  portLevelMtls:
    8080: {mode: PERMISSIVE}`},
		{Heading: "When clients ignore it", Points: []Point{
			{"", "Headless Services: the client decides once for all endpoints and checks only the namespace's mode."},
			{"", "Ambient: DISABLE under an inherited STRICT stays STRICT when the policy itself sets no mode."},
		}},
	},
	See: []string{"precedence", "DISABLE", "MTLS0105", "MTLS0106", "MTLS0107"},
}
