package migrate

import (
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Status says whether a port may go on to STRICT. The larger ones need somebody first.
type Status uint8

// The statuses.
const (
	// Done: it is STRICT.
	Done Status = iota
	// Excepted: it stays as it is, by an exception that its owner wrote down.
	Excepted
	// Ready: the next step breaks nobody who is known, and the record is whole.
	Ready
	// Waiting: only time is missing.
	Waiting
	// Undecided: something cannot be told from the input.
	Undecided
	// Blocked: somebody would be locked out, or the port cannot be STRICT.
	Blocked
)

var statusWords = [...]string{"STRICT", "EXCEPTED", "READY", "WAITING", "UNKNOWN", "BLOCKED"}

// Statuses are all of them, in order.
func Statuses() []Status { return []Status{Done, Excepted, Ready, Waiting, Undecided, Blocked} }

// String is the word that people and machines read: "READY".
func (s Status) String() string { return statusWords[s] }

// statusOf is what stands between a port and STRICT.
func statusOf(a *advise.Advice) Status {
	switch {
	case a.Port.Decision.Mode == resolve.Strict:
		return Done
	case excepted(a):
		return Excepted
	case len(a.Obstacles) > 0:
		return Blocked
	case len(a.Open) > 0:
		return Undecided
	case len(a.Wait) > 0:
		return Waiting
	}
	return Ready
}

func excepted(a *advise.Advice) bool {
	for _, o := range a.Obstacles {
		if o.Kind == advise.Exempt {
			return true
		}
	}
	return false
}
