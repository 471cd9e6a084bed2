package wire

// Version is what mtlsctl version knows: which program answers, and by which rules.
type Version struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=Version"`
	Version    string `json:"version"`
	Commit     string `json:"commit"`
	Go         string `json:"go"`
	Istio      Istio  `json:"istio"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// Istio is the versions of Istio whose rules are known.
type Istio struct {
	// Newest is the version whose rules apply where the input shows none.
	Newest   string    `json:"newest"`
	Releases []Release `json:"releases"`
}

// Release is one release of Istio.
type Release struct {
	Release string `json:"release"`
	// Compared is the version of Istio's code with which answers were compared, and On the day, both
	// "" where the rules are from release notes and source.
	Compared string `json:"compared"`
	On       string `json:"on"`
}
