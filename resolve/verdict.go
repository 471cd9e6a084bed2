package resolve

import (
	"fmt"
	"slices"
)

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

// Compare is negative where v is worse than o: a total order, broken first, mtls last. What
// nobody can tell is worse than plaintext, since it may be broken: a change to it is no gain.
func (v Verdict) Compare(o Verdict) int { return goodness[v] - goodness[o] }

// urgentVerdicts are the verdicts, what needs a look first.
var urgentVerdicts = [...]Verdict{VerdictBroken, VerdictPlaintext, VerdictUnknown, VerdictPassthroughTLS, VerdictMTLS}

// Urgency ranks verdicts as lists show them, 0 for what needs a look first: what is known to
// be broken or plaintext before what nobody can tell.
func (v Verdict) Urgency() int { return slices.Index(urgentVerdicts[:], v) }

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

// ProtocolClass is what the filter chains of a port depend on (2.12).
type ProtocolClass uint8

// The classes: ClassAuto is sniffed, or in no Service.
const (
	ClassAuto ProtocolClass = iota
	ClassHTTP
	ClassTCP
)

// Class of a port's protocol.
func (p Protocol) Class() ProtocolClass {
	switch p {
	case ProtocolHTTP, ProtocolHTTP2, ProtocolGRPC, ProtocolGRPCWeb, ProtocolProxy:
		return ClassHTTP
	case ProtocolAuto, "":
		return ClassAuto
	}
	return ClassTCP
}

// Outcome is a verdict with what a user would see and do.
type Outcome struct {
	Verdict Verdict
	// Why is what meets what: "plaintext into a STRICT port".
	Why Reason
	// Symptom is what fails where, none unless broken (4.3).
	Symptom Symptom
}

// Judge is the total table of rulebook section 4: what is sent, what the port
// serves, what protocol it is taken for.
func Judge(sends ClientTLS, accepts Mode, protocol Protocol) Outcome {
	switch sends {
	case SendsUnknown:
		return unknownSender(accepts)
	case SendsNothing:
		return Outcome{VerdictBroken, Reason{Cause: CauseCallRefused}, Symptom{Kind: SymptomBlackHole}}
	case SendsHBONE:
		return Outcome{VerdictMTLS, Reason{Cause: CauseTunnelled}, Symptom{}}
	}
	if sends == SendsPlaintext && accepts != Strict && accepts != Unknown && protocol.SaysTLS() {
		return Outcome{VerdictPassthroughTLS, Because(CauseOwnTLS, Details{Text: string(protocol)}), Symptom{}}
	}
	switch accepts {
	case Strict:
		return intoStrict(sends)
	case Permissive:
		return intoPermissive(sends, protocol.Class())
	case Disable:
		return intoDisable(sends, protocol.Class())
	case None:
		return intoNone(sends)
	case TLS:
		return intoTLS(sends, protocol.Class())
	}
	return intoUnknown(sends, protocol)
}

// unknownSender can still be told where every possible sending ends alike.
func unknownSender(Mode) Outcome {
	return Outcome{VerdictUnknown, Reason{Cause: CauseSenderUnknown}, Symptom{}}
}

func intoStrict(sends ClientTLS) Outcome {
	switch sends {
	case SendsPlaintext:
		return Outcome{VerdictBroken, Reason{Cause: CausePlainStrict}, Symptom{Kind: SymptomNoFilterChain}}
	case SendsIstioMutual:
		return Outcome{VerdictMTLS, Reason{Cause: CauseMutualStrict}, Symptom{}}
	case SendsSimple:
		return Outcome{VerdictBroken, Reason{Cause: CauseSimpleStrict}, Symptom{Kind: SymptomVerifyFailed}}
	}
	return Outcome{VerdictUnknown, Reason{Cause: CauseOwnMutualStrict}, Symptom{}}
}

func intoPermissive(sends ClientTLS, class ProtocolClass) Outcome {
	switch {
	case sends == SendsPlaintext:
		return Outcome{VerdictPlaintext, Reason{Cause: CausePlainPermissive}, Symptom{}}
	case sends == SendsIstioMutual:
		return Outcome{VerdictMTLS, Reason{Cause: CauseMutualPermissive}, Symptom{}}
	case class == ClassHTTP:
		return Outcome{VerdictBroken, Reason{Cause: CauseTLSPermissiveHTTP}, Symptom{Kind: SymptomNoFilterChainForTLS}}
	}
	return Outcome{VerdictPassthroughTLS, Reason{Cause: CauseTLSPermissive}, Symptom{}}
}

func intoDisable(sends ClientTLS, class ProtocolClass) Outcome {
	switch {
	case sends == SendsPlaintext:
		return Outcome{VerdictPlaintext, Reason{Cause: CausePlainDisable}, Symptom{}}
	case class == ClassHTTP:
		return Outcome{VerdictBroken, Reason{Cause: CauseTLSDisableHTTP}, Symptom{Kind: SymptomCodecError}}
	case sends == SendsIstioMutual:
		return Outcome{VerdictBroken, Reason{Cause: CauseMutualDisable}, Symptom{Kind: SymptomClientHello}}
	}
	return Outcome{VerdictPassthroughTLS, Reason{Cause: CauseTLSDisable}, Symptom{}}
}

func intoNone(sends ClientTLS) Outcome {
	switch sends {
	case SendsPlaintext:
		return Outcome{VerdictPlaintext, Reason{Cause: CausePlainNone}, Symptom{}}
	case SendsIstioMutual:
		return Outcome{VerdictBroken, Reason{Cause: CauseMutualNone}, Symptom{Kind: SymptomWrongVersion}}
	}
	return Outcome{VerdictPassthroughTLS, Reason{Cause: CauseTLSNone}, Symptom{}}
}

func intoTLS(sends ClientTLS, class ProtocolClass) Outcome {
	switch {
	case sends == SendsPlaintext && class == ClassHTTP:
		return Outcome{VerdictBroken, Reason{Cause: CausePlainTLSHTTP}, Symptom{Kind: SymptomNoFilterChain}}
	case sends == SendsPlaintext:
		return Outcome{VerdictUnknown, Reason{Cause: CausePlainTLS}, Symptom{}}
	case sends == SendsIstioMutual:
		return Outcome{VerdictBroken, Reason{Cause: CauseMutualTLS}, Symptom{Kind: SymptomListenerCertificate}}
	}
	return Outcome{VerdictPassthroughTLS, Reason{Cause: CauseTLSTLS}, Symptom{}}
}

// intoUnknown is a port whose membership nobody can tell: a verdict only where
// both answers agree.
func intoUnknown(sends ClientTLS, _ Protocol) Outcome {
	return Outcome{VerdictUnknown, Because(CauseServerUnknown, Details{TLS: sends}), Symptom{}}
}

// Unless makes an answer unknown that holds for plaintext only.
func (o Outcome) Unless(not bool) Outcome {
	if not {
		o.Verdict = VerdictUnknown
	}
	return o
}
