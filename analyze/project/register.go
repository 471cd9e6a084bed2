package project

import (
	"fmt"
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// State says whether an exception does what it was written for.
type State string

// The states.
const (
	// Active: at least one of its ports is open, and none more than it allows.
	Active State = "active"
	// Exceeded: a port is more open than it allows: it does not count for that one.
	Exceeded State = "exceeded"
	// Needless: all of its ports are STRICT.
	Needless State = "not needed"
	// Idle: the input has no such port.
	Idle State = "no port"
	// Ended: its last day is over.
	Ended State = "ended"
)

// States are all of them.
func States() []State { return []State{Active, Exceeded, Needless, Idle, Ended} }

// Entry is one exception of the register, and the ports that it is about.
type Entry struct {
	*advise.Exception
	State State
	Ports []ExceptedPort
}

// ExceptedPort is a port that an exception is about.
type ExceptedPort struct {
	Workload *inbound.Workload
	Port     *inbound.Port
}

// LastDay is the last day of the exception, as 2027-01-31, "" for none.
func (e *Entry) LastDay() string { return LastDay(e.Expires) }

// NewRegister says of every exception what it is about and whether it still counts.
func NewRegister(c *Config, m *mesh.Mesh, now time.Time) []Entry {
	out := make([]Entry, 0, len(c.Exceptions))
	for i := range c.Exceptions {
		e := Entry{Exception: &c.Exceptions[i]}
		for _, w := range m.Workloads() {
			for j := range w.Ports {
				if e.Covers(w, w.Ports[j].Number) {
					e.Ports = append(e.Ports, ExceptedPort{w, &w.Ports[j]})
				}
			}
		}
		e.State = e.state(now)
		out = append(out, e)
	}
	return out
}

func (e *Entry) state(now time.Time) State {
	switch {
	case ended(e.Expires, now):
		return Ended
	case len(e.Ports) == 0:
		return Idle
	}
	for _, p := range e.Ports {
		if !e.Allows(p.Workload, p.Port) && p.Port.Decision.Mode != resolve.Unknown && p.Port.Decision.Mode != resolve.TLS {
			return Exceeded
		}
	}
	if e.open() {
		return Active
	}
	return Needless
}

// open reports a port that is not STRICT.
func (e *Entry) open() bool {
	return slices.ContainsFunc(e.Ports, func(p ExceptedPort) bool { return p.Port.Decision.Mode != resolve.Strict })
}

// exceeding names the first port that is more open than allowed.
func (e *Entry) exceeding() string {
	for _, p := range e.Ports {
		if !e.Allows(p.Workload, p.Port) {
			return fmt.Sprintf("port %d of %s is %s", p.Port.Number, p.Workload.Short(), p.Port.Decision.Mode)
		}
	}
	return ""
}
