package outbound

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// ztunnel sends what ambient pods call: HBONE to who accepts it, plaintext to all others. It
// reads no DestinationRule and no Sidecar (3.6.1, 3.6.2).
type ztunnel struct{}

func (ztunnel) traits() traits { return traits{proxied: true, unscoped: true, heedsVisibility: true} }

func (ztunnel) setting(*Call) *resolve.Sending { return nil }

func (z ztunnel) before(c *Call) *resolve.Sending {
	c.Past = true
	if s := c.perhapsHidden(); s != nil {
		return s
	}
	if k := c.Side.knownToZtunnel(c.Class, c.Host, c.Port.Number); k.cause == resolve.CauseEntryHidden {
		return &resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Because(resolve.CauseHostPassed, resolve.Details{Base: c.Side.why(k, c.Class, c.Host)})}
	}
	if b := c.Host.Waypoint; b != nil && c.Host.hasAddress(c.plane()) {
		c.waypoint = b
	}
	if o := z.otherwise(c); o != nil {
		c.waypoint = nil
		return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseZtunnelTie, resolve.Details{By: c.Host.Ref, Other: o.Ref, Name: c.Host.Name})}
	}
	return nil
}

// otherwise is another host that clients may get in place of the one that they call, and to
// which something else is sent; nil for none.
func (z ztunnel) otherwise(c *Call) *Host {
	for _, o := range c.Side.asGoodAtZtunnel(c.Host, c.Class) {
		p := o.Port(c.Port.Number)
		if p == nil || c.waypoint != nil || o.Waypoint != nil {
			return o
		}
		one, same := z.word(c)
		if other, alike := z.word(&Call{Side: c.Side, Class: c.Class, Host: o, Port: p}); !same || !alike || one != other {
			return o
		}
	}
	return nil
}

// word is what is sent to all endpoints of a call, false where that is not one word.
func (z ztunnel) word(c *Call) (resolve.ClientTLS, bool) {
	if c.Host.Passthrough && !c.Host.Kubernetes || len(c.Port.Endpoints) == 0 {
		return resolve.SendsPlaintext, true
	}
	first, _ := z.each(c, &c.Port.Endpoints[0])
	for i := range c.Port.Endpoints[1:] {
		if s, _ := z.each(c, &c.Port.Endpoints[1+i]); s.TLS != first.TLS {
			return first.TLS, false
		}
	}
	return first.TLS, true
}

// hasAddress reports a host whose own address clients call: not a headless Service, nor
// resolution NONE without addresses (2D.5).
func (h *Host) hasAddress(k *config.Plane) bool {
	if h.Passthrough || resolve.IsWildcard(h.Name) { // istiod assigns an address to all others
		return !h.Kubernetes && slices.ContainsFunc(h.Addresses, func(a string) bool { return !isRange(a) || k.Has(release.EntryRanges) })
	}
	return true
}

// isRange reports an address that is one of many: 10.0.0.0/24.
func isRange(address string) bool {
	prefix, err := netip.ParsePrefix(address)
	return err == nil && !prefix.IsSingleIP()
}

func (ztunnel) each(c *Call, e *Endpoint) (resolve.Sending, bool) {
	plain := func(cause resolve.Cause, base resolve.Reason) (resolve.Sending, bool) {
		return resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Because(cause, resolve.Details{Base: base})}, true
	}
	network := c.foreignNetwork(e)
	switch {
	case c.EveryEndpoint != nil:
		return *c.EveryEndpoint, true
	case c.Host.Passthrough && !c.Host.Kubernetes:
		return plain(resolve.CauseZtunnelKeeps, resolve.Reason{})
	case network != "" && !c.Side.In.Waypoints.LeadsTo(network):
		return resolve.Sending{TLS: resolve.SendsNothing, Why: resolve.Because(resolve.CauseZtunnelNetwork, resolve.Details{Name: network})}, true
	case network != "":
		return resolve.Sending{TLS: resolve.SendsHBONE, Through: network, Why: resolve.Reason{Cause: resolve.CauseZtunnelThrough}}, true
	case e.ztunnelTunnels():
		return resolve.Sending{TLS: resolve.SendsHBONE, Why: resolve.Because(resolve.CauseTunnel, resolve.Details{Base: e.tunnelWhy()})}, true
	case e.Workload != nil && e.Workload.Membership.Dataplane == resolve.DataplaneUnknown && e.Address == "" && !inbound.IsMachine(e.Workload.Ref.Kind):
		return resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseZtunnelUnknown, resolve.Details{Name: e.String(), Base: e.Workload.Membership.Why})}, true
	case !e.Known && e.Workload == nil:
		return resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseZtunnelUnknown, resolve.Details{Name: e.String(), Base: e.why})}, true
	case e.Workload != nil && e.Workload.Membership.Dataplane == resolve.DataplaneSidecar:
		return plain(resolve.CauseZtunnelToSidecar, resolve.Reason{})
	}
	return plain(resolve.CauseZtunnelPlain, resolve.Reason{})
}

// foreignNetwork is the network of a machine or an address that says it is in another one than
// the cluster, "" for all others: of pods istiod's ambient index reads no label (3.6.10).
func (c *Call) foreignNetwork(e *Endpoint) string {
	network := e.network
	if e.Workload != nil && e.Address == "" {
		network = e.Workload.Network
	}
	if network == c.plane().Networks.Default {
		return ""
	}
	return network
}

// ztunnelTunnels reports an endpoint that ztunnel tunnels to: of one that is written in a
// ServiceEntry the entry's own labels count, not those of the endpoint, and whose address that
// is (2B.11).
func (e *Endpoint) ztunnelTunnels() bool {
	switch {
	case e.bare:
		return false
	case e.Workload == nil || e.Address != "":
		return e.entryTunnel
	}
	return e.Workload.Tunnel != inbound.NoTunnel
}

// knownToZtunnel: istiod tells ztunnel of every host, and of those of one name that of the
// client's namespace first, then the one that all others get (3.6.2).
func (side *Side) knownToZtunnel(c *ClientClass, h *Host, port int32) knowledge {
	if !h.seenByZtunnel(c) {
		return knowledge{false, resolve.CauseEntryHidden}
	}
	if h.merged > 0 && !h.owns(port) {
		return knowledge{false, resolve.CauseOtherHostFirst}
	}
	if slices.ContainsFunc(side.hostsByName[h.Name], func(o *Host) bool {
		return o.Alias == "" && o.seenByZtunnel(c) && o.beforeAtZtunnel(h, c.Namespace) < 0
	}) {
		return knowledge{false, resolve.CauseOtherHostFirst}
	}
	return knowledge{true, resolve.CauseZtunnelKnows}
}

// machinesBehind are the machines that the selector of a headless Service picks: ztunnel is told
// of them, sidecars are not (1.10).
func (side *Side) machinesBehind(s *inbound.Service, p inbound.ServicePortSpec) []Endpoint {
	x := side.In.Spaces[s.Ref.Namespace]
	if x == nil {
		return nil
	}
	var out []Endpoint
	for _, w := range x.Workloads {
		if w.Ref.Kind != resolve.KindWorkloadEntry || !resolve.Selects(s.Selector, w.Labels) {
			continue
		}
		number := p.TargetPort
		i := slices.IndexFunc(w.Ports, func(own inbound.Port) bool { return own.Name != "" && own.Name == cmp.Or(p.TargetName, p.Name) })
		switch {
		case i >= 0:
			number = w.Ports[i].Number
		case p.TargetName != "":
			continue
		}
		out = append(out, endpointAt(w, number))
	}
	return out
}

// asGoodAtZtunnel are the other hosts of the same name that ambient clients of a namespace may
// get as well: of several that are equally old istiod takes any, on each push anew.
func (side *Side) asGoodAtZtunnel(h *Host, c *ClientClass) (out []*Host) {
	if len(side.hostsByName[h.Name]) < 2 {
		return nil
	}
	for _, o := range side.hostsByName[h.Name] {
		if o != h && o.Alias == "" && o.Namespace != h.Namespace && o.seenByZtunnel(c) && o.beforeAtZtunnel(h, c.Namespace) == 0 {
			out = append(out, o)
		}
	}
	return out
}

// beforeAtZtunnel orders hosts of one name for ambient clients of a namespace: below zero for
// one that comes before o, 0 where istiod has no order.
func (h *Host) beforeAtZtunnel(o *Host, namespace string) int {
	if own, other := h.Namespace == namespace, o.Namespace == namespace; own != other {
		return first(own)
	}
	if h.Kubernetes != o.Kubernetes {
		return first(h.Kubernetes)
	}
	if h.Namespace != o.Namespace {
		return h.created.Compare(o.created)
	}
	return cmp.Or(h.created.Compare(o.created), cmp.Compare(h.Ref.Name, o.Ref.Name))
}

func first(yes bool) int {
	if yes {
		return -1
	}
	return 1
}

// AtZtunnel is what becomes of a call without a tunnel into an ambient pod: whatever it
// is, it has no identity, and is handed on unopened where it is not denied (2C.9).
func (c *Call) AtZtunnel(sends resolve.ClientTLS, e *Endpoint, accepts resolve.Mode, protocol resolve.Protocol) resolve.Outcome {
	switch {
	case accepts == resolve.Strict && sends != resolve.SendsPlaintext && sends != resolve.SendsUnknown && sends != resolve.SendsNothing:
		return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: resolve.Because(resolve.CauseTLSZtunnelStrict, resolve.Details{TLS: sends}), Symptom: c.symptom(resolve.SymptomNoFilterChain, e, protocol)}
	case accepts == resolve.Permissive && sends != resolve.SendsPlaintext:
		accepts = resolve.None
	}
	o := resolve.Judge(sends, accepts, protocol)
	if accepts == resolve.None {
		o.Why = o.Why.As(resolve.AspectCaptured)
	}
	if !o.Symptom.IsZero() {
		o.Symptom = c.symptom(o.Symptom.Kind, e, protocol)
	}
	return o
}
