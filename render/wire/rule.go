package wire

// RuleList is the data of the reverse report about DestinationRules.
type RuleList struct {
	APIVersion string     `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string     `json:"kind" jsonschema:"enum=RuleList"`
	Scope      Scope      `json:"scope"`
	Items      []RuleItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// RuleItem is one DestinationRule.
type RuleItem struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	// Host is as written, fqdn what Istio makes of it.
	Host     string            `json:"host"`
	FQDN     string            `json:"fqdn"`
	ExportTo []string          `json:"exportTo"`
	Selector map[string]string `json:"selector"`
	// HasSelector is true where it is only for the clients that selector matches.
	HasSelector bool     `json:"hasSelector"`
	Position    Position `json:"position"`
	// Hosts are those that the rule's host names, whether or not it counts there.
	Hosts []string `json:"hosts"`
	// Used is true when it counts for at least one client; noEffect shows why not,
	// instead names what counts in its place.
	Used     bool   `json:"used"`
	NoEffect string `json:"noEffect"`
	// NoEffectCause is noEffect as a word that stays the same from release to release.
	NoEffectCause string `json:"noEffectCause"`
	// NoEffectRule is the number of the rule of precedence that it rests on.
	NoEffectRule string `json:"noEffectRule"`
	Instead      Ref    `json:"instead"`
	// Decides are the calls whose TLS it sets, overruled the hosts and clients that
	// it could reach and does not count for.
	Decides   []RuleCall      `json:"decides"`
	Overruled []OverruledItem `json:"overruled"`
}

// RuleCall is calls that end alike: those of some clients to ports of one host.
type RuleCall struct {
	Clients    int      `json:"clients"`
	Namespaces []string `json:"clientNamespaces"`
	// Client is the one that calls, null for several; gateways are those of clients that are
	// gateways.
	Client   *Ref `json:"client" jsonschema:"nullable"`
	Gateways int  `json:"gateways"`
	// Host is the full name that is called, service the Service that it is, null for
	// another host.
	Host    string  `json:"host"`
	Service *Ref    `json:"service" jsonschema:"nullable"`
	Ports   []int32 `json:"ports"`
	// Subsets holds "" for the host as it is.
	Subsets []string `json:"subsets"`
	Sends   string   `json:"sends"`
	Accepts string   `json:"accepts"`
	// AcceptsIfMeshed is what a sidecar would have where accepts is UNKNOWN, or NONE for
	// want of a proxy, "" otherwise.
	AcceptsIfMeshed string `json:"acceptsIfMeshed"`
	Verdict         string `json:"verdict"`
	Admitted
	// Brief is the reason in a few words.
	Brief    string   `json:"brief"`
	Rule     *Ref     `json:"rule" jsonschema:"nullable"`
	Because  string   `json:"because"`
	Cause    string   `json:"cause"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
	Symptom  string   `json:"symptom"`
	// Servers are the endpoints, empty where none is known; why the first of them accepts
	// what it accepts holds for all.
	Servers         []ConnectionServer `json:"servers"`
	AcceptsBecause  string             `json:"acceptsBecause"`
	AcceptsScope    string             `json:"acceptsScope"`
	AcceptsBy       *Ref               `json:"acceptsBy" jsonschema:"nullable"`
	AcceptsPosition Position           `json:"acceptsPosition"`
}

// OverruledItem is a host at which the rule does not count for some clients.
type OverruledItem struct {
	Host    string `json:"host"`
	Service *Ref   `json:"service" jsonschema:"nullable"`
	Clients int    `json:"clients"`
	// Client is the one that calls, null for several; gateways are those of clients that are
	// gateways.
	Client     *Ref     `json:"client" jsonschema:"nullable"`
	Gateways   int      `json:"gateways"`
	Namespaces []string `json:"clientNamespaces"`
	Instead    Ref      `json:"instead"`
	Because    string   `json:"because"`
	Cause      string   `json:"cause"`
	// Rule is the number of the rule of precedence that it rests on.
	Rule string `json:"rule"`
}
