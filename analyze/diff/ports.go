package diff

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// AnyOther is the port number that stands for every port that nothing names.
const AnyOther int32 = 0

// PortChange is one port of a workload that serves another mode, or its TLS
// otherwise.
type PortChange struct {
	Effect effect.Effect
	// Workload is as the change leaves it.
	Workload *inbound.Workload
	// Port is its number, AnyOther for all that nothing names.
	Port int32
	// Was and Is are the decisions, with WasTLS and IsTLS the settings of a listener
	// that terminates TLS by its own.
	Was, Is       *resolve.Decision
	WasTLS, IsTLS string
	Cause         Cause
}

func (c *comparison) ports() []PortChange {
	touched := func(p pair) bool { return p.was != nil && p.is != nil && p.was != p.is && c.shows(p.is.Ref.Namespace) }
	n := 0
	for _, p := range c.pairs {
		if touched(p) {
			n += max(1, len(p.is.Ports)) // AnyOther is one where there is none
		}
	}
	if n == 0 {
		return nil
	}
	list := make([]PortChange, 0, n) // most ports of a workload change with it
	for _, p := range c.pairs {
		if touched(p) {
			list = c.portsOf(list, p)
		}
	}
	return list
}

// portsOf compares the ports that either side names. One that only one side names
// was, or becomes, one of the others.
func (c *comparison) portsOf(list []PortChange, p pair) []PortChange {
	for _, number := range append(numbers(p), AnyOther) {
		was, wasTLS := serves(p.was, number)
		is, isTLS := serves(p.is, number)
		e, changed := effect.OfModes(was, is)
		if changed && (silent(p.was, was) || silent(p.is, is)) {
			e = effect.Differs // a server of a gateway comes or goes: nothing was served there
		}
		if changed || is.Mode == resolve.TLS && wasTLS != isTLS {
			list = append(list, PortChange{e, p.is, number, was, is, wasTLS, isTLS, c.causeOfPort(p, was, is)})
		}
	}
	return list
}

func numbers(p pair) []int32 {
	all := make([]int32, 0, len(p.was.Ports)+len(p.is.Ports)+1) // and AnyOther
	for _, w := range []*inbound.Workload{p.was, p.is} {
		for i := range w.Ports {
			if w.Ports[i].Protocol != resolve.ProtocolUDP {
				all = append(all, w.Ports[i].Number)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func serves(w *inbound.Workload, number int32) (d *resolve.Decision, tls string) {
	for i := range w.Ports {
		if p := &w.Ports[i]; p.Number == number && p.Protocol != resolve.ProtocolUDP {
			return &p.Decision, p.Listener
		}
	}
	return w.Decision(number), ""
}

// silent reports a port of a gateway on which no server listens.
func silent(w *inbound.Workload, d *resolve.Decision) bool {
	return w.Membership.Dataplane == resolve.DataplaneGateway && d.Mode == resolve.None
}
