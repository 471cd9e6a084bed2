package wire

// ConnectionEvidence is what was seen of the calls of clients to one host:
// to the port of the call where the source knows ports, as access logs do, else to any.
type ConnectionEvidence struct {
	MTLS      ConnectionSight `json:"mtls"`
	Plaintext ConnectionSight `json:"plaintext"`
	Unknown   ConnectionSight `json:"unknown"`
	// Covered is true where every server would have reported a call: what was not seen was
	// not made.
	Covered bool `json:"covered"`
}

// ConnectionSight is how often something was seen, and a time at or after the last of
// it: "" for never.
type ConnectionSight struct {
	Count    float64 `json:"count"`
	LastSeen string  `json:"lastSeen"`
}

// Declared is one place where configuration is about a call.
type Declared struct {
	// Says is what is about it: "env PAY_URL of container web".
	Says     string   `json:"says"`
	By       Ref      `json:"by"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
}

// DeclaredCall is one place where configuration is about a call, and the workload that
// makes it.
type DeclaredCall struct {
	Client Ref `json:"client"`
	Declared
}
