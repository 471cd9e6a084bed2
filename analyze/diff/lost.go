package diff

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// sameLoss reports calls to one port that a route leads to one place, to end there.
func sameLoss(a, b outbound.Connection) bool {
	return a.Port.Number == b.Port.Number && a.Lost == b.Lost && a.Outcome.Verdict == b.Outcome.Verdict
}

// compareLost adds the calls that a route loses on one side only, each held against the worst that
// calls to the port meet on the other.
func (c *comparison) compareLost(list []CallChange, before, after *answered) []CallChange {
	for i := range after.lost {
		is := &after.lost[i]
		if in(before.lost, is) {
			continue
		}
		was := before.worstAt(c.base, is)
		if was == nil {
			if is.Outcome.Verdict == resolve.VerdictBroken {
				list = c.note(list, effect.Breaks, nil, is)
			}
		} else if e, changed := effect.OfVerdicts(was.Outcome.Verdict, is.Outcome.Verdict); changed {
			list = c.note(list, e, was, is)
		}
	}
	for i := range before.lost {
		was := &before.lost[i]
		if is := after.worstAt(c.head, was); is != nil && is.Lost == "" && !in(after.lost, was) {
			if e, changed := effect.OfVerdicts(was.Outcome.Verdict, is.Outcome.Verdict); changed {
				list = c.note(list, e, was, is)
			}
		}
	}
	return list
}

// leads reports clients whose calls routes lead to a subset that is gone, other than sidecars: what
// those lose is said of the host that they call.
func (c *comparison) leads(host, subset string) bool {
	class := c.asking.Is
	switch class.Dataplane {
	case resolve.DataplaneSidecar, resolve.DataplaneVM, resolve.DataplaneUnknown:
		return false
	case resolve.DataplaneGateway:
		return slices.ContainsFunc(class.Workloads, func(w *inbound.Workload) bool {
			return slices.ContainsFunc(c.head.GatewayWays(class, w), func(way outbound.GatewayWay) bool {
				return way.Destination.Host == host && way.Subset == subset
			})
		})
	}
	return true
}

func in(list []outbound.Connection, con *outbound.Connection) bool {
	return slices.ContainsFunc(list, func(o outbound.Connection) bool { return sameLoss(o, *con) })
}

// worstAt is what fares worst of the calls that clients make to the port of a call that another mesh
// loses, or where routes lead them in this one, lost ones among them; nil for none.
func (a *answered) worstAt(m *mesh.Mesh, lost *outbound.Connection) (at *outbound.Connection) {
	led := a.led(m, lost.Port.Number)
	for _, list := range [][]outbound.Connection{a.list, a.lost, led} {
		for i := range list {
			if con := &list[i]; con.Port.Number == lost.Port.Number && con.Called() || len(led) > 0 && &list[0] == &led[0] {
				at = worse(at, con)
			}
		}
	}
	return at
}

// led is what becomes of the calls to a port where routes lead them.
func (a *answered) led(m *mesh.Mesh, port int32) (list []outbound.Connection) {
	i := slices.IndexFunc(a.list, func(con outbound.Connection) bool { return con.Port.Number == port })
	if i < 0 {
		return nil
	}
	for _, end := range m.Ends(a.list[i].Client, a.list[i].Host, a.list[i].Port) {
		if end.Lost.Why.Cause == "" {
			list = append(list, end.Connections...)
		}
	}
	return list
}
