package wire

// PolicyList is the data of the reverse report.
type PolicyList struct {
	APIVersion string       `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string       `json:"kind" jsonschema:"enum=PolicyList"`
	Scope      Scope        `json:"scope"`
	Items      []PolicyItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// PolicyItem is one PeerAuthentication.
type PolicyItem struct {
	Namespace string            `json:"namespace"`
	Name      string            `json:"name"`
	Kind      string            `json:"kind"`
	Scope     string            `json:"scope"`
	Selector  map[string]string `json:"selector"`
	Mode      string            `json:"mode"`
	Ports     []PortMode        `json:"ports"`
	Position  Position          `json:"position"`
	// Rejected says why Istio refuses the object, "" when it does not.
	Rejected string `json:"rejected"`
	// Decides are the ports whose mode it sets, Shadowed those where it lost.
	Decides  []PolicyPort `json:"decides"`
	Shadowed []PolicyPort `json:"shadowed"`
}

// PolicyPort is one workload port; port is 0 for every port that nothing names.
type PolicyPort struct {
	Workload Ref    `json:"workload"`
	Variant  int    `json:"variant"`
	Port     int32  `json:"port"`
	Mode     string `json:"mode"`
	// Decision is the port's: what decided, and what lost.
	Decision Decision `json:"decision"`
}
