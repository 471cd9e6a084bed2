package resolve

import (
	"fmt"
	"slices"
	"strings"
)

// Mode is what a policy sets or what a port serves. The zero value is Unset:
// a policy that says nothing, never the answer for a port.
//
// Unset, Disable, Permissive and Strict are Istio's own words
// (PeerAuthentication.MutualTLS.Mode). None, TLS and Unknown are what Istio has
// no word for and users meet; only a port's Decision carries them.
type Mode uint8

const (
	// Unset inherits from the next wider scope (2.4).
	Unset Mode = iota
	// Disable accepts plaintext only; TLS bytes are opaque to the proxy (2.13).
	Disable
	// Permissive accepts Istio mTLS and plaintext.
	Permissive
	// Strict accepts Istio mTLS only.
	Strict
	// None means that no proxy stands in front of the port: not injected,
	// excluded from capture, hostNetwork. No policy applies there.
	None
	// TLS means that a Sidecar ingress listener or a Gateway server terminates
	// TLS by settings of its own, which the Decision names.
	TLS
	// Unknown means that the input cannot tell whether a proxy is there;
	// Decision.IfMeshed says what a sidecar would serve.
	Unknown
)

var modeWords = [...]string{"UNSET", "DISABLE", "PERMISSIVE", "STRICT", "NONE", "TLS", "UNKNOWN"}

// String returns the word that users read and scripts compare, in capitals.
func (m Mode) String() string {
	if int(m) < len(modeWords) {
		return modeWords[m]
	}
	return fmt.Sprintf("Mode(%d)", uint8(m))
}

// MarshalText writes the word of String, so that JSON and YAML carry words.
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (m *Mode) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMode(string(b))
	return err
}

// ParseMode reads a mode word in any case. The error lists the words.
func ParseMode(s string) (Mode, error) {
	for i, w := range modeWords {
		if strings.EqualFold(s, w) {
			return Mode(i), nil
		}
	}
	return Unset, fmt.Errorf("unknown mode %q: one of %s", s, strings.Join(modeWords[:], ", "))
}

// urgentModes are the modes that a port may serve, what needs a look first.
var urgentModes = [...]Mode{None, Disable, Unknown, Permissive, TLS, Strict}

// PortModes are the modes that a port may serve, in the order of Urgency.
func PortModes() []Mode { return slices.Clone(urgentModes[:]) }

// Urgency ranks modes as lists show them, 0 for what needs a look first: no proxy, then
// DISABLE, then UNKNOWN, which may be either of these or better. UNSET, which no port serves,
// is -1.
func (m Mode) Urgency() int { return slices.Index(urgentModes[:], m) }

// refuses is the rank of each mode.
var refuses = [...]int{Unset: -1, None: 0, Unknown: 1, Disable: 2, Permissive: 3, TLS: 4, Strict: 5}

// Refuses ranks modes by what they refuse for certain: NONE 0, since nothing stands in front;
// UNKNOWN 1, since it may be NONE; then DISABLE, PERMISSIVE, TLS and STRICT 5. UNSET, which
// no port serves, is -1. Of several ports that are taken together the one that refuses the
// least is the answer.
func (m Mode) Refuses() int { return refuses[min(m, Unknown)] }

// Weaker reports that clients and data are worse protected by m than by o. NONE and DISABLE
// are alike: no mTLS is possible at either. UNKNOWN and UNSET count as these, since nothing
// better is certain.
func (m Mode) Weaker(o Mode) bool {
	return max(m.Refuses(), Disable.Refuses()) < max(o.Refuses(), Disable.Refuses())
}

// Accepts says in one line what a port of this mode takes: which filter chains Envoy has, or
// what ztunnel lets through.
func (m Mode) Accepts(d Dataplane) string {
	switch {
	case d == DataplaneAmbient && m == Strict:
		return "HBONE with a client certificate of the mesh; ztunnel refuses plaintext"
	case d == DataplaneAmbient && m == Permissive:
		return "HBONE with a client certificate of the mesh, or plaintext"
	}
	switch m {
	case Strict:
		return "TLS with a client certificate of the mesh; nothing else has a filter chain"
	case Permissive:
		return "TLS with an Istio ALPN and a client certificate, or plaintext: one filter chain each"
	case Disable:
		return "plaintext only: no TLS filter chain, TLS bytes reach the application unchanged"
	case None:
		return "whatever the application accepts: the proxy never sees the bytes"
	case TLS:
		return "TLS with the listener's own settings, not Istio's mutual TLS policy"
	default:
		return "the input does not show it"
	}
}
