package path

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// Path is a declared call at one endpoint that it may reach.
type Path struct {
	Call *declared.Call
	// Connection is what becomes of it. Its Client is a class without workloads for a caller
	// that is none, or whose proxy has no say.
	outbound.Connection
}

// Own reports a path on which the caller's own proxy decides what is sent, or its absence: the
// same as any other call of the client to the host. What a controller dials in a way of its own,
// past a proxy that it has, is none: capturing it would not help.
func (p *Path) Own() bool {
	switch {
	case len(p.Client.Workloads) == 0:
		return false
	case p.Client.Dataplane == resolve.DataplaneNone:
		return true
	}
	return p.Call.Way == declared.ByName && p.Call.Brings == resolve.SendsUnknown || !p.Sends.Why.Cause.PastProxy()
}

// Paths follows the calls of one mesh. Safe for concurrent use.
type Paths struct {
	mesh    *mesh.Mesh
	classes map[*inbound.Workload]*outbound.ClientClass
}

// paths is the key of a mesh's.
type paths struct{}

// In are the paths of a mesh, made when somebody asks first.
func In(m *mesh.Mesh) *Paths {
	return m.Joined().Derived(paths{}, func(m *mesh.Mesh) any {
		p := &Paths{mesh: m, classes: make(map[*inbound.Workload]*outbound.ClientClass, len(m.Workloads()))}
		for _, class := range m.Clients() {
			for _, w := range class.Workloads {
				p.classes[w] = class
			}
		}
		return p
	}).(*Paths)
}

// Of are the paths of a call, one for each endpoint of each port that it may mean; none where
// the host has no endpoint in the input, and where nobody can tell how the caller sends.
func (p *Paths) Of(d *declared.Call) []Path {
	var out []Path
	for _, c := range p.connections(d) {
		if c.Server != nil && d.On(c.Port.Number) {
			out = append(out, Path{d, c})
		}
	}
	return out
}

// Same reports that a declared call to a connection's host is one of that connection: that the
// caller's own proxy decides what is sent, as it does for any other call of the client.
func (p *Paths) Same(d *declared.Call, c *outbound.Connection) bool {
	if d.Way == declared.ByName && d.Brings == resolve.SendsUnknown {
		return true
	}
	return slices.ContainsFunc(p.Of(d), func(one Path) bool {
		return one.Own() && one.Port == c.Port && one.Sends.TLS == c.Sends.TLS
	})
}

func (p *Paths) connections(d *declared.Call) []outbound.Connection {
	class := p.classes[d.Client]
	switch {
	case class == nil && (d.Client != nil || d.Way == declared.ByName || d.Way == declared.ToAddress && (mayBe(d, resolve.ClassTCP) || mayBe(d, resolve.ClassAuto))):
		return nil // a caller of whom nobody can tell whether it has a proxy, and it matters
	case class == nil || class.Dataplane == resolve.DataplaneNone:
		return p.pastProxy(d, class)
	}
	own := p.own(d, class)
	around := len(own) > 0 && !slices.ContainsFunc(own, func(c outbound.Connection) bool {
		return !c.Sends.Why.Cause.PastProxy() || c.Sends.TLS != resolve.SendsPlaintext
	})
	switch {
	case around && d.Brings != resolve.SendsUnknown:
		return brought(d, own)
	case around, class.Dataplane == resolve.DataplaneAmbient: // ztunnel knows pods by their addresses, too
		return own
	case d.Brings != resolve.SendsUnknown:
		return nil // what its proxy makes of TLS that is not its own depends on the listener
	case d.Way == declared.ByName, d.Way == declared.ToPods && knowsPods(d), d.Way == declared.ToAddress && !mayBe(d, resolve.ClassHTTP):
		return own
	}
	return p.pastProxy(d, class)
}

// own is what becomes of the calls of a class, as of any other call of it to the host.
func (p *Paths) own(d *declared.Call, class *outbound.ClientClass) (all []outbound.Connection) {
	for c := range p.mesh.Calls(class, d.Host) {
		if c.Subset == d.Subset && d.On(c.Port.Number) {
			all = append(all, c)
		}
	}
	return all
}

// brought is what becomes of calls that leave past the proxy with TLS of the caller's own.
func brought(d *declared.Call, all []outbound.Connection) []outbound.Connection {
	for i := range all {
		all[i].Sends.TLS = d.Brings
		all[i].Outcome = judge(&all[i], d.Brings)
	}
	return all
}

// knowsPods reports a headless Service: of that a sidecar knows the pods' addresses, unless they
// are told apart by HTTP's Host.
func knowsPods(d *declared.Call) bool {
	return d.Host.Passthrough && d.Host.Kubernetes && !mayBe(d, resolve.ClassHTTP) && !mayBe(d, resolve.ClassAuto)
}

// mayBe reports a call that may be to a port of a class of protocols.
func mayBe(d *declared.Call, class resolve.ProtocolClass) bool {
	return slices.ContainsFunc(d.Host.Ports, func(p outbound.HostPort) bool { return d.On(p.Number) && p.Protocol.Class() == class })
}

// Nobody is the class of who has no proxy and is no workload.
var Nobody = &outbound.ClientClass{Dataplane: resolve.DataplaneNone, Revision: resolve.DefaultRevision}

// causes are why the caller's proxy has no say.
var causes = map[declared.Way]resolve.Cause{
	declared.ByName: resolve.CauseNoProxy, declared.ToPods: resolve.CauseDialsPods, declared.ToAddress: resolve.CauseForeignHost, declared.Outside: resolve.CauseOutsideMesh,
	declared.BeforeProxy: resolve.CauseBeforeProxy, declared.PerhapsBeforeProxy: resolve.CausePerhapsBeforeProxy,
	declared.AsProxy: resolve.CauseRunsAsProxy,
}

// pastProxy is what becomes of what the caller itself sends; class is nil for a caller that is
// no workload.
func (p *Paths) pastProxy(d *declared.Call, class *outbound.ClientClass) (all []outbound.Connection) {
	sends := resolve.Sending{TLS: d.Sends(), Why: resolve.Reason{Cause: causes[d.Way]}}
	if d.Way == declared.AsProxy {
		sends.Why = sends.Why.Numbered(pod.ProxyID)
	}
	naked := class != nil && class.Dataplane == resolve.DataplaneNone
	switch {
	case naked:
		sends.Why.Cause = resolve.CauseNoProxy
	case class != nil && class.RegistryOnly() && (d.Way == declared.ToPods || d.Way == declared.ToAddress):
		sends.TLS = resolve.SendsNothing
	}
	for i := range d.Host.Ports {
		port := &d.Host.Ports[i]
		if !d.On(port.Number) {
			continue
		}
		for _, c := range PartOf(p.mesh, d.Host).Prepare(Nobody, d.Host, port, "", nil).Connections() {
			if c.Sends = sends; naked {
				c.Client = class
			}
			if sends.TLS != resolve.SendsPlaintext {
				c.Outcome = judge(&c, sends.TLS)
			}
			if d.Way == declared.BeforeProxy || d.Way == declared.PerhapsBeforeProxy {
				c.Outcome = early(d.Way, &c)
			}
			all = append(all, c)
		}
	}
	return all
}

// judge is what becomes of TLS that the caller brings. A certificate of the mesh is known to be
// one where the caller is known to have it: a STRICT port asks for no ALPN, a PERMISSIVE one
// tells the mesh's TLS from the application's by it (4.1).
func judge(c *outbound.Connection, sends resolve.ClientTLS) resolve.Outcome {
	protocol, accepts := c.Port.Protocol, c.Serves.Mode
	if c.Server != nil && c.Server.Workload != nil {
		_, protocol = c.Server.Workload.Serves(c.Server.Port)
	}
	if c.Serves.OfMesh {
		accepts = resolve.Strict
	}
	if c.Serves.Mode != resolve.None && c.Server.Captured() {
		return c.Call.AtZtunnel(sends, c.Server, accepts, protocol)
	}
	if sends == resolve.SendsMutual && accepts == resolve.Strict {
		sends = resolve.SendsIstioMutual
	}
	return resolve.Judge(sends, accepts, protocol)
}

// early is what becomes of a dial before the pod's proxy runs: where traffic is redirected by
// then, nobody takes it, and where it is not, it is plaintext (1.6). Both fail at a STRICT port.
func early(way declared.Way, c *outbound.Connection) resolve.Outcome {
	if way == declared.BeforeProxy && c.Outcome.Verdict == resolve.VerdictBroken {
		return c.Outcome
	}
	return resolve.Outcome{Why: c.Sends.Why}
}
