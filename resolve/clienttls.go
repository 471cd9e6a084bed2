package resolve

import (
	"fmt"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// ClientTLS is what a client's proxy puts on the wire. The zero value is
// SendsUnknown: the input cannot tell.
type ClientTLS uint8

const (
	// SendsUnknown: what is sent depends on something that is not in the input.
	SendsUnknown ClientTLS = iota
	// SendsPlaintext: the application's bytes as they are.
	SendsPlaintext
	// SendsSimple: TLS that the client's proxy originates, without a client certificate.
	SendsSimple
	// SendsMutual: TLS with a client certificate from files or a secret, not Istio's own.
	SendsMutual
	// SendsIstioMutual: Istio mTLS.
	SendsIstioMutual
	// SendsHBONE: Istio mTLS in an HTTP tunnel (ambient).
	SendsHBONE
	// SendsNothing: the client's proxy refuses the call (REGISTRY_ONLY), or has no such
	// endpoint (3.4.7).
	SendsNothing
)

var clientTLSWords = [...]string{"UNKNOWN", "PLAINTEXT", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL", "HBONE", "NOTHING"}

// String is the word that users read and scripts compare.
func (c ClientTLS) String() string {
	if int(c) < len(clientTLSWords) {
		return clientTLSWords[c]
	}
	return fmt.Sprintf("ClientTLS(%d)", uint8(c))
}

// MarshalText writes the word of String.
func (c ClientTLS) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *ClientTLS) UnmarshalText(b []byte) error {
	for i, w := range clientTLSWords {
		if w == string(b) {
			*c = ClientTLS(i)
			return nil
		}
	}
	return fmt.Errorf("unknown client TLS %q", b)
}

// ExplicitTLS is what a DestinationRule's mode means. A tls without mode is
// DISABLE: the enum's zero (3.3.2).
var ExplicitTLS = map[networkingapi.ClientTLSSettings_TLSmode]ClientTLS{
	networkingapi.ClientTLSSettings_DISABLE:      SendsPlaintext,
	networkingapi.ClientTLSSettings_SIMPLE:       SendsSimple,
	networkingapi.ClientTLSSettings_MUTUAL:       SendsMutual,
	networkingapi.ClientTLSSettings_ISTIO_MUTUAL: SendsIstioMutual,
}

// Sending is what a client sends to one endpoint, and why.
type Sending struct {
	TLS ClientTLS
	// By and Field are the object and field that decided; zero for auto mTLS.
	By     Ref
	Field  Field
	Origin Origin
	// IfMeshed is what a client with a sidecar would send; set where TLS is SendsUnknown
	// because nobody can tell whether it has one, SendsUnknown otherwise.
	IfMeshed ClientTLS
	// Why is the cause; package words says it in a sentence.
	Why Reason
	// Auto is true where auto mTLS decided, not a DestinationRule.
	Auto bool
	// Inside is the TLS that the client's proxy originates inside of HBONE, SendsUnknown for
	// none (3.6.6).
	Inside ClientTLS
	// Waypoint is the Gateway that forwards the call, zero for none (2D.5).
	Waypoint Ref
	// Through is the network whose east-west gateway is in between, "" for none (3.4.7).
	Through string
}

// Position is where the deciding field is written, zero for auto mTLS: the line of
// the mode where a tls has one.
func (s Sending) Position() Position { return s.Origin.At(ModeOf(s.Field)) }

// ModeOf is the mode of a tls field, and any other field itself.
func ModeOf(f Field) Field {
	if strings.HasSuffix(string(f), ".tls") {
		return f.Child("mode")
	}
	return f
}

// Reason is the whole reason of what is sent: with the gateway that is in between, and with
// what the client's own membership leaves open.
func (s *Sending) Reason() Reason {
	why := s.Why
	if s.Through != "" && why.Cause != CauseLeftOut && why.Cause != CauseBeyondUnknown {
		why = Because(CauseThrough, Details{Name: s.Through, Base: why})
	}
	if s.IfMeshed != SendsUnknown {
		why = Because(CauseEitherWay, Details{TLS: s.IfMeshed, Base: why})
	}
	return why
}
