package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// guarded is a port as its AuthorizationPolicies see it: a call without identity to it.
type guarded struct {
	workload *inbound.Workload
	decision *resolve.Decision
	call     authz.Call
	// port is nil where it is any of the workload.
	port *inbound.Port
}

// guardedPorts are the ports of a workload that policies may be about; of one that
// names no port, any.
func guardedPorts(w *inbound.Workload) []guarded {
	var out []guarded
	for i := range w.Ports {
		q := &w.Ports[i]
		if q.Protocol == resolve.ProtocolUDP || w.ProxyPort(q.Number) {
			continue
		}
		out = append(out, guarded{w, &q.Decision, authz.Call{Port: q.Number, Filter: authz.FilterOf(w, q.Protocol)}, q})
	}
	if out == nil {
		out = append(out, guarded{w, &w.Default, authz.Call{Filter: authz.FilterOf(w, "")}, nil})
	}
	return out
}

// mode is what a proxy at the port serves, None where the port passes it by.
func (g guarded) mode() resolve.Mode {
	if g.decision.Mode == resolve.Unknown {
		return g.decision.IfMeshed
	}
	return g.decision.Mode
}

// plaintext reports a port that takes calls without an identity.
func (g guarded) plaintext() bool {
	m := g.mode()
	return m == resolve.Permissive || m == resolve.Disable || m == resolve.None
}

// sure reports a mode that the input leaves no doubt about: a file without policies may
// be less than what is applied.
func (g guarded) sure() bool {
	return g.decision.Mode != resolve.Unknown && (g.decision.Scope != resolve.ScopeDefault || g.workload.Origin.File == "")
}

func (g guarded) String() string {
	name := fmt.Sprintf("port %d of %s", g.call.Port, g.workload.Short())
	if g.call.Port == 0 {
		name = "any port of " + g.workload.Short()
	}
	word := g.mode().String()
	switch {
	case g.mode() == resolve.None:
		word = "excluded from capture"
	case g.decision.Mode == resolve.Unknown:
		word += " if it has a sidecar"
	case g.decision.Scope == resolve.ScopeDefault:
		word += " by default"
	}
	return name + " (" + word + ")"
}

// tally is the ports that a policy fails at.
type tally struct {
	ports     []guarded
	workloads []*inbound.Workload
}

func (t *tally) add(g guarded) {
	t.ports = append(t.ports, g)
	if n := len(t.workloads); n == 0 || t.workloads[n-1] != g.workload {
		t.workloads = append(t.workloads, g.workload)
	}
}

// text names the port, or counts them and names three.
func (t *tally) text() string {
	if len(t.ports) == 1 {
		return t.ports[0].String()
	}
	text, sep := fmt.Sprintf("%d ports of %s", len(t.ports), workloads(len(t.workloads))), ": "
	if len(t.ports) > maxExamples {
		sep = ", such as "
	}
	for _, g := range t.ports[:min(len(t.ports), maxExamples)] {
		text += sep + g.String()
		sep = ", "
	}
	return text
}

// affected names the ports.
func (t *tally) affected() []analyze.Affected {
	list := make([]analyze.Affected, len(t.ports))
	for i, g := range t.ports {
		list[i] = affectedPort(g.workload, g.call.Port)
	}
	return list
}

// refs are the first few workloads.
func (t *tally) refs() []resolve.Ref {
	var out []resolve.Ref
	for _, w := range t.workloads[:min(len(t.workloads), maxExamples)] {
		out = append(out, w.Ref)
	}
	return out
}

// confidence is certain where one port is.
func (t *tally) confidence() analyze.Confidence {
	if slices.ContainsFunc(t.ports, guarded.sure) {
		return analyze.Certain
	}
	return analyze.Likely
}

// has reports a port of a mode.
func (t *tally) has(m resolve.Mode) bool {
	return slices.ContainsFunc(t.ports, func(g guarded) bool { return g.mode() == m })
}
