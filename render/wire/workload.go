package wire

// WorkloadList is the data of a report about workloads. Every key is always
// present and no array is null, so that a script never has to ask.
type WorkloadList struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=WorkloadList"`
	Scope      Scope  `json:"scope"`
	Totals     Totals `json:"totals"`
	// Notes show what would settle what is unknown, or why there is no item: a sentence each.
	Notes []string       `json:"notes"`
	Items []WorkloadItem `json:"items"`
	// Order are the lines of the table in their order, empty where that is the one of items
	// and their ports.
	Order []LineItem `json:"order"`
	// Targets are what was named on the command line, with all that their pages show; empty
	// for a report about all workloads.
	Targets []DescribedTarget `json:"targets"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// Totals counts workloads and their named ports by mode. It repeats what the
// items show, for scripts that only want to know whether anything is open.
type Totals struct {
	Workloads  int `json:"workloads"`
	Ports      int `json:"ports"`
	Strict     int `json:"STRICT"`
	Permissive int `json:"PERMISSIVE"`
	Disable    int `json:"DISABLE"`
	None       int `json:"NONE"`
	TLS        int `json:"TLS"`
	Unknown    int `json:"UNKNOWN"`
}

// WorkloadItem is one workload, or one variant of it.
type WorkloadItem struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	// Cluster is where it runs, "" where only one cluster, or files, were read.
	Cluster string `json:"cluster"`
	// Variant numbers the variants of one workload from 1, 0 when its pods agree.
	Variant int `json:"variant"`
	// Pods is how many of PodsOf running pods this item stands for; 0 of 0 for a
	// prediction from a template.
	Pods            int               `json:"pods"`
	PodsOf          int               `json:"podsOf"`
	Labels          map[string]string `json:"labels"`
	ServiceAccount  string            `json:"serviceAccount"`
	Revision        string            `json:"revision"`
	Dataplane       string            `json:"dataplane" jsonschema:"enum=unknown,enum=sidecar,enum=ambient,enum=waypoint,enum=gateway,enum=proxyless,enum=vm,enum=none"`
	DataplaneReason string            `json:"dataplaneReason"`
	// DataplaneCause is the reason as a word that stays the same from release to release.
	DataplaneCause string `json:"dataplaneCause"`
	// DefaultMode and DefaultDecision hold for every port that ports does not name.
	DefaultMode         string   `json:"defaultMode" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
	DefaultModeIfMeshed string   `json:"defaultModeIfMeshed" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=TLS,enum="`
	DefaultDecision     Decision `json:"defaultDecision"`
	// DefaultProxy is what the proxies run on every port that ports does not name; absent where no
	// dumps of proxies were given, or none has the port.
	DefaultProxy string `json:"defaultProxy,omitempty"`
	// AnyOther shows whether the table has a line for the ports that nothing names: always,
	// with -o wide, or not.
	AnyOther string     `json:"anyOther" jsonschema:"enum=shown,enum=wide,enum=hidden"`
	Ports    []PortItem `json:"ports"`
	// Chain is every policy that was checked, widest scope first.
	Chain []Step `json:"chain"`
}

// PortItem is one port by the number on which the application listens.
type PortItem struct {
	Port int32 `json:"port"`
	// Name is the container port's, "" without one.
	Name string `json:"name"`
	// Protocol is what Istio takes the port for, "" when it is in no Service.
	Protocol string        `json:"protocol"`
	Services []ServicePort `json:"services"`
	Mode     string        `json:"mode" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
	// ModeIfMeshed is what a sidecar would have where mode is UNKNOWN, or NONE
	// for want of a proxy; "" otherwise.
	ModeIfMeshed string `json:"modeIfMeshed" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=TLS,enum="`
	// Proxy is what the proxies run on the port: a mode, "differs: MODE (1 of 2 pods)", or "not
	// seen"; absent where no dumps of proxies were given.
	Proxy string `json:"proxy,omitempty"`
	// Listener describes the TLS settings where mode is TLS.
	Listener string   `json:"listener"`
	Decision Decision `json:"decision"`
}

// ServicePort is a Service port that leads to a workload port.
type ServicePort struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Port      int32  `json:"port"`
}

// Decision is why a port has its mode.
type Decision struct {
	Scope string `json:"scope" jsonschema:"enum=default,enum=mesh,enum=namespace,enum=workload,enum=port,enum=dataplane,enum=listener"`
	// By is the deciding object; its fields are empty for Istio's default.
	By       Ref      `json:"by"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
	Because  string   `json:"because"`
	// Brief is the reason in a few words where no object decided, "" where by shows enough.
	Brief string `json:"brief"`
	// Cause is the reason as a word that stays the same from release to release.
	Cause string `json:"cause"`
	// Shadowed is what also matches the port and is overridden or ignored, in order of precedence.
	Shadowed []Shadow `json:"shadowed"`
}

// Shadow is something that lost, and what beat it.
type Shadow struct {
	By       Ref      `json:"by"`
	Field    string   `json:"field"`
	Mode     string   `json:"mode"`
	Position Position `json:"position"`
	Because  string   `json:"because"`
	Cause    string   `json:"cause"`
}

// Step is one policy of a workload's inheritance.
type Step struct {
	Scope    string     `json:"scope"`
	By       Ref        `json:"by"`
	Mode     string     `json:"mode"`
	Ports    []PortMode `json:"ports"`
	Position Position   `json:"position"`
	// Applies is false for a policy that lost or is ignored.
	Applies bool   `json:"applies"`
	Because string `json:"because"`
	Cause   string `json:"cause"`
}

// PortMode is one portLevelMtls entry.
type PortMode struct {
	Port int32  `json:"port"`
	Mode string `json:"mode"`
}
