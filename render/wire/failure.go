package wire

// ConnectionFailure is calls that failed alike, as one side saw it.
type ConnectionFailure struct {
	Failure string         `json:"failure" jsonschema:"enum=tls handshake,enum=plaintext refused,enum=tls refused,enum=closed"`
	Client  ConnectionPeer `json:"client"`
	Server  ConnectionPeer `json:"server"`
	Service ConnectionPeer `json:"service"`
	// ServicePort is the port by which the service was called, Port the server's own, 0
	// where it is unknown.
	ServicePort int32 `json:"servicePort"`
	Port        int32 `json:"port"`
	// Detail is what the proxy said, "" for nothing.
	Detail string  `json:"detail"`
	Count  float64 `json:"count"`
	// LastSeen is a time at or after the last of them.
	LastSeen string `json:"lastSeen"`
}

// ConnectionPeer is who was seen: a workload or service by its name; else what is known
// of who it may be. All is "" for a client without a name.
type ConnectionPeer struct {
	Namespace      string `json:"namespace"`
	Name           string `json:"name"`
	Pod            string `json:"pod"`
	Address        string `json:"address"`
	ServiceAccount string `json:"serviceAccount"`
}
