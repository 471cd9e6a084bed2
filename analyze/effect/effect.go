package effect

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Effect is what a change does to a port, a call, a workload or a finding. They are
// ordered as a reader wants them: what breaks first, then what is less safe, then
// what is better, then the rest. The zero Effect is Breaks.
type Effect uint8

const (
	// Breaks: the call worked, or nobody could make it, and now it fails.
	Breaks Effect = iota
	// Weaker: encryption or the identity of clients is lost, or plaintext is accepted
	// where it was not.
	Weaker
	// Uncertain: it was known, and now depends on what the input does not have.
	Uncertain
	// Repaired: the call failed, and now works.
	Repaired
	// Stronger: more is encrypted, or plaintext is no longer accepted.
	Stronger
	// Differs: another answer that is neither better nor worse.
	Differs
	// Gone: nothing is left to compare with.
	Gone
	// New: there was nothing to compare with.
	New
)

var effectWords = [...]string{"breaks", "weaker", "uncertain", "repaired", "stronger", "differs", "gone", "new"}

// String is the word that users read and scripts compare.
func (e Effect) String() string {
	if int(e) < len(effectWords) {
		return effectWords[e]
	}
	return fmt.Sprintf("Effect(%d)", uint8(e))
}

// Worse reports an effect that nobody asks for: a call that fails, that loses encryption, or
// of which nobody can tell any more.
func (e Effect) Worse() bool { return e <= Uncertain }

// MarshalText writes the word of String.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// OfVerdicts compares what became of a call with what becomes of it; ok is false
// when nothing changes. What nobody could tell and is now plaintext counts as
// weaker: it may have been mTLS.
func OfVerdicts(was, is resolve.Verdict) (e Effect, ok bool) {
	switch {
	case was == is:
		return Differs, false
	case is == resolve.VerdictBroken:
		return Breaks, true
	case was == resolve.VerdictBroken && is != resolve.VerdictUnknown:
		return Repaired, true
	case is == resolve.VerdictUnknown && was != resolve.VerdictBroken:
		return Uncertain, true
	case is == resolve.VerdictPlaintext, was == resolve.VerdictMTLS:
		return Weaker, true
	case was == resolve.VerdictUnknown, was == resolve.VerdictBroken:
		return Differs, true
	}
	return Stronger, true
}

// OfModes compares two decisions about one port; ok is false when nothing changes.
func OfModes(was, is *resolve.Decision) (e Effect, ok bool) {
	switch {
	case was.Mode == is.Mode && is.Mode != resolve.Unknown:
		return Differs, false
	case was.Mode == resolve.Unknown && is.Mode == resolve.Unknown:
		return ofStrength(was.IfMeshed, is.IfMeshed)
	case is.Mode == resolve.Unknown:
		return Uncertain, true
	case was.Mode == resolve.Unknown:
		if is.Mode.Weaker(was.IfMeshed) {
			return Weaker, true // it may have been what a sidecar would serve
		}
		return Differs, true
	}
	return ofStrength(was.Mode, is.Mode)
}

func ofStrength(was, is resolve.Mode) (e Effect, ok bool) {
	switch {
	case was == is:
		return Differs, false
	case is.Weaker(was):
		return Weaker, true
	case was.Weaker(is):
		return Stronger, true
	}
	return Differs, true
}
