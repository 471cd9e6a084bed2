package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// callsMade is who really makes, or means to make, the calls that something breaks.
type callsMade struct {
	declared []*declared.Call
	// naked are the calls that configuration says clients without a proxy make: what decides
	// for the clients of these calls is nothing to them.
	naked    []*declared.Call
	observed evidence.Sightings
	clients  map[resolve.Peer]bool
	// called are the hosts that were looked at for a list of clients.
	called map[string]bool
}

// add looks for the calls of clients that share a connection. Most classes declare
// nothing: what is said of the host comes first.
func (m *callsMade) add(p *analyze.Pass, classes []*outbound.ClientClass, c outbound.Connection) {
	for _, d := range p.DependenciesOn(c.Host) {
		if d.Client == nil || d.Handed || ofItself(d, c) || !d.Makes(&c) {
			continue
		}
		switch {
		case within(classes, d.Client):
			if !slices.Contains(m.declared, d) && path.In(p.Mesh()).Same(d, &c) {
				m.declared = append(m.declared, d)
			}
		case d.Client.Membership.Dataplane == resolve.DataplaneNone && !slices.Contains(m.naked, d):
			m.naked = append(m.naked, d)
		}
	}
	callers := p.Evidence().CallersOn(c.Host, c.Port.Number)
	key := fmt.Sprintf("%s:%d %p", c.Host.Name, c.Port.Number, classes[0])
	if len(callers) == 0 || m.called[key] {
		return
	}
	if m.called == nil {
		m.called, m.clients = map[string]bool{}, map[resolve.Peer]bool{}
	}
	m.called[key] = true
	for _, caller := range callers {
		if caller.Client.Identified() && named(classes, caller.Client) {
			m.observed.Add(caller.Sightings)
			m.clients[caller.Client] = true
		}
	}
}

// ofItself reports a call of a workload to itself, which mostly is its own address said to
// it.
func ofItself(d *declared.Call, c outbound.Connection) bool {
	return c.Server != nil && c.Server.Workload != nil && c.Server.Workload.Ref == d.Client.Ref
}

func within(classes []*outbound.ClientClass, w *inbound.Workload) bool {
	return slices.ContainsFunc(classes, func(c *outbound.ClientClass) bool {
		return c.Namespace == w.Ref.Namespace && slices.Contains(c.Workloads, w)
	})
}

func named(classes []*outbound.ClientClass, p resolve.Peer) bool {
	return slices.ContainsFunc(classes, func(c *outbound.ClientClass) bool {
		return c.Namespace == p.Namespace && slices.ContainsFunc(c.Workloads, func(w *inbound.Workload) bool { return w.Peer() == p })
	})
}

// known reports that somebody is known to make the calls.
func (m *callsMade) known() bool { return len(m.declared) > 0 || !m.observed.IsZero() }

// text is what it adds to a sentence, "" where nothing is known of anybody who calls.
// onlyAllowed reports that all that speaks for the calls are policies which would let them in.
func (m *callsMade) onlyAllowed() bool {
	return m.observed.IsZero() && !slices.ContainsFunc(m.declared, func(d *declared.Call) bool { return d.By.Kind != resolve.KindAuthorizationPolicy })
}

// onlyNaked reports that all who are known to make the calls have no proxy.
func (m *callsMade) onlyNaked() bool { return len(m.naked) > 0 && !m.known() }

func (m *callsMade) text() string {
	text := ""
	if m.onlyNaked() {
		text = fmt.Sprintf("; no client with a proxy is known to call: the known client %s has none (%s)", m.naked[0].Client.Short(), m.naked[0].Says)
	}
	if n := len(m.declared); n > 0 {
		text = fmt.Sprintf("; %s means to call: %s", m.declared[0].Client.Short(), m.declared[0].Says)
		if n > 1 {
			text += fmt.Sprintf(", and %d more such places", n-1)
		}
	}
	if !m.observed.IsZero() {
		text += fmt.Sprintf("; seen %.0f times from %s, any port", m.observed.MTLS.Count+m.observed.Plaintext.Count+m.observed.Unknown.Count, workloads(len(m.clients)))
	}
	return text
}

// whoCalls are the kinds of objects that speak of callers, besides the hosts that they call.
var whoCalls = append(slices.Clone(declared.APIServerKinds), resolve.KindServiceMonitor, resolve.KindPodMonitor)

// readCallers notes that a check asks who calls, whatever speaks of it.
func readCallers(p *analyze.Pass) {
	for _, kind := range whoCalls {
		p.Objects(kind)
	}
	p.DependenciesOf(nil)
}
