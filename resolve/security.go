package resolve

import (
	"fmt"
	"slices"
)

// Security is how a connection was secured as the server saw it. The zero value is
// SecurityUnknown.
type Security uint8

const (
	// SecurityUnknown: telemetry does not say.
	SecurityUnknown Security = iota
	// SecurityMTLS: mutual TLS of the mesh.
	SecurityMTLS
	// SecurityPlaintext: none, or TLS that no proxy opened.
	SecurityPlaintext
)

// securityWords are Istio's, of the label connection_security_policy.
var securityWords = [...]string{"unknown", "mutual_tls", "none"}

// String is Istio's word for it.
func (s Security) String() string {
	if int(s) < len(securityWords) {
		return securityWords[s]
	}
	return fmt.Sprintf("Security(%d)", uint8(s))
}

// MarshalText writes the word of String.
func (s Security) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Security) UnmarshalText(b []byte) error {
	i := slices.Index(securityWords[:], string(b))
	if i < 0 {
		return fmt.Errorf("unknown security %q: one of %v", b, securityWords)
	}
	*s = Security(i)
	return nil
}
