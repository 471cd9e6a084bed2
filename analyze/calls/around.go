package calls

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Around are the calls around some workloads and Services, found in one walk over the
// mesh.
type Around struct {
	callers  map[*inbound.Workload]*collector
	services map[resolve.Ref]*collector
	// differing are the calls of clients that are not what auto mTLS makes them, by class.
	differing map[*outbound.ClientClass]*collector
	classes   map[*inbound.Workload]*outbound.ClientClass
}

// Surrounding finds the calls around workloads and Services.
func Surrounding(m *mesh.Mesh, workloads []*inbound.Workload, services []*inbound.Service) *Around {
	a := &Around{
		map[*inbound.Workload]*collector{}, map[resolve.Ref]*collector{}, map[*outbound.ClientClass]*collector{}, map[*inbound.Workload]*outbound.ClientClass{},
	}
	told := map[*inbound.Workload]bool{}
	for _, w := range workloads {
		told[w] = true
	}
	for _, s := range services {
		a.services[s.Ref] = newCollector(m)
	}
	if len(told)+len(services) > 0 {
		a.walk(m, told)
	}
	return a
}

func (a *Around) walk(m *mesh.Mesh, told map[*inbound.Workload]bool) {
	for _, class := range m.Clients() {
		for _, w := range class.Workloads {
			if told[w] {
				a.classes[w], a.differing[class], a.callers[w] = class, newCollector(m), newCollector(m)
			}
		}
	}
	for from, c := range (Query{}).each(m) {
		if k := a.services[c.Host.Ref]; k != nil {
			k.add(from, c)
		}
		if c.Server != nil && a.callers[c.Server.Workload] != nil {
			a.callers[c.Server.Workload].add(from, c)
		}
		if !differs(c) {
			continue
		}
		for _, g := range from.Groups {
			if k := a.differing[g.Class]; k != nil {
				k.add(g.Alone(), c)
			}
		}
	}
}

// differs reports a call that is not what auto mTLS alone would make it, or that
// does not end well. A rule that asks for mTLS where mTLS is understood changes
// nothing.
func differs(c *outbound.Connection) bool {
	switch c.Outcome.Verdict {
	case resolve.VerdictBroken, resolve.VerdictPassthroughTLS:
		return true
	case resolve.VerdictMTLS, resolve.VerdictUnknown:
		return false
	}
	return !c.Sends.Auto
}

// Class is the class of clients that a workload is of, nil for one that was not asked about.
func (a *Around) Class(w *inbound.Workload) *outbound.ClientClass { return a.classes[w] }

// Callers are the calls to a workload.
func (a *Around) Callers(w *inbound.Workload) []*Row { return a.callers[w].all() }

// Of are the calls to a Service.
func (a *Around) Of(s *inbound.Service) []*Row { return a.services[s.Ref].all() }

// Differing are the calls of a workload that auto mTLS alone would not make as they are, or
// that do not end well.
func (a *Around) Differing(w *inbound.Workload) []*Row { return a.differing[a.classes[w]].all() }

// all are the rows that were collected, none of nil.
func (k *collector) all() []*Row {
	if k == nil {
		return nil
	}
	return k.rows(false)
}

// DecidedBy finds, in one walk, the calls whose TLS each of some DestinationRules sets.
func DecidedBy(m *mesh.Mesh, rules []*outbound.DestinationRule) map[resolve.Ref][]*Row {
	collected := map[resolve.Ref]*collector{}
	for _, r := range rules {
		collected[r.Ref] = newCollector(m)
	}
	for from, c := range (Query{}).each(m) {
		if k := collected[c.Sends.By]; k != nil {
			k.add(from, c)
		}
	}
	decided := map[resolve.Ref][]*Row{}
	for ref, k := range collected {
		decided[ref] = k.rows(false)
	}
	return decided
}

// Plaintext is what becomes of a call without a proxy to some ports of a workload.
type Plaintext struct {
	Ports   []int32
	Outcome resolve.Outcome
	authz.Admission
}

// PlaintextInto is what becomes of plaintext on each port of a workload, ports that end
// alike together.
func PlaintextInto(m *mesh.Mesh, w *inbound.Workload) []Plaintext {
	var list []Plaintext
	court := authz.In(m)
	for i := range w.Ports {
		p := &w.Ports[i]
		if p.Decision.Mode == resolve.None && OwnsItsPorts(w) || p.Protocol == resolve.ProtocolUDP {
			continue
		}
		outcome := resolve.Judge(resolve.SendsPlaintext, p.Decision.Mode, p.Protocol)
		admission := court.Nobody(w, p, outcome.Verdict)
		j := slices.IndexFunc(list, func(o Plaintext) bool { return o.Outcome == outcome && o.Key() == admission.Key() })
		if j < 0 {
			list = append(list, Plaintext{Outcome: outcome, Admission: admission})
			j = len(list) - 1
		}
		list[j].Ports = append(list[j].Ports, p.Number)
	}
	return list
}

// OwnsItsPorts reports a workload that is itself the proxy: no application stands
// behind its ports and no PeerAuthentication applies (2.15, 2.16).
func OwnsItsPorts(w *inbound.Workload) bool {
	return w.Membership.Dataplane == resolve.DataplaneGateway || w.Membership.Dataplane == resolve.DataplaneWaypoint
}
