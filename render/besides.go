package render

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// seenBesides tells of clients that were seen calling what is shown and that no row can
// have.
func seenBesides(c *calls.Calls) []string {
	o := observed{c.Evidence}
	var lines []string
	if !o.KnowsPorts() {
		lines = append(lines, "evidence counts calls to a service, whichever of its ports")
	}
	for _, one := range c.SeenBesides() {
		lines = append(lines, fmt.Sprintf("seen besides: %s -> %s: %s", callerText(c.Mesh, one.Client), hostText(one.Host), o.text(one.Sightings)))
	}
	return lines
}

// callerText names a client, and says of an address whose it may be.
func callerText(m *mesh.Mesh, p resolve.Peer) string {
	switch {
	case p == resolve.Peer{}:
		return "a client that telemetry cannot name"
	case p.Identified():
		return p.String()
	case p.Pod != "":
		return p.String() + ", none of the input"
	case p.Address != "" && p.ServiceAccount != "":
		return p.String() + " at " + p.Address
	case p.Address != "":
		return p.Address + ", " + whose(m, p.Address)
	}
	return p.String()
}

// whose says why an address names nobody: its pod was made after the call, two have it,
// or it is a node's.
func whose(m *mesh.Mesh, address string) string {
	switch list := m.Address(address).Workloads; {
	case len(list) == 0:
		return "no pod of the input"
	case slices.ContainsFunc(list, func(w *inbound.Workload) bool { return w.HostNetwork }):
		return "a node's address"
	}
	return "whose it was then is not known"
}
