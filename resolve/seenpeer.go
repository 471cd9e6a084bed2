package resolve

import "cmp"

// Peer names a workload or service as evidence does. Telemetry gives a name without a
// kind; an access log a pod, an address or what a certificate said, which a Mesh may
// turn into a name (NewEvidence). The zero Peer is nobody that could be named.
type Peer struct {
	Namespace, Name string
	// Pod is a pod's name where no Name is known; then Namespace may be unknown too.
	Pod string
	// Address is the IP address, where no Name is known.
	Address string
	// ServiceAccount is that of Namespace which the client's certificate named, where no
	// Name is known.
	ServiceAccount string
}

// String is "name.namespace"; else the pod, service account or address; "unknown" for
// nobody.
func (p Peer) String() string {
	name := p.Address
	switch {
	case p.Name != "":
		name = p.within(p.Name)
	case p.Pod != "":
		name = "pod " + p.within(p.Pod)
	case p.ServiceAccount != "":
		name = "service account " + p.within(p.ServiceAccount)
	}
	if name == "" {
		return "unknown"
	}
	return name
}

func (p Peer) within(name string) string {
	if p.Namespace == "" {
		return name
	}
	return name + "." + p.Namespace
}

// Identified reports a peer that has the name of a workload or service.
func (p Peer) Identified() bool { return p.Name != "" }

// Compare orders by namespace and name, then by what else is known.
func (p Peer) Compare(o Peer) int {
	return cmp.Or(cmp.Compare(p.Namespace, o.Namespace), cmp.Compare(p.Name, o.Name), cmp.Compare(p.Pod, o.Pod),
		cmp.Compare(p.Address, o.Address), cmp.Compare(p.ServiceAccount, o.ServiceAccount))
}
