package evidence

import (
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Incident is one call as one line of a log shows it. What the line does not say is zero.
type Incident struct {
	// Client, Server and Service are the ends; Service is the one that was called by name.
	Client, Server, Service resolve.Peer
	// ServicePort is the port by which the Service was called, Port the one on which the server
	// listens.
	ServicePort, Port int32
	Subset            string
	// Scheme is that of a URL in the line, "" for none.
	Scheme string
	// ByAddress is true for a call that named no host: it went to an address as it was.
	ByAddress bool
	// At is when, zero where the line has no time.
	At time.Time
	// Text is what the proxy wrote about the outcome, without anything that a client wrote; ""
	// for a line that is no access log's.
	Text string
}

// IsZero reports an incident that names neither end.
func (i *Incident) IsZero() bool {
	none := resolve.Peer{}
	return i.Client == none && i.Server == none && i.Service == none
}

// Locator finds the workload that a pod, an address or a service account of a log must be.
type Locator struct{ book *addressBook }

// NewLocator indexes the workloads of a mesh.
func NewLocator(m *mesh.Mesh) *Locator { return &Locator{newAddressBook(m)} }

// Workload is the only workload that a peer can be, nil where there is none, or more than one.
// Who got an address after the time of the line is not meant.
func (l *Locator) Workload(p resolve.Peer, seen time.Time) *inbound.Workload {
	switch {
	case p == (resolve.Peer{}):
		return nil
	case p.Name != "":
		return only(l.book.byName[resolve.Peer{Namespace: p.Namespace, Name: p.Name}])
	}
	return l.book.workload(p, seen)
}
