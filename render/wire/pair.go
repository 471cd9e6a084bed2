package wire

// ConnectionPairList is the data of connections --expand: one item for each client
// workload, port of a host, subset and endpoint. In mtlsctl.io/v1alpha1 it was called
// ConnectionList, and had no more than apiVersion, kind, scope, totals, derivation,
// failures and items.
type ConnectionPairList struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha2"`
	Kind       string `json:"kind" jsonschema:"enum=ConnectionPairList"`
	Scope      Scope  `json:"scope"`
	// Filtered is true where a flag leaves connections out.
	Filtered bool             `json:"filtered"`
	Totals   ConnectionTotals `json:"totals"`
	// Evidence is the record of traffic, null where none was given.
	Evidence *MigrationEvidence `json:"evidence" jsonschema:"nullable"`
	// Derivation explains one call in a list of mtlsctl.io/v1alpha1; it is empty in others.
	Derivation []DerivationStep `json:"derivation"`
	// Failures are calls to what is shown that came to nothing for want of a common
	// security; empty where none was seen or no evidence was given.
	Failures []ConnectionFailure `json:"failures"`
	// Notes are those of a ConnectionList.
	Notes []string `json:"notes"`
	// Besides are declared calls that no item can have.
	Besides []BesideCall `json:"besides"`
	// Items are written one by one.
	Items []ConnectionPair `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// ConnectionPair is one client workload calling one port of a host, and one endpoint
// behind it.
type ConnectionPair struct {
	Client ConnectionClient `json:"client"`
	// Proxy is what the client's proxies send, as in ConnectionEndpoint; absent where no dumps of
	// proxies were given.
	Proxy string `json:"proxy,omitempty"`
	// Evidence is what was seen of the client's calls to the host, null where no record
	// of traffic was given.
	Evidence *ConnectionEvidence `json:"evidence" jsonschema:"nullable"`
	// Declared is where configuration names the call.
	Declared []Declared `json:"declared"`
	Admitted
	ConnectionCall
}

// ConnectionCall is an item without its client: the same for all clients that
// send alike, so that it is encoded once.
type ConnectionCall struct {
	// ClientDataplane is that of the client.
	ClientDataplane string `json:"clientDataplane"`
	// Host is the full name that is called, service the Service that it is, null for
	// another host, port the number of its port.
	Host    string `json:"host"`
	Service *Ref   `json:"service" jsonschema:"nullable"`
	Port    int32  `json:"port"`
	// Subset is the DestinationRule's, "" for none; routedBy are the
	// VirtualServices that lead to it.
	Subset   string           `json:"subset"`
	RoutedBy []Ref            `json:"routedBy"`
	Server   ConnectionServer `json:"server"`
	Sends    string           `json:"sends" jsonschema:"enum=PLAINTEXT,enum=SIMPLE,enum=MUTUAL,enum=ISTIO_MUTUAL,enum=HBONE,enum=NOTHING,enum=UNKNOWN"`
	// Accepts is the mode of the server's port, UNKNOWN where there is no server;
	// acceptsIfMeshed what a sidecar would have where the mode is UNKNOWN, or NONE for want
	// of a proxy, "" otherwise.
	Accepts         string `json:"accepts" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
	AcceptsIfMeshed string `json:"acceptsIfMeshed" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=TLS,enum="`
	Verdict         string `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	// Brief is the reason in a few words, because why the client sends that, cause the same as a word that stays, rule the object that decided it, null
	// where auto mTLS or the dataplane did; position is where the rule shows it.
	Brief    string   `json:"brief"`
	Because  string   `json:"because"`
	Cause    string   `json:"cause"`
	Rule     *Ref     `json:"rule" jsonschema:"nullable"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
	// DestinationRule is the one that counts for the call, whether or not it shows
	// anything about TLS; null for none.
	DestinationRule *Ref `json:"destinationRule" jsonschema:"nullable"`
	// Lost is where a route leads the calls, to end there: a host, port or subset that the client's
	// proxy does not know, or a gateway without a route; absent for all other calls.
	Lost string `json:"lost,omitempty"`
	// Legs are the parts of a call that a waypoint forwards: from the client to it, and on to
	// the endpoint; absent for a call that goes directly. Verdict is that of the worse leg.
	Legs []Leg `json:"legs,omitempty"`
	// AcceptsBecause is why the port has its mode.
	AcceptsBecause  string   `json:"acceptsBecause"`
	AcceptsCause    string   `json:"acceptsCause"`
	AcceptsScope    string   `json:"acceptsScope" jsonschema:"enum=default,enum=mesh,enum=namespace,enum=workload,enum=port,enum=dataplane,enum=listener,enum="`
	AcceptsBy       *Ref     `json:"acceptsBy" jsonschema:"nullable"`
	AcceptsPosition Position `json:"acceptsPosition"`
	// VerdictBecause is what meets what; symptom and fix are "" unless broken.
	VerdictBecause string `json:"verdictBecause"`
	VerdictCause   string `json:"verdictCause"`
	Symptom        string `json:"symptom"`
	Fix            string `json:"fix"`
}
