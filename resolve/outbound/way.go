package outbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Way is where the proxy of a client sends calls to a port of a host: the host as it is, or where
// a route leads.
type Way struct {
	// Destination is what is meant; its port is never 0.
	Destination
	// By is the VirtualService whose route it is, nil for the host as it is.
	By    *VirtualService
	Field resolve.Field
	// Mirror is a copy of the call, whose answer nobody waits for.
	Mirror bool
	// Host and Port are what the clients know by it, nil where they know nothing: such calls are
	// answered with an error.
	Host *Host
	Port *HostPort
}

// same reports ways to one place.
func (w *Way) same(o *Way) bool {
	return w.Destination.Host == o.Destination.Host && w.Destination.Port == o.Destination.Port && w.Subset == o.Subset && w.Mirror == o.Mirror
}

// wayfinder collects the ways of one call.
type wayfinder struct {
	side  *Side
	class *ClientClass
	host  *Host
	port  *HostPort
	found []Way
	// by is the first that leads the call.
	by *VirtualService
	// asIs is true where no route, or none for certain, takes every call.
	asIs bool
}

// Ways are all ways of calls of a class to a port of a host, in the order of the routes, each once,
// and the VirtualService that decides first, nil for none. Calls for which no route is
// meant, in a host that has some, are answered by the client's proxy and have no way.
func (side *Side) Ways(class *ClientClass, h *Host, port *HostPort) ([]Way, *VirtualService) {
	f := wayfinder{side: side, class: class, host: h, port: port}
	if t := class.traits(); t.rules && !t.gateway && len(side.routes.about(h)) > 0 { // gateways route by VirtualServices that are bound to their Gateways
		f.find()
	} else {
		f.asIs = true
	}
	if f.asIs {
		f.add(Way{Destination: Destination{Host: h.Name, Port: port.Number}, Host: h, Port: port})
	}
	return f.found, f.by
}

func (f *wayfinder) find() {
	protocol := f.protocol()
	switch protocol.Class() {
	case resolve.ClassHTTP:
		f.byHTTP()
	case resolve.ClassTCP:
		if protocol.SaysTLS() {
			f.byTLS()
		} else {
			f.byTCP()
		}
	case resolve.ClassAuto:
		f.byHTTP()
		f.byTCP()
	default:
		f.asIs = true
	}
}

// protocol is what the client's proxy takes the calls for: a Sidecar resource may say so for a port.
func (f *wayfinder) protocol() resolve.Protocol {
	if p := f.class.listenerOf(f.host, f.port.Number).GetPort(); p != nil {
		return resolve.ServicePortProtocol(0, p.GetProtocol(), false, nil)
	}
	return f.port.Protocol
}

// add is for a way that is not known yet.
func (f *wayfinder) add(w Way) {
	if !slices.ContainsFunc(f.found, func(o Way) bool { return w.same(&o) }) {
		f.found = append(f.found, w)
	}
}

// byHTTP follows the first VirtualService that has a route for the port; what none of its routes
// matches is answered by the proxy itself.
func (f *wayfinder) byHTTP() {
	l := f.class.listenerAt(f.port.Number)
	if l.GetPort() != nil && f.port.Protocol.Class() == resolve.ClassAuto && !newEgress(f.class, l).lets(f.host) {
		return // the listener for the port has no route for the host, and that for TCP takes the call
	}
	list := f.side.followed(f.class, l, f.host)
	wild := f.side.mostSpecificOf(f.host, list)
	if wild != nil { // none of the others names the host
		list = []*VirtualService{wild}
	}
	for _, v := range list {
		if v != wild && !v.names(f.host) || v.ofRoute && !(v.names(f.host) && f.routed(v)) {
			continue
		}
		f.asIs = f.asIs || v.elsewhere
		if f.through(v, v.http, f.byHTTPTo) == yes {
			return
		}
	}
	f.asIs = true
}

// routed reports a route of the Gateway API that counts for the clients: one for a Service there
// is, in its namespace or in their own.
func (f *wayfinder) routed(v *VirtualService) bool {
	if v.Namespace != f.class.Namespace && v.Namespace != f.host.Namespace {
		return false
	}
	return slices.ContainsFunc(f.side.hostsByName[f.host.Name], func(h *Host) bool { return h.Kubernetes || v.ofEntry })
}

// byTCP follows the routes of all VirtualServices about the host, up to the first that takes
// every call.
func (f *wayfinder) byTCP() {
	for _, v := range f.side.followed(f.class, f.class.listenerOf(f.host, f.port.Number), f.host) {
		for _, r := range v.tcp {
			for _, m := range r.matches {
				if a := f.applies(m); a == no || !f.lead(v, r, f.byTCPTo) {
					continue
				} else if a == yes && m.every {
					return
				}
			}
		}
	}
	f.asIs = true
}

// byTLS follows the routes by the name of the host, which clients send as SNI, the most specific
// first; where there is any route for the port, no other connection goes on.
func (f *wayfinder) byTLS() {
	type named struct {
		v    *VirtualService
		r    routeRule
		name string
	}
	var best, other []named
	some := no
	for _, v := range f.side.followed(f.class, f.class.listenerOf(f.host, f.port.Number), f.host) {
		for _, r := range v.tls {
			for _, m := range r.matches {
				a := f.applies(m)
				if some = max(some, a); a == no {
					continue
				}
				if f.by == nil {
					f.by = v
				}
				for _, name := range m.sni {
					one := named{v, r, name}
					switch {
					case !resolve.SubsetOf(f.host.Name, name):
					case a == maybe:
						other = append(other, one)
					case len(best) == 0 || moreSpecific(name, best[0].name):
						best = []named{one}
					}
				}
			}
		}
	}
	for _, one := range append(best, other...) {
		f.lead(one.v, one.r, f.byTCPTo)
	}
	f.asIs = some != yes
}

// moreSpecific reports a name that is chosen before another that covers the same host.
func moreSpecific(a, b string) bool {
	if resolve.IsWildcard(a) != resolve.IsWildcard(b) {
		return !resolve.IsWildcard(a)
	}
	return len(a) > len(b)
}

// through adds where the routes of one VirtualService lead; no where none is for the port, yes
// where one is for certain.
func (f *wayfinder) through(v *VirtualService, rules []routeRule, place func(Destination) Destination) answer {
	some := no
	for _, r := range rules {
		for _, m := range r.matches {
			a := f.applies(m)
			if a == no {
				continue
			}
			some = max(some, a)
			f.lead(v, r, place)
			if a == yes && m.every {
				return yes
			}
		}
	}
	return some
}

// lead adds where a route leads, false where it leads nowhere.
func (f *wayfinder) lead(v *VirtualService, r routeRule, place func(Destination) Destination) bool {
	if f.by == nil {
		f.by = v
	}
	for _, to := range r.to {
		w := Way{Destination: place(to.Destination), By: cmp.Or(to.by, v), Field: to.field, Mirror: to.mirror}
		if h := f.side.routedTo(w.Destination.Host, f.class); h != nil {
			if p := h.Port(w.Destination.Port); p != nil && f.side.knows(f.class, h, p.Number).known {
				w.Host, w.Port = h, p
			}
		}
		f.add(w)
	}
	return len(r.to) > 0 || r.nowhere
}

// byHTTPTo is what a destination of HTTP means: its own port, or that of the call, whichever ports
// the host has. istiod looks the host up among those that have the port of the call.
func (f *wayfinder) byHTTPTo(d Destination) Destination {
	if h := f.side.routedTo(d.Host, f.class); h != nil && h.Alias != "" && h.Port(f.port.Number) != nil && h.visibleTo(f.class) {
		d.Host = h.Alias
	}
	d.Port = cmp.Or(d.Port, f.port.Number)
	return d
}

// byTCPTo is what a destination of TCP means: its own port, the only one of a host that the client
// knows, or that of the call.
func (f *wayfinder) byTCPTo(d Destination) Destination {
	knows := func(h *Host) bool {
		return slices.ContainsFunc(h.Ports, func(p HostPort) bool { return f.side.knows(f.class, h, p.Number).known })
	}
	h := f.side.routedTo(d.Host, f.class)
	if h != nil && !h.visibleTo(f.class) {
		h = cmp.Or(f.side.staying(h, f.class), h)
	}
	if h != nil && knows(h) {
		if h.single() {
			d.Port = cmp.Or(d.Port, h.Ports[0].Number)
		}
		d.Host = cmp.Or(h.Alias, d.Host)
	}
	d.Port = cmp.Or(d.Port, f.port.Number)
	return d
}
