package resolve

import (
	"cmp"
	"slices"
)

// Dependency is a call that configuration speaks of: a host that a client's environment,
// arguments or mounted ConfigMap names, a route, a policy that lets the client in. It
// is evidence that somebody means to call, weaker than traffic that was seen.
type Dependency struct {
	// Client is who calls, nil where it is not one workload of the input; Caller names
	// it then: "the ingress controller of class nginx", "workloads of namespace shop".
	Client *Workload
	Caller string
	// Host is who is called, Port the port that is meant: 0 where nothing says.
	Host *Host
	Port int32
	// Handed is true where the client is given the text with all the rest of a ConfigMap
	// that others are given as well: it may never read it.
	Handed bool
	// Says is what speaks of it: "env PAY_URL of container web".
	Says string
	// By is the object that says it, and Origin and Field where; Below counts the lines
	// between the field and the text.
	By     Ref
	Origin Origin
	Field  Field
	Below  int
}

// Position is where it is written, zero for an object of a cluster.
func (d *Dependency) Position() Position {
	p := d.Origin.At(d.Field)
	if p.Line > 0 {
		p.Line += d.Below
	}
	return p
}

// On reports that it may be a call of a port.
func (d *Dependency) On(port int32) bool { return d.Port == 0 || d.Port == port }

// dependencies are all of a mesh, sorted, by who calls and who is called.
type dependencies struct {
	all []*Dependency
	of  map[*Workload][]*Dependency
	on  map[*Host][]*Dependency
}

// Dependencies are the calls that configuration speaks of, sorted by client, host and
// place. A client's own Services are among them: pods of one workload call each other.
func (m *Mesh) Dependencies() []*Dependency { return m.declared().all }

// DependenciesOf are those of one client.
func (m *Mesh) DependenciesOf(w *Workload) []*Dependency { return m.declared().of[w] }

// DependenciesOn are those on one host.
func (m *Mesh) DependenciesOn(h *Host) []*Dependency { return m.declared().on[h] }

// declared looks for dependencies when somebody asks first.
func (m *Mesh) declared() *dependencies {
	if m.whole != nil {
		return m.whole.declared()
	}
	m.declaring.Do(func() {
		m.linkClients()
		parts := m.parts
		if len(parts) == 0 {
			parts = []*Mesh{m}
		}
		var all []*Dependency
		for _, p := range parts {
			all = append(all, p.dependencies()...)
		}
		m.depends = newDependencies(all)
	})
	return m.depends
}

// dependencies are those of one cluster: what its workloads say, then what sends these
// calls, or those of gateways, elsewhere, then whom policies let in.
func (m *Mesh) dependencies() []*Dependency {
	said := m.saidByWorkloads()
	out := append(said, m.redirected(said)...)
	out = append(out, m.routedByGateways()...)
	out = append(out, m.routedByIngress()...)
	return append(out, m.letIn()...)
}

func newDependencies(all []*Dependency) *dependencies {
	slices.SortStableFunc(all, (*Dependency).compare)
	all = slices.CompactFunc(all, func(a, b *Dependency) bool { return a.compare(b) == 0 && a.Says == b.Says })
	d := &dependencies{all: all, of: map[*Workload][]*Dependency{}, on: map[*Host][]*Dependency{}}
	for _, one := range all {
		d.on[one.Host] = append(d.on[one.Host], one)
		if one.Client != nil {
			d.of[one.Client] = append(d.of[one.Client], one)
		}
	}
	return d
}

func (d *Dependency) compare(o *Dependency) int {
	switch {
	case d.Client != nil && o.Client != nil:
		if c := d.Client.compare(o.Client); c != 0 {
			return c
		}
	case d.Client != nil:
		return -1
	case o.Client != nil:
		return 1
	}
	return cmp.Or(cmp.Compare(d.Caller, o.Caller), d.Host.compare(o.Host), cmp.Compare(d.Port, o.Port),
		d.By.Compare(o.By), cmp.Compare(d.Field, o.Field), cmp.Compare(d.Below, o.Below), cmp.Compare(d.Says, o.Says))
}
