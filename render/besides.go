package render

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// besides are clients that were seen calling what is shown and that no row can have:
// without a proxy, no workload of the input, or nobody can name them.
func (o *observed) besides(m *resolve.Mesh, answers []*answer) []string {
	proxied := proxiedPeers(m)
	var lines []string
	if !o.KnowsPorts() {
		lines = append(lines, "evidence counts calls to a service, whichever of its ports")
	}
	done := map[*resolve.Host]bool{}
	for _, a := range answers {
		if done[a.Host] {
			continue
		}
		done[a.Host] = true
		for _, c := range o.Callers(a.Host) {
			if !proxied[c.Client] && !o.members.named(a.clients, c.Client) {
				lines = append(lines, fmt.Sprintf("seen besides: %s -> %s: %s", callerText(m, c.Client), hostText(a.Host), o.text(c.Seen)))
			}
		}
	}
	return lines
}

// proxiedPeers are the workloads with a proxy, which have rows of their own.
func proxiedPeers(m *resolve.Mesh) map[resolve.Peer]bool {
	proxied := map[resolve.Peer]bool{}
	for _, w := range m.Workloads() {
		if w.Membership.Dataplane != resolve.DataplaneNone {
			proxied[w.Peer()] = true
		}
	}
	return proxied
}

// callerText names a client, and says of an address whose it may be.
func callerText(m *resolve.Mesh, p resolve.Peer) string {
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
func whose(m *resolve.Mesh, address string) string {
	switch list := m.Address(address).Workloads; {
	case len(list) == 0:
		return "no pod of the input"
	case slices.ContainsFunc(list, func(w *resolve.Workload) bool { return w.HostNetwork }):
		return "a node's address"
	}
	return "whose it was then is not known"
}
