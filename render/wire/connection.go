package wire

// ConnectionList is the data of connections: what clients send to the ports of hosts, and
// what becomes of it, one item for each row of the table. Clients are listed once, in
// ClientGroups; items name them by numbers, which count from 1: an item's ClientSet is a
// place in ClientSets, whose groups are places in ClientGroups.
type ConnectionList struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha2"`
	Kind       string `json:"kind" jsonschema:"enum=ConnectionList"`
	Scope      Scope  `json:"scope"`
	// Filtered is true where a flag leaves connections out.
	Filtered bool             `json:"filtered"`
	Totals   ConnectionTotals `json:"totals"`
	// Evidence is the record of traffic, null where none was given.
	Evidence *MigrationEvidence `json:"evidence" jsonschema:"nullable"`
	// Title is what one call comes to, and Derivation explains it, step by step in the order
	// in which Istio decides, where one client and one port were asked about; empty
	// otherwise.
	Title      string           `json:"title"`
	Derivation []DerivationStep `json:"derivation"`
	// Failures are calls to what is shown that came to nothing for want of a common
	// security; empty where none was seen or no evidence was given.
	Failures []ConnectionFailure `json:"failures"`
	// Notes show what would settle what is unknown, who else was seen or is declared to call,
	// and where to go on: a sentence each.
	Notes        []string      `json:"notes"`
	ClientGroups []ClientGroup `json:"clientGroups"`
	ClientSets   [][]int       `json:"clientSets"`
	// Besides are declared calls that no item can have.
	Besides []BesideCall `json:"besides"`
	// Items are written one by one.
	Items []ConnectionItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// ConnectionTotals counts connections: a client workload and an endpoint each.
type ConnectionTotals struct {
	// Items is how many items the list has.
	Items        int `json:"items"`
	Connections  int `json:"connections"`
	ServicePorts int `json:"servicePorts"`
	// ClientClasses are the clients that send alike.
	ClientClasses int `json:"clientClasses"`
	MTLS          int `json:"mtls"`
	Plaintext     int `json:"plaintext"`
	Broken        int `json:"broken"`
	Passthrough   int `json:"passthrough-tls"`
	Unknown       int `json:"unknown"`
	// Calls counts a class of clients with a service port and a subset each, Denied those of
	// them that AuthorizationPolicies refuse.
	Calls  VerdictTotals `json:"calls"`
	Denied int           `json:"denied"`
	// Besides counts the declared calls that no item has.
	Besides VerdictTotals `json:"besides"`
}

// VerdictTotals counts by verdict.
type VerdictTotals struct {
	MTLS        int `json:"mtls"`
	Plaintext   int `json:"plaintext"`
	Broken      int `json:"broken"`
	Passthrough int `json:"passthrough-tls"`
	Unknown     int `json:"unknown"`
}

// ClientGroup is clients that send the same.
type ClientGroup struct {
	Number    int    `json:"number"`
	Dataplane string `json:"dataplane" jsonschema:"enum=unknown,enum=sidecar,enum=ambient,enum=waypoint,enum=gateway,enum=proxyless,enum=vm,enum=none"`
	// Members are sorted, the variants of a workload each by itself.
	Members []ConnectionClient `json:"members"`
}

// ConnectionItem is calls to ports of a host that end alike, whoever makes them and
// whichever endpoint takes them.
type ConnectionItem struct {
	// Clients is how many workloads call, ClientSet who they are.
	Clients   int `json:"clients"`
	ClientSet int `json:"clientSet"`
	// Evidence is what was seen of all of these calls, null where no record of traffic was
	// given.
	Evidence *ConnectionEvidence `json:"evidence" jsonschema:"nullable"`
	// Declared is where configuration names the calls.
	Declared []DeclaredCall `json:"declared"`
	// Host is the full name that is called, service the Service that it is, null for
	// another host.
	Host    string  `json:"host"`
	Service *Ref    `json:"service" jsonschema:"nullable"`
	Ports   []int32 `json:"ports"`
	// Subsets are the DestinationRule's, "" for the host as it is.
	Subsets []string `json:"subsets"`
	Sends   string   `json:"sends" jsonschema:"enum=PLAINTEXT,enum=SIMPLE,enum=MUTUAL,enum=ISTIO_MUTUAL,enum=HBONE,enum=NOTHING,enum=UNKNOWN"`
	// Accepts is the mode of the servers' ports, UNKNOWN where there is no server;
	// acceptsIfMeshed what a sidecar would have where the mode is UNKNOWN, or NONE for want
	// of a proxy, "" otherwise.
	Accepts         string `json:"accepts" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
	AcceptsIfMeshed string `json:"acceptsIfMeshed" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=TLS,enum="`
	Verdict         string `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	// Brief is the reason in a few words, because why the clients send that, cause the same
	// as a word that stays, rule the object that decided it, null where auto mTLS or the
	// dataplane did; position is where the rule shows it, for the first of the endpoints.
	Brief    string   `json:"brief"`
	Because  string   `json:"because"`
	Cause    string   `json:"cause"`
	Rule     *Ref     `json:"rule" jsonschema:"nullable"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
	// VerdictBecause is what meets what; symptom and fix are "" unless broken.
	VerdictBecause string `json:"verdictBecause"`
	VerdictCause   string `json:"verdictCause"`
	Admitted
	Symptom string `json:"symptom"`
	Fix     string `json:"fix"`
	// Lost is where a route leads the calls, to end there: a host, port or subset that the client's
	// proxy does not know, or a gateway without a route; absent for all other calls.
	Lost string `json:"lost,omitempty"`
	// Legs are the parts of a call that a waypoint forwards: from the client to it, and on to
	// the endpoint; absent for a call that goes directly. Verdict is that of the worse leg.
	Legs []Leg `json:"legs,omitempty"`
	// Endpoints are where the calls end: one for each port, subset and server.
	Endpoints []ConnectionEndpoint `json:"endpoints"`
}

// Leg is a part of a call that a waypoint forwards. From and to name the waypoint where the leg
// begins, or ends, there; null for the client and the endpoint.
type Leg struct {
	From  *Ref   `json:"from" jsonschema:"nullable"`
	To    *Ref   `json:"to" jsonschema:"nullable"`
	Sends string `json:"sends" jsonschema:"enum=PLAINTEXT,enum=SIMPLE,enum=MUTUAL,enum=ISTIO_MUTUAL,enum=HBONE,enum=NOTHING,enum=UNKNOWN"`
	// Inside is the TLS inside of HBONE, "" for none.
	Inside         string `json:"inside" jsonschema:"enum=SIMPLE,enum=MUTUAL,enum="`
	Accepts        string `json:"accepts" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
	Verdict        string `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	Because        string `json:"because"`
	VerdictBecause string `json:"verdictBecause"`
	Symptom        string `json:"symptom"`
}

// ConnectionEndpoint is where the calls of an item to one port and subset end.
type ConnectionEndpoint struct {
	Port   int32            `json:"port"`
	Subset string           `json:"subset"`
	Server ConnectionServer `json:"server"`
	// Number distinguishes the servers of an item, from 1; 0 where none is known.
	Number int `json:"number"`
	// ClientSet is who reaches this server: that of the item where all of them do.
	ClientSet int `json:"clientSet"`
	// Row is the row of -o wide that the endpoint is in: servers whose modes different
	// objects decide are separate there.
	Row int `json:"row"`
	// RoutedBy are the VirtualServices that lead to the subset.
	RoutedBy []Ref `json:"routedBy"`
	// Proxy is what the clients' proxies send: a word of client TLS, "differs: PLAINTEXT (1 of 2
	// pods)", or "not seen"; absent where no dumps of proxies were given.
	Proxy string `json:"proxy,omitempty"`
	// DestinationRule is the one that counts for the calls, whether or not it shows anything
	// about TLS, null for none; field and position are where what is sent is written.
	DestinationRule *Ref     `json:"destinationRule" jsonschema:"nullable"`
	Field           string   `json:"field"`
	Position        Position `json:"position"`
	// AcceptsBecause is why the port has its mode.
	AcceptsBecause  string   `json:"acceptsBecause"`
	AcceptsCause    string   `json:"acceptsCause"`
	AcceptsScope    string   `json:"acceptsScope" jsonschema:"enum=default,enum=mesh,enum=namespace,enum=workload,enum=port,enum=dataplane,enum=listener,enum="`
	AcceptsBy       *Ref     `json:"acceptsBy" jsonschema:"nullable"`
	AcceptsPosition Position `json:"acceptsPosition"`
}

// ConnectionClient is a workload that calls.
type ConnectionClient struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	// Variant distinguishes pods of one workload, 0 where they agree.
	Variant int `json:"variant"`
	// Cluster is where it runs, "" where only one cluster, or files, were read.
	Cluster string `json:"cluster"`
}

// ConnectionServer is where the call ends. An address outside the cluster is
// the name, without namespace and kind; all is empty where no endpoint is known.
type ConnectionServer struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	Variant   int    `json:"variant"`
	Port      int32  `json:"port"`
	Cluster   string `json:"cluster"`
	// Dataplane is the server's, "" outside the cluster.
	Dataplane string `json:"dataplane"`
}
