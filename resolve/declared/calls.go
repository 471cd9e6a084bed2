package declared

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Call is a call that configuration speaks of: a host that a client's environment,
// arguments or mounted ConfigMap names, a route, a policy that lets the client in. It
// is evidence that somebody means to call, weaker than traffic that was seen.
type Call struct {
	// Client is who calls, nil where it is not one workload of the input; Caller names
	// it then: "the ingress controller of class nginx", "workloads of namespace shop".
	Client *inbound.Workload
	Caller string
	// Host is who is called, Port the port that is meant: 0 where nothing says.
	Host *outbound.Host
	Port int32
	// Scheme is that of the URL that names the host, in lower case; "" for none.
	Scheme string
	// Subset is that of the route by which it goes, Away the VirtualService that leads it
	// elsewhere: then the host is not called as it is.
	Subset string
	Away   resolve.Ref
	// Way is how it dials. Brings is TLS of the caller's own: SendsSimple without a certificate
	// of the mesh, SendsMutual with one that shows no ALPN of Istio's, SendsIstioMutual with
	// one that does; SendsUnknown for none.
	Way    Way
	Brings resolve.ClientTLS
	// Helps is a setting that makes the caller dial so that its proxy decides; "" for none.
	Helps string
	// Routed is true for a call that the client makes for others, by a route.
	Routed bool
	// Handed is true where the client is given the text with all the rest of a ConfigMap
	// that others are given as well: it may never read it.
	Handed bool
	// Says is what speaks of it: "env PAY_URL of container web".
	Says string
	// By is the object that says it, and Origin and Field where; Below counts the lines
	// between the field and the text.
	By     resolve.Ref
	Origin resolve.Origin
	Field  resolve.Field
	Below  int
}

// Position is where it is written, zero for an object of a cluster.
func (d *Call) Position() resolve.Position {
	p := d.Origin.At(d.Field)
	if p.Line > 0 {
		p.Line += d.Below
	}
	return p
}

// Lacking reports a call to a port that the host does not have.
func (d *Call) Lacking() bool { return d.Port != 0 && d.Host.Port(d.Port) == nil }

// On reports that it may be a call of a port.
func (d *Call) On(port int32) bool { return d.Port == 0 || d.Port == port }

// Makes reports that it may be what comes to a connection: of its port and subset, not led
// elsewhere, but to nothing where the connection is lost.
func (d *Call) Makes(c *outbound.Connection) bool {
	return d.On(c.Port.Number) && d.Subset == c.Subset && (d.Away.IsZero() || c.Lost != "")
}

// Calls are all that the configuration of a mesh speaks of, sorted by client, host and
// place. A client's own Services are among them: pods of one workload call each other.
type Calls struct {
	all []*Call
	of  map[*inbound.Workload][]*Call
	on  map[*outbound.Host][]*Call
}

// All are all of them.
func (c *Calls) All() []*Call { return c.all }

// Of are those of one client.
func (c *Calls) Of(w *inbound.Workload) []*Call { return c.of[w] }

// On are those on one host.
func (c *Calls) On(h *outbound.Host) []*Call { return c.on[h] }

// reader looks for the calls of one cluster.
type reader struct{ *mesh.Mesh }

// calls is the key of a mesh's.
type calls struct{}

// In are the calls of a mesh, looked for when somebody asks first.
func In(m *mesh.Mesh) *Calls {
	return m.Joined().Derived(calls{}, func(m *mesh.Mesh) any {
		parts := m.Parts()
		if len(parts) == 0 {
			parts = []*mesh.Mesh{m}
		}
		var all []*Call
		for _, p := range parts {
			all = append(all, reader{p}.dependencies()...)
		}
		return newCalls(all)
	}).(*Calls)
}

// dependencies are those of one cluster: what its workloads say, then what sends these
// calls, or those of gateways, elsewhere, then whom policies let in.
func (m reader) dependencies() []*Call {
	said := m.saidByWorkloads()
	out := append(said, m.redirected(said)...)
	out = append(out, m.routedByGateways()...)
	out = append(out, m.routedByIngress()...)
	out = append(out, m.dialled()...)
	out = append(out, m.calledByAgents()...)
	return append(out, m.letIn()...)
}

func newCalls(all []*Call) *Calls {
	slices.SortStableFunc(all, compare)
	all = slices.CompactFunc(all, func(a, b *Call) bool { return compare(a, b) == 0 && a.Says == b.Says })
	d := &Calls{all: all, of: map[*inbound.Workload][]*Call{}, on: map[*outbound.Host][]*Call{}}
	for _, one := range all {
		d.on[one.Host] = append(d.on[one.Host], one)
		if one.Client != nil {
			d.of[one.Client] = append(d.of[one.Client], one)
		}
	}
	return d
}

func compare(d, o *Call) int {
	switch {
	case d.Client != nil && o.Client != nil:
		if c := d.Client.Compare(o.Client); c != 0 {
			return c
		}
	case d.Client != nil:
		return -1
	case o.Client != nil:
		return 1
	}
	return cmp.Or(cmp.Compare(d.Caller, o.Caller), d.Host.Compare(o.Host), cmp.Compare(d.Port, o.Port), cmp.Compare(d.Subset, o.Subset),
		d.By.Compare(o.By), cmp.Compare(d.Field, o.Field), cmp.Compare(d.Below, o.Below), cmp.Compare(d.Says, o.Says))
}
