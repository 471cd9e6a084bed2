package wire

// AuthorizationList is the data of the reverse report of AuthorizationPolicies.
type AuthorizationList struct {
	APIVersion string              `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string              `json:"kind" jsonschema:"enum=AuthorizationList"`
	Scope      Scope               `json:"scope"`
	Items      []AuthorizationItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// AuthorizationBrief is an AuthorizationPolicy in a few words.
type AuthorizationBrief struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Action    string `json:"action" jsonschema:"enum=ALLOW,enum=DENY,enum=AUDIT,enum=CUSTOM"`
	// Rules are what its rules match, in words; empty for a policy without rules.
	Rules []string `json:"rules"`
	// Waypoint enforces it, null where the servers do.
	Waypoint *Ref `json:"waypoint" jsonschema:"nullable"`
	// NoEffect is why it decides nothing, "" where it does.
	NoEffect string   `json:"noEffect"`
	Position Position `json:"position"`
}

// AuthorizationItem is one AuthorizationPolicy, and what it decides.
type AuthorizationItem struct {
	Kind string `json:"kind" jsonschema:"enum=AuthorizationPolicy"`
	AuthorizationBrief
	Selector map[string]string `json:"selector"`
	// Targets are what it is attached to instead of workloads, as kind/name.
	Targets []string `json:"targets"`
	// Workloads are those whose proxies act on it.
	Workloads []Ref `json:"workloads"`
	// Denies are calls that it refuses, alone or with others, Depends are those of which the
	// request decides, or that are not followed, Admits the others on which it acts.
	Denies  []RuleCall `json:"denies"`
	Depends []RuleCall `json:"depends"`
	Admits  []RuleCall `json:"admits"`
}
