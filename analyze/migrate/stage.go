package migrate

import (
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// Stage is how far a port has come on the two ways: no sidecar, sidecar, PERMISSIVE,
// STRICT; and DISABLE, PERMISSIVE. Later ones are larger.
type Stage uint8

// The stages.
const (
	// NoSidecar: no proxy stands before the port.
	NoSidecar Stage = iota
	// Deployed: a sidecar is there, and the port takes plaintext only (DISABLE).
	Deployed
	// Permissive: the port takes both, and clients without mTLS are known.
	Permissive
	// Moved: no client without mTLS is known any more; nobody has proved that there is none.
	Moved
	// Quiet: a whole record shows no plaintext.
	Quiet
	// Strict: the port takes mTLS only.
	Strict
	// Verified: it does, and mTLS calls were seen to arrive since.
	Verified
)

var stageWords = [...]string{"no sidecar", "sidecar deployed", "PERMISSIVE", "clients moved", "no plaintext seen", "STRICT", "verified"}

// Stages are all of them, in order.
func Stages() []Stage {
	out := make([]Stage, len(stageWords))
	for i := range out {
		out[i] = Stage(i)
	}
	return out
}

// String is the stage as people call it: "clients moved".
func (s Stage) String() string { return stageWords[s] }

// steps are what leads to the next stage.
var steps = [...]string{
	"give the server a sidecar",
	"set PERMISSIVE: it takes mTLS too, and locks nobody out",
	"move the clients: what is in the way is below",
	"prove that no plaintext arrives",
	"set STRICT",
	"watch traffic arrive: a record that shows mTLS verifies it",
	"",
}

// Next is what leads to the next stage, "" at the end.
func (s Stage) Next() string { return steps[s] }

// stageOf is how far a port has come.
func stageOf(a *advise.Advice, record *evidence.Evidence) Stage {
	switch mode := a.Port.Decision.Mode; {
	case mode == resolve.Strict && verified(a, record):
		return Verified
	case mode == resolve.Strict:
		return Strict
	case mode == resolve.None, mode == resolve.Unknown && a.Port.Decision.IfMeshed == resolve.Unset && a.Workload.Membership.Dataplane != resolve.DataplaneSidecar:
		return NoSidecar
	case mode == resolve.Disable:
		return Deployed
	case len(a.Obstacles) > 0 || mode == resolve.Unknown || record == nil:
		return Permissive
	case len(a.Open)+len(a.Wait) > 0:
		return Moved
	}
	return Quiet
}

// verified reports that mTLS was seen at the port, and no client of it is known to be
// locked out.
func verified(a *advise.Advice, record *evidence.Evidence) bool {
	if !record.Covers(a.Workload) || len(a.Obstacles)+len(a.Failures) > 0 {
		return false
	}
	for _, c := range a.Callers {
		if c.Plain {
			return false
		}
	}
	for _, c := range a.Callers {
		if !c.Observed.MTLS.IsZero() {
			return true
		}
	}
	return false
}
