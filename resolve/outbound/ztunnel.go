package outbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// ztunnel sends what ambient pods call: HBONE to who accepts it, plaintext to all others. It
// reads no DestinationRule and no Sidecar (3.6.1, 3.6.2).
type ztunnel struct{}

func (ztunnel) traits() traits { return traits{proxied: true, unscoped: true} }

func (ztunnel) setting(*Call) *resolve.Sending { return nil }

func (ztunnel) before(c *Call) *resolve.Sending {
	c.Past = true
	if b := c.Host.Waypoint; b != nil && c.Host.hasAddress() {
		c.waypoint = b
	}
	return nil
}

// hasAddress reports a host whose own address clients call: not a headless Service, nor
// resolution NONE without addresses (2D.5).
func (h *Host) hasAddress() bool {
	if h.Passthrough || resolve.IsWildcard(h.Name) { // istiod assigns an address to all others
		return !h.Kubernetes && len(h.Addresses) > 0
	}
	return true
}

func (ztunnel) each(c *Call, e *Endpoint) (resolve.Sending, bool) {
	plain := func(cause resolve.Cause, base resolve.Reason) (resolve.Sending, bool) {
		return resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Because(cause, resolve.Details{Base: base})}, true
	}
	network := c.foreignNetwork(e)
	switch {
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
	if h.merged > 0 && !h.owns(port) {
		return knowledge{false, resolve.CauseOtherHostFirst}
	}
	best := h
	for _, o := range side.hostsByName[h.Name] {
		if o.Alias == "" && o.beforeAtZtunnel(best, c.Namespace) {
			best = o
		}
	}
	if best != h {
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

// beforeAtZtunnel orders hosts of one name for ambient clients of a namespace.
func (h *Host) beforeAtZtunnel(o *Host, namespace string) bool {
	if own, other := h.Namespace == namespace, o.Namespace == namespace; own != other {
		return own
	}
	if h.Kubernetes != o.Kubernetes {
		return h.Kubernetes
	}
	return cmp.Or(h.created.Compare(o.created), cmp.Compare(h.Namespace, o.Namespace), cmp.Compare(h.Ref.Name, o.Ref.Name)) < 0
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
