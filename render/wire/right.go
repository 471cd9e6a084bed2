package wire

// Right is one right, and what cannot be known without it.
type Right struct {
	Verb     string `json:"verb"`
	Resource string `json:"resource"`
	Allowed  bool   `json:"allowed"`
	// Without is what stays unknown where the right is missing, "" where it is not.
	Without string `json:"without"`
}

// RightsList is the wire form of Rights.
type RightsList struct {
	APIVersion string  `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string  `json:"kind" jsonschema:"enum=RightsList"`
	Cluster    string  `json:"cluster"`
	Namespace  string  `json:"namespace"`
	Items      []Right `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}
