package resolve

import "fmt"

// Verdict is what happens when what a client sends meets what a port accepts. The
// zero value is VerdictUnknown.
type Verdict uint8

const (
	// VerdictUnknown: it depends on something that is not in the input.
	VerdictUnknown Verdict = iota
	// VerdictMTLS: encrypted, both sides authenticated by the mesh.
	VerdictMTLS
	// VerdictPlaintext: works, unencrypted, without an identity.
	VerdictPlaintext
	// VerdictBroken: the call fails.
	VerdictBroken
	// VerdictPassthroughTLS: TLS reaches the application unopened; works if the
	// application speaks it.
	VerdictPassthroughTLS
)

var verdictWords = [...]string{"unknown", "mtls", "plaintext", "broken", "passthrough-tls"}

// String is the word that users read and scripts compare.
func (v Verdict) String() string {
	if int(v) < len(verdictWords) {
		return verdictWords[v]
	}
	return fmt.Sprintf("Verdict(%d)", uint8(v))
}

// goodness orders verdicts: what fails, what nobody can tell, then ever more of what
// mTLS gives.
var goodness = map[Verdict]int{VerdictBroken: 0, VerdictUnknown: 1, VerdictPlaintext: 2, VerdictPassthroughTLS: 3, VerdictMTLS: 4}

// Compare is negative where v is worse than o: a total order, broken first, mtls last.
func (v Verdict) Compare(o Verdict) int { return goodness[v] - goodness[o] }

// MarshalText writes the word of String.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (v *Verdict) UnmarshalText(b []byte) (err error) {
	*v, err = ParseVerdict(string(b))
	return err
}

// ParseVerdict reads a verdict word; the error lists the words.
func ParseVerdict(s string) (Verdict, error) {
	for i, w := range verdictWords {
		if w == s {
			return Verdict(i), nil
		}
	}
	return VerdictUnknown, fmt.Errorf("unknown verdict %q: one of %v", s, verdictWords)
}

// protocolClass is what the filter chains of a port depend on (2.12).
type protocolClass uint8

const (
	classAuto protocolClass = iota // sniffed, or in no Service
	classHTTP
	classTCP
)

// class of a port's protocol.
func (p Protocol) class() protocolClass {
	switch p {
	case ProtocolHTTP, ProtocolHTTP2, ProtocolGRPC, ProtocolGRPCWeb, ProtocolProxy:
		return classHTTP
	case ProtocolAuto, "":
		return classAuto
	}
	return classTCP
}

// Outcome is a verdict with what a user would see and do.
type Outcome struct {
	Verdict Verdict
	// Because says what meets what: "plaintext into a STRICT port".
	Because string
	// Symptom is what fails where, "" unless broken (4.3).
	Symptom string
	Rule    string
}

// Judge is the total table of rulebook section 4: what is sent, what the port
// serves, what protocol it is taken for.
func Judge(sends ClientTLS, accepts Mode, protocol Protocol) Outcome {
	switch sends {
	case SendsUnknown:
		return unknownSender(accepts)
	case SendsNothing:
		return Outcome{VerdictBroken, "the client's proxy refuses the call", blackholed, "3.1.3"}
	case SendsHBONE:
		return Outcome{VerdictMTLS, "HBONE is mTLS whatever the policies say", "", "2.16"}
	}
	if sends == SendsPlaintext && accepts != Strict && accepts != Unknown && protocol.saysTLS() {
		return Outcome{VerdictPassthroughTLS, fmt.Sprintf("the application's own TLS, as the port is declared %s: no proxy opens it", protocol), "", "4.1"}
	}
	switch accepts {
	case Strict:
		return intoStrict(sends)
	case Permissive:
		return intoPermissive(sends, protocol.class())
	case Disable:
		return intoDisable(sends, protocol.class())
	case None:
		return intoNone(sends)
	case TLS:
		return intoTLS(sends, protocol.class())
	}
	return intoUnknown(sends, protocol)
}

// unknownSender can still be told where every possible sending ends alike.
func unknownSender(Mode) Outcome {
	return Outcome{VerdictUnknown, "what the client sends cannot be told from the input", "", "1.13"}
}

func intoStrict(sends ClientTLS) Outcome {
	switch sends {
	case SendsPlaintext:
		return Outcome{VerdictBroken, "plaintext into a STRICT port", noChain, "4"}
	case SendsIstioMutual:
		return Outcome{VerdictMTLS, "Istio mTLS into a STRICT port", "", "4"}
	case SendsSimple:
		return Outcome{VerdictBroken, "TLS without a client certificate into a STRICT port", verifyFailed, "4"}
	}
	return Outcome{VerdictUnknown, "works only if the client's own certificate is of the mesh's CA and trust domain, and it trusts that CA", "", "4"}
}

func intoPermissive(sends ClientTLS, class protocolClass) Outcome {
	switch {
	case sends == SendsPlaintext:
		return Outcome{VerdictPlaintext, "plaintext into a PERMISSIVE port", "", "4"}
	case sends == SendsIstioMutual:
		return Outcome{VerdictMTLS, "Istio mTLS into a PERMISSIVE port", "", "4"}
	case class == classHTTP:
		return Outcome{VerdictBroken, "TLS without an Istio ALPN into a PERMISSIVE HTTP port", noChain, "4.1"}
	}
	return Outcome{VerdictPassthroughTLS, "TLS without an Istio ALPN: the PERMISSIVE port hands it to the application unopened", "", "4.1"}
}

func intoDisable(sends ClientTLS, class protocolClass) Outcome {
	switch {
	case sends == SendsPlaintext:
		return Outcome{VerdictPlaintext, "plaintext into a DISABLE port", "", "4"}
	case class == classHTTP:
		return Outcome{VerdictBroken, "TLS into a DISABLE HTTP port", codecError, "4"}
	case sends == SendsIstioMutual:
		return Outcome{VerdictBroken, "Istio mTLS into a DISABLE port: the application gets it unopened", clientHello, "4"}
	}
	return Outcome{VerdictPassthroughTLS, "TLS into a DISABLE port: handed to the application unopened", "", "4"}
}

func intoNone(sends ClientTLS) Outcome {
	switch sends {
	case SendsPlaintext:
		return Outcome{VerdictPlaintext, "plaintext to an application without a proxy", "", "4"}
	case SendsIstioMutual:
		return Outcome{VerdictBroken, "Istio mTLS to an application without a proxy", wrongVersion, "4"}
	}
	return Outcome{VerdictPassthroughTLS, "TLS to an application without a proxy", "", "4"}
}

func intoTLS(sends ClientTLS, class protocolClass) Outcome {
	switch {
	case sends == SendsPlaintext && class == classHTTP:
		return Outcome{VerdictBroken, "plaintext into a listener that terminates TLS", noChain, "4"}
	case sends == SendsPlaintext:
		return Outcome{VerdictUnknown, "works only if the application speaks TLS itself: the listener terminates TLS and the client's proxy adds none", "", "4"}
	case sends == SendsIstioMutual:
		return Outcome{VerdictBroken, "Istio mTLS into a listener with a certificate of its own", serverSideTLS, "4"}
	}
	return Outcome{VerdictPassthroughTLS, "TLS into a listener that terminates it with settings of its own; works if the certificates fit", "", "4"}
}

// intoUnknown is a port whose membership nobody can tell: a verdict only where
// both answers agree.
func intoUnknown(sends ClientTLS, _ Protocol) Outcome {
	return Outcome{VerdictUnknown, sends.String() + " to a workload whose membership cannot be told from the input", "", "1.13"}
}
