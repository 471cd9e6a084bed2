package wire

// ExceptionList is the data of analyze --exceptions.
type ExceptionList struct {
	APIVersion string          `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string          `json:"kind" jsonschema:"enum=ExceptionList"`
	Scope      Scope           `json:"scope"`
	Items      []ExceptionItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// ExceptionItem is one exception of .mtlsctl.yaml.
type ExceptionItem struct {
	// Namespace and Name are patterns; Kind is "" for any.
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	// Allowed is the most open mode that it is about.
	Allowed string `json:"allowed" jsonschema:"enum=PERMISSIVE,enum=DISABLE"`
	Owner   string `json:"owner"`
	Reason  string `json:"reason"`
	// Until is its last day, "" for none.
	Until    string   `json:"until"`
	State    string   `json:"state" jsonschema:"enum=active,enum=exceeded,enum=not needed,enum=no port,enum=ended"`
	Position Position `json:"position"`
	// Numbers are the ports that it names, empty for all, and ports those that it is about.
	Numbers []int32        `json:"numbers"`
	Ports   []ExceptedItem `json:"ports"`
}

// ExceptedItem is a port that an exception is about.
type ExceptedItem struct {
	Workload Ref    `json:"workload"`
	Port     int32  `json:"port"`
	Mode     string `json:"mode" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
}
