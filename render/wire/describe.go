package wire

// LineItem is one port of an item of a WorkloadList.
type LineItem struct {
	// Item is the item's place in items, counted from 1.
	Item int `json:"item"`
	// Port is its place in the ports of the item, counted from 1, 0 for every port that
	// nothing names: a number may be that of two ports, for TCP and for UDP.
	Port int `json:"port"`
}

// DescribedTarget is something that was named on the command line: a workload, or its
// workloads, where it is neither a Service nor a Namespace.
type DescribedTarget struct {
	Service   *ServiceDetail   `json:"service" jsonschema:"nullable"`
	Namespace *NamespaceDetail `json:"namespace" jsonschema:"nullable"`
	// Lines are the ports that belong to it.
	Lines []LineItem `json:"lines"`
	// Workloads have more about each workload of a target that is one; empty for others.
	Workloads []WorkloadDetail `json:"workloads"`
}

// WorkloadDetail is what the page of a workload has besides its item.
type WorkloadDetail struct {
	// Item is its place in items, counted from 1.
	Item int `json:"item"`
	// Lines are the ports that are shown.
	Lines []LineItem `json:"lines"`
	// Native is true for a sidecar that is an init container; dataplanePosition is what
	// decides about the dataplane, position where the workload was read.
	Native            bool     `json:"native"`
	DataplanePosition Position `json:"dataplanePosition"`
	Position          Position `json:"position"`
	// Identity is the name in its certificate, "" without a proxy.
	Identity string `json:"identity"`
	// Sidecar is the Sidecar resource that counts for it, null for none.
	Sidecar *Ref `json:"sidecar" jsonschema:"nullable"`
	// Refused is why the injector refuses the pod, "" where it does not.
	Refused string `json:"refused"`
	// Annotations are those that change what a proxy captures or how it is injected, as
	// key=value, without values that are not needed.
	Annotations []string `json:"annotations"`
	// AuthorizationPolicies are those that select it, whether or not its proxy acts on them.
	AuthorizationPolicies []AuthorizationBrief `json:"authorizationPolicies"`
	// Callers are calls to it, Plaintext what becomes of calls without a proxy.
	Callers   []RuleCall      `json:"callers"`
	Plaintext []PlaintextCall `json:"plaintext"`
	// Sends is how it calls others: through its proxy, as plaintext for want of one, or
	// unknown for a workload without calls.
	Sends string `json:"sends" jsonschema:"enum=proxied,enum=plaintext,enum="`
	// Calls are those that auto mTLS alone would not make as they are, or that do not end
	// well.
	Calls []RuleCall `json:"calls"`
	// KnownCallers are who was seen or is declared to call it.
	KnownCallers []KnownCaller `json:"knownCallers"`
	// Recommendation sums up the advice about its ports, "" where there is none.
	Recommendation string       `json:"recommendation"`
	Advice         []PortAdvice `json:"advice"`
}

// PlaintextCall is what becomes of plaintext into some ports.
type PlaintextCall struct {
	Ports   []int32 `json:"ports"`
	Verdict string  `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	Because string  `json:"because"`
	Admitted
}

// KnownCaller is a client that was seen, or that configuration names.
type KnownCaller struct {
	Name string `json:"name"`
	// InMesh shows whether it has a proxy.
	InMesh string  `json:"inMesh" jsonschema:"enum=yes,enum=no,enum=unknown"`
	Ports  []int32 `json:"ports"`
	// Evidence is how it is known, in words, position where that is written.
	Evidence string   `json:"evidence"`
	Position Position `json:"position"`
}

// PortAdvice is which mode fits a port.
type PortAdvice struct {
	Port int32 `json:"port"`
	// Fits is the mode in words, leaf where the path through the decision tree ends.
	Fits   string `json:"fits"`
	Leaf   string `json:"leaf" jsonschema:"enum=strict,enum=migrate,enum=port,enum=disable,enum=open,enum=settle"`
	Status string `json:"status" jsonschema:"enum=STRICT,enum=EXCEPTED,enum=READY,enum=WAITING,enum=UNKNOWN,enum=BLOCKED"`
	// Because are the reasons, fixes what would change them.
	Because []MigrationReason `json:"because"`
	Fixes   []string          `json:"fixes"`
}

// ServiceDetail is what the page of a Service has.
type ServiceDetail struct {
	Namespace string            `json:"namespace"`
	Name      string            `json:"name"`
	Selector  map[string]string `json:"selector"`
	// ExternalName is the host that it is an alias of, "" for none.
	ExternalName string   `json:"externalName"`
	Headless     bool     `json:"headless"`
	Position     Position `json:"position"`
	// Served is true where a workload of the input is behind it.
	Served bool `json:"served"`
	// Ports are its ports, each with the workload ports that it leads to.
	Ports []ServicePortLines `json:"ports"`
	// Calls are what clients send to it.
	Calls []RuleCall `json:"calls"`
}

// ServicePortLines is a port of a Service, and where it leads.
type ServicePortLines struct {
	Port  int32      `json:"port"`
	Lines []LineItem `json:"lines"`
}

// NamespaceDetail is what the page of a namespace has.
type NamespaceDetail struct {
	Name string `json:"name"`
	// Known is false where its Namespace object is not in the input.
	Known    bool     `json:"known"`
	Position Position `json:"position"`
	// Labels are those that show who gets a proxy, as key=value.
	Labels []string `json:"labels"`
	// Policies are its PeerAuthentications in the order in which Istio prefers them.
	Policies []PolicyBrief `json:"policies"`
	Totals   Totals        `json:"totals"`
}

// PolicyBrief is a PeerAuthentication in one line.
type PolicyBrief struct {
	Name  string     `json:"name"`
	Scope string     `json:"scope"`
	Mode  string     `json:"mode"`
	Ports []PortMode `json:"ports"`
	// Selects is what it is about, in words.
	Selects  string   `json:"selects"`
	Position Position `json:"position"`
}
