package advise

import (
	"path"
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Exception is a port, or a whole workload, that its owner keeps out of STRICT.
type Exception struct {
	// Namespace and Name are patterns as of a shell, Kind is any where it is "".
	Namespace, Name string
	Kind            resolve.Kind
	// Ports are those that it is about, nil for all.
	Ports []int32
	// Mode is what it stays: Permissive or Disable.
	Mode          resolve.Mode
	Owner, Reason string
	// Expires is the end of the last day of it, zero for never.
	Expires time.Time
	At      resolve.Position
}

// Covers reports that the exception is about a port.
func (e *Exception) Covers(w *inbound.Workload, port int32) bool {
	ns, _ := path.Match(e.Namespace, w.Ref.Namespace)
	name, _ := path.Match(e.Name, w.Ref.Name)
	return ns && name && (e.Kind == "" || e.Kind == w.Ref.Kind) && (len(e.Ports) == 0 || slices.Contains(e.Ports, port))
}

// Allows reports that the exception is about a port, and that the port is no more open
// than it says: a PERMISSIVE exception is none for a port that is DISABLE or has no proxy.
func (e *Exception) Allows(w *inbound.Workload, p *inbound.Port) bool {
	now := p.Decision.Mode
	return e.Covers(w, p.Number) && now != resolve.TLS && now != resolve.Unknown && !now.Weaker(e.Mode)
}

// exception is the one about a port, nil without one.
func (a *Adviser) exception(w *inbound.Workload, port int32) *Exception {
	i := slices.IndexFunc(a.Exceptions, func(e Exception) bool { return e.Covers(w, port) })
	if i < 0 {
		return nil
	}
	return &a.Exceptions[i]
}
