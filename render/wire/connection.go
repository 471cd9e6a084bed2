package wire

// ConnectionList is the data of connections: what every client sends to every
// endpoint, and what becomes of it.
type ConnectionList struct {
	APIVersion string           `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string           `json:"kind" jsonschema:"enum=ConnectionList"`
	Scope      Scope            `json:"scope"`
	Totals     ConnectionTotals `json:"totals"`
	// Derivation argues the call where one client and one port were asked about,
	// step by step in the order in which Istio decides; empty otherwise.
	Derivation []DerivationStep `json:"derivation"`
	// Failures are calls to what is shown that came to nothing for want of a common
	// security; empty where none was seen or no evidence was given.
	Failures []ConnectionFailure `json:"failures"`
	// Items come last: they are written one by one.
	Items []ConnectionItem `json:"items"`
}

// ConnectionTotals counts items, by verdict.
type ConnectionTotals struct {
	Items         int `json:"items"`
	ServicePorts  int `json:"servicePorts"`
	ClientClasses int `json:"clientClasses"`
	MTLS          int `json:"mtls"`
	Plaintext     int `json:"plaintext"`
	Broken        int `json:"broken"`
	Passthrough   int `json:"passthrough-tls"`
	Unknown       int `json:"unknown"`
}

// ConnectionItem is one client workload calling one port of a host, and one
// endpoint behind it.
type ConnectionItem struct {
	Client ConnectionClient `json:"client"`
	// Evidence is what was seen of the client's calls to the host, null where no record
	// of traffic was given.
	Evidence *ConnectionEvidence `json:"evidence" jsonschema:"nullable"`
	// Declared is what configuration says of the call: it means to make it.
	Declared []Declared `json:"declared"`
	ConnectionCall
}

// ConnectionCall is an item without its client: the same for all clients that
// send alike, so that it is encoded once.
type ConnectionCall struct {
	// Host is the full name that is called, port the number of its port.
	Host string `json:"host"`
	Port int32  `json:"port"`
	// Subset is the DestinationRule's, "" for none; routedBy are the
	// VirtualServices that lead to it.
	Subset   string           `json:"subset"`
	RoutedBy []Ref            `json:"routedBy"`
	Server   ConnectionServer `json:"server"`
	Sends    string           `json:"sends" jsonschema:"enum=PLAINTEXT,enum=SIMPLE,enum=MUTUAL,enum=ISTIO_MUTUAL,enum=HBONE,enum=NOTHING,enum=UNKNOWN"`
	// Accepts is the mode of the server's port, UNKNOWN where there is no server.
	Accepts string `json:"accepts" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
	Verdict string `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	// Because is why the client sends that, cause the same as a word that stays, rule the object that decided it, null
	// where auto mTLS or the dataplane did; position is where the rule says it.
	Because  string   `json:"because"`
	Cause    string   `json:"cause"`
	Rule     *Ref     `json:"rule" jsonschema:"nullable"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
	// DestinationRule is the one that counts for the call, whether or not it says
	// anything about TLS; null for none.
	DestinationRule *Ref `json:"destinationRule" jsonschema:"nullable"`
	// AcceptsBecause is why the port has its mode.
	AcceptsBecause  string   `json:"acceptsBecause"`
	AcceptsCause    string   `json:"acceptsCause"`
	AcceptsBy       *Ref     `json:"acceptsBy" jsonschema:"nullable"`
	AcceptsPosition Position `json:"acceptsPosition"`
	// VerdictBecause is what meets what; symptom and fix are "" unless broken.
	VerdictBecause string `json:"verdictBecause"`
	VerdictCause   string `json:"verdictCause"`
	Symptom        string `json:"symptom"`
	Fix            string `json:"fix"`
}

// ConnectionClient is a workload that calls.
type ConnectionClient struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	// Variant tells pods of one workload apart, 0 where they agree.
	Variant int `json:"variant"`
	// Cluster is where it runs, "" where only one cluster, or files, were read.
	Cluster string `json:"cluster"`
}

// ConnectionServer is where the call ends. An address outside of the cluster is
// the name, without namespace and kind; all is empty where no endpoint is known.
type ConnectionServer struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	Variant   int    `json:"variant"`
	Port      int32  `json:"port"`
	Cluster   string `json:"cluster"`
}
