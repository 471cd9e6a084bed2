package outbound

import (
	"cmp"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Routed is where a VirtualService sends all calls to a host: what an application
// that calls the host meets is there.
type Routed struct {
	By     resolve.Ref
	Origin resolve.Origin
	Field  resolve.Field
	Host   *Host
	Port   *HostPort
	Subset string
	// Connections are what it comes to there; empty where the subset is defined by no
	// rule that counts for the client.
	Connections []Connection
}

// Position is where the VirtualService says it.
func (r *Routed) Position() resolve.Position { return r.Origin.At(r.Field) }

// wholeHTTP is the only destination of all routes, the last of which takes every
// call; nil where there are several.
func (v *VirtualService) wholeHTTP(routes []*networkingapi.HTTPRoute) *Destination {
	var only *Destination
	last := false
	for _, r := range routes {
		if len(r.GetRoute()) == 0 {
			return nil // a redirect, a direct response or a delegate
		}
		for _, d := range r.GetRoute() {
			if only = v.same(only, d.GetDestination()); only == nil {
				return nil
			}
		}
		last = last || len(r.GetMatch()) == 0
	}
	if !last {
		return nil
	}
	return only
}

func (v *VirtualService) wholeTCP(routes []*networkingapi.TCPRoute) *Destination {
	var only *Destination
	last := false
	for _, r := range routes {
		for _, d := range r.GetRoute() {
			if only = v.same(only, d.GetDestination()); only == nil {
				return nil
			}
		}
		last = last || len(r.GetMatch()) == 0
	}
	if !last {
		return nil
	}
	return only
}

// same is the destination where it is the only one so far, nil where another was.
func (v *VirtualService) same(only *Destination, d *networkingapi.Destination) *Destination {
	to := v.destination(d)
	if only != nil && *only != to {
		return nil
	}
	return &to
}

// routedWhole finds the VirtualService that sends all of the class's calls to a
// port of a host elsewhere, nil where none does.
func (side *Side) routedWhole(class *ClientClass, h *Host, port *HostPort) *Routed {
	if t := class.traits(); !t.rules || t.gateway {
		return nil // gateways route by VirtualServices that are bound to their Gateways
	}
	list := side.followed(class.Namespace, h, port.Number)
	if len(list) == 0 {
		return nil
	}
	v := list[0] // the first one counts
	to, field := v.http, resolve.Field("spec.http")
	if port.Protocol.Class() == resolve.ClassTCP && !port.Protocol.SaysTLS() {
		to, field = v.tcp, "spec.tcp"
	} else if port.Protocol.Class() != resolve.ClassHTTP {
		to = nil
	}
	if to == nil {
		return nil
	}
	r := &Routed{By: v.Ref, Origin: v.Origin, Field: cmp.Or(v.Fields[*to], field.Index(0)), Host: side.routedTo(to.Host, class), Subset: to.Subset}
	if r.Host == nil {
		return nil
	}
	r.Port = r.Host.DestinationPort(to.Port, port.Number)
	if r.Port == nil || r.Host == h && r.Port == port && r.Subset == "" {
		return nil
	}
	r.Connections = side.routedCalls(class, r)
	return r
}

func (side *Side) routedCalls(class *ClientClass, r *Routed) []Connection {
	rule := side.RuleFor(class, r.Host)
	if r.Subset != "" && (rule == nil || rule.Subset(r.Subset) == nil) {
		return nil
	}
	return side.Prepare(class, r.Host, r.Port, r.Subset, rule).Connections()
}

func (v *VirtualService) speaksOf(h *Host) bool {
	for _, host := range v.hosts {
		if resolve.SubsetOf(h.Name, host) {
			return true
		}
	}
	return false
}

// DestinationPort is the port that a destination means: its own, the host's only
// one, or that of the call.
func (h *Host) DestinationPort(own, called int32) *HostPort {
	switch {
	case own != 0:
		return h.Port(own)
	case len(h.Ports) == 1:
		return &h.Ports[0]
	}
	return h.Port(called)
}
