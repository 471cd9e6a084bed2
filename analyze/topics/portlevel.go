package topics

var portLevel = Topic{
	Name:  "port-level",
	Title: "portLevelMtls: another mode for one port",
	Sections: []Section{
		{Points: []Point{
			{"the key", "is the port on which the application listens (targetPort, containerPort), never the Service's port"},
			{"counts", "only in a policy with a selector, and only in the one that wins for the workload"},
			{"an unset entry", "takes the workload's mode"},
			{"a port in no Service", "is enforced all the same, on the passthrough chain"},
			{"without a selector", "the API server rejects the policy"},
		}},
		{Heading: "Two APIs, opposite numbers", Paragraphs: []string{
			"DestinationRule portLevelSettings count by the Service's port, PeerAuthentication portLevelMtls by the workload's. With Service 80 -> 8080, the exception below is 8080 here and 80 there.",
		}, Example: `spec:
  selector:
    matchLabels: {app: pay}
  mtls: {mode: STRICT}
  portLevelMtls:
    8080: {mode: PERMISSIVE}`},
		{Heading: "Where clients do not see it", Points: []Point{
			{"", "Headless Services: the client decides once for all endpoints and looks at the namespace's mode only."},
			{"", "Ambient: DISABLE under an inherited STRICT stays STRICT when the policy itself sets no mode."},
		}},
	},
	See: []string{"precedence", "DISABLE", "MTLS0105", "MTLS0106", "MTLS0107"},
}
