package wire

// PolicyList is the data of the reverse report.
type PolicyList struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=PolicyList"`
	Scope      Scope  `json:"scope"`
	// Notes show what would settle what is unknown: a sentence each.
	Notes []string     `json:"notes"`
	Items []PolicyItem `json:"items"`
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
	// Rejected shows why Istio refuses the object, "" when it does not.
	Rejected string `json:"rejected"`
	// Decides are the ports whose mode it sets, Shadowed those where it lost.
	Decides  []PolicyPort `json:"decides"`
	Shadowed []PolicyPort `json:"shadowed"`
	// Lost is each port that it matches and another policy decides.
	Lost []PolicyLoss `json:"lost"`
	// Silent is why it decides nothing and lost nowhere, "" otherwise.
	Silent string `json:"silent"`
}

// PolicyPort is one workload port; port is 0 for every port that nothing names.
type PolicyPort struct {
	Workload Ref    `json:"workload"`
	Variant  int    `json:"variant"`
	Port     int32  `json:"port"`
	Mode     string `json:"mode"`
	// ModeIfMeshed is what a sidecar would have where mode is UNKNOWN, or NONE for want of a
	// proxy; "" otherwise.
	ModeIfMeshed string        `json:"modeIfMeshed"`
	Services     []ServicePort `json:"services"`
	// Pods is how many of PodsOf running pods the variant has.
	Pods   int `json:"pods"`
	PodsOf int `json:"podsOf"`
	// Decision is the port's: what decided, and what was overridden.
	Decision Decision `json:"decision"`
}

// PolicyLoss is a port about which a policy spoke and lost.
type PolicyLoss struct {
	Workload Ref   `json:"workload"`
	Variant  int   `json:"variant"`
	Pods     int   `json:"pods"`
	PodsOf   int   `json:"podsOf"`
	Port     int32 `json:"port"`
	// Says is the mode that the policy asks for, mode the one that the port has.
	Says         string `json:"says"`
	Mode         string `json:"mode"`
	ModeIfMeshed string `json:"modeIfMeshed"`
	// Because is what it was overridden by.
	Because string `json:"because"`
}
