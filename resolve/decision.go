package resolve

import "fmt"

// Scope is the level that decided a mode. The zero value is ScopeDefault:
// nothing was configured.
type Scope uint8

const (
	// ScopeDefault: no policy set a mode; Istio's default is PERMISSIVE (2.4).
	ScopeDefault Scope = iota
	// ScopeMesh: a policy without selector in the root namespace.
	ScopeMesh
	// ScopeNamespace: a policy without selector in the workload's namespace.
	ScopeNamespace
	// ScopeWorkload: a policy with a selector.
	ScopeWorkload
	// ScopePort: portLevelMtls of the winning workload policy.
	ScopePort
	// ScopeDataplane: what stands in front of the port decided, not a policy: no
	// proxy, a port outside of capture, a gateway.
	ScopeDataplane
	// ScopeListener: a Sidecar ingress listener or a Gateway server decided.
	ScopeListener
)

var scopeWords = [...]string{"default", "mesh", "namespace", "workload", "port", "dataplane", "listener"}

// String returns the word that users read and scripts compare.
func (s Scope) String() string {
	if int(s) < len(scopeWords) {
		return scopeWords[s]
	}
	return fmt.Sprintf("Scope(%d)", uint8(s))
}

// MarshalText writes the word of String.
func (s Scope) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Scope) UnmarshalText(b []byte) error {
	for i, w := range scopeWords {
		if w == string(b) {
			*s = Scope(i)
			return nil
		}
	}
	return fmt.Errorf("unknown scope %q", b)
}

// Decision is the mode of one port and why. It is the same value wherever it
// ends: a table cell, a finding, a plan, JSON.
type Decision struct {
	// Mode is what the port serves, never Unset.
	Mode Mode
	// IfMeshed is what a sidecar would serve; set when Mode is Unknown, or None
	// for want of a proxy. Where the mesh configuration could not be read it is what the
	// policies of the workload's namespace say. Unset otherwise.
	IfMeshed Mode
	Scope    Scope
	// By and Field are the object and field that decided; zero for defaults.
	By    Ref
	Field Field
	// Origin is that of the deciding object; see Position.
	Origin Origin
	// Why is the cause; package words says it in a sentence.
	Why Reason
	// Shadowed is everything that also spoke about this port and lost, in the
	// order of precedence.
	Shadowed []Shadow

	// OfMesh is true for Gateway servers that take the mesh's own mTLS and nothing else:
	// to a client they are what a STRICT port is (3.5.2).
	OfMesh bool
}

// Shadow is something that lost.
type Shadow struct {
	By     Ref
	Field  Field
	Mode   Mode // what it would have set
	Origin Origin
	// Why is what beat it: "overridden by namespace shop/default".
	Why Reason
}

// Position is where the deciding field is written, zero for a default. It is
// looked up when asked for: most answers never print it.
func (d Decision) Position() Position { return d.Origin.At(d.Field) }

// Position is where the losing field is written.
func (s Shadow) Position() Position { return s.Origin.At(s.Field) }
