package path

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Path is a declared call at one endpoint that it may reach.
type Path struct {
	Call *declared.Call
	// Connection is what becomes of it. Its Client is a class without workloads for a caller
	// that is none, or whose proxy has no say.
	mesh.Connection
}

// Own reports a path on which the caller's own proxy decides what is sent, or its absence: the
// same as any other call of the client to the host.
func (p *Path) Own() bool { return len(p.Client.Workloads) > 0 }

// Paths follows the calls of one mesh. Safe for concurrent use.
type Paths struct {
	mesh    *mesh.Mesh
	classes map[*inbound.Workload]*mesh.ClientClass
}

// paths is the key of a mesh's.
type paths struct{}

// In are the paths of a mesh, made when somebody asks first.
func In(m *mesh.Mesh) *Paths {
	return m.Whole().Derived(paths{}, func(m *mesh.Mesh) any {
		p := &Paths{mesh: m, classes: make(map[*inbound.Workload]*mesh.ClientClass, len(m.Workloads()))}
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

func (p *Paths) connections(d *declared.Call) (all []mesh.Connection) {
	class := p.classes[d.Client]
	if class != nil && !past(d, class) {
		for c := range p.mesh.Calls(class, d.Host) {
			if c.Subset == "" {
				all = append(all, c)
			}
		}
		return all
	}
	if d.Client == nil && d.Way == declared.ByName {
		return nil
	}
	for i := range d.Host.Ports {
		if port := &d.Host.Ports[i]; d.On(port.Number) {
			all = append(all, p.pastProxy(d, class, port)...)
		}
	}
	return all
}

// past reports a call in which the client's proxy has no say, or passes on what it gets.
func past(d *declared.Call, class *mesh.ClientClass) bool {
	switch {
	case d.Brings != resolve.SendsUnknown && class.Dataplane == resolve.DataplaneNone:
		return true
	case class.Dataplane == resolve.DataplaneAmbient: // ztunnel knows pods by their addresses, too
		return false
	case d.Way == declared.ToPods: // of a headless Service the proxy knows the pods' addresses, unless they are told apart by HTTP's Host
		return !d.Host.Passthrough || !d.Host.Kubernetes || slices.ContainsFunc(d.Host.Ports, func(p mesh.HostPort) bool { return d.On(p.Number) && p.Protocol.Class() != resolve.ClassTCP })
	}
	return d.Way != declared.ByName
}

// nobody is the class of who has no proxy and is no workload.
var nobody = &mesh.ClientClass{Dataplane: resolve.DataplaneNone, Revision: resolve.DefaultRevision}

// causes are why the caller's proxy has no say.
var causes = map[declared.Way]resolve.Cause{
	declared.ByName: resolve.CauseNoProxy, declared.ToPods: resolve.CauseDialsPods, declared.Outside: resolve.CauseOutsideMesh,
	declared.BeforeProxy: resolve.CauseBeforeProxy, declared.PerhapsBeforeProxy: resolve.CausePerhapsBeforeProxy,
}

// pastProxy is what becomes of what the caller itself sends to a port.
func (p *Paths) pastProxy(d *declared.Call, class *mesh.ClientClass, port *mesh.HostPort) []mesh.Connection {
	sends := resolve.Sending{TLS: d.Sends(), Why: resolve.Reason{Cause: causes[d.Way]}}
	switch proxied := class != nil && class.Proxied(); {
	case d.Way != declared.ToPods:
	case !proxied && class != nil:
		sends.Why.Cause = resolve.CauseNoProxy
	case proxied && class.RegistryOnly():
		sends.TLS = resolve.SendsNothing
	}
	all := p.part(d.Host).Prepare(nobody, d.Host, port, "", nil).Connections()
	for i := range all {
		c := &all[i]
		c.Sends = sends
		if sends.TLS != resolve.SendsPlaintext {
			c.Outcome = judge(c, sends.TLS)
		}
		if d.Way == declared.BeforeProxy || d.Way == declared.PerhapsBeforeProxy {
			c.Outcome = early(d.Way, c)
		}
	}
	return all
}

// judge is what becomes of TLS that the caller brings. A certificate of the mesh is known to be
// one where the caller is known to have it: a STRICT port asks for no ALPN, a PERMISSIVE one
// tells the mesh's TLS from the application's by it (4.1).
func judge(c *mesh.Connection, sends resolve.ClientTLS) resolve.Outcome {
	protocol, accepts := c.Port.Protocol, c.Serves.Mode
	if c.Server != nil && c.Server.Workload != nil {
		_, protocol = c.Server.Workload.Serves(c.Server.Port)
	}
	if c.Serves.OfMesh {
		accepts = resolve.Strict
	}
	if sends == resolve.SendsMutual && accepts == resolve.Strict {
		sends = resolve.SendsIstioMutual
	}
	return resolve.Judge(sends, accepts, protocol)
}

// early is what becomes of a dial before the pod's proxy runs: where traffic is redirected by
// then, nobody takes it, and where it is not, it is plaintext (1.6). Both fail at a STRICT port.
func early(way declared.Way, c *mesh.Connection) resolve.Outcome {
	if way == declared.BeforeProxy && c.Outcome.Verdict == resolve.VerdictBroken {
		return c.Outcome
	}
	return resolve.Outcome{Why: c.Sends.Why}
}

// part is the mesh of the cluster that has the host.
func (p *Paths) part(h *mesh.Host) *mesh.Mesh {
	for _, part := range p.mesh.Parts() {
		if slices.Contains(part.Hosts(), h) {
			return part
		}
	}
	return p.mesh
}
