package wire

// BesideCall is a call that configuration names and that no item can have: the proxy of the
// caller, if there is one, has no say in what is sent.
type BesideCall struct {
	// Client is the workload that calls, null for a caller that is none; caller names either.
	Client *Ref   `json:"client" jsonschema:"nullable"`
	Caller string `json:"caller"`
	// How is how it dials: "dials pod IPs"; "" for a caller without a proxy.
	How string `json:"how"`
	// Host is the full name that is called, service the Service that it is, null for another
	// host; host is "" for pods that call each other by their addresses. Port is 0 for any.
	Host    string `json:"host"`
	Service *Ref   `json:"service" jsonschema:"nullable"`
	Port    int32  `json:"port"`
	// Sends, accepts and verdict are those of the worst of the endpoints.
	Sends          string `json:"sends" jsonschema:"enum=PLAINTEXT,enum=SIMPLE,enum=MUTUAL,enum=ISTIO_MUTUAL,enum=HBONE,enum=NOTHING,enum=UNKNOWN"`
	Accepts        string `json:"accepts" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
	Verdict        string `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	VerdictBecause string `json:"verdictBecause"`
	Symptom        string `json:"symptom"`
	Admitted
	Declared []Declared `json:"declared"`
}
