package mesh

import (
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// What is asked of several clusters is asked of each: every client has the rules, and knows the
// hosts, of its own.

// Connections yields every call that a class of clients can make, class by class, host by
// host, cluster by cluster; see Side.Connections.
func (m *Mesh) Connections(f outbound.Filter) iter.Seq[outbound.Connection] {
	if len(m.parts) == 0 {
		return m.Side.Connections(f)
	}
	return func(yield func(outbound.Connection) bool) {
		for _, p := range m.parts {
			for c := range p.Connections(f) {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// Shared yields every connection once for all the classes of clients that share it; see
// Side.Shared.
func (m *Mesh) Shared(f outbound.Filter) iter.Seq2[[]*outbound.ClientClass, outbound.Connection] {
	if len(m.parts) == 0 {
		return m.Side.Shared(f)
	}
	return func(yield func([]*outbound.ClientClass, outbound.Connection) bool) {
		for _, p := range m.parts {
			for classes, c := range p.Shared(f) {
				if !yield(classes, c) {
					return
				}
			}
		}
	}
}

// Calls yields what becomes of the calls of one class to one host, hidden or not.
func (m *Mesh) Calls(class *outbound.ClientClass, h *outbound.Host) iter.Seq[outbound.Connection] {
	return m.Part(class.Cluster).Side.Calls(class, h)
}

// CallsOf yields what becomes of the calls of one workload to one host, hidden or
// not; nothing for a workload that belongs to no class.
func (m *Mesh) CallsOf(w *inbound.Workload, h *outbound.Host) iter.Seq[outbound.Connection] {
	if class := m.ClassOf(w); class != nil {
		return m.Calls(class, h)
	}
	return func(func(outbound.Connection) bool) {}
}

// Trace decides a call and keeps what was looked at; see Side.Trace.
func (m *Mesh) Trace(w *inbound.Workload, h *outbound.Host, port *outbound.HostPort, subset string) *outbound.Trace {
	class := m.ClassOf(w)
	if class == nil {
		return nil
	}
	return m.Part(class.Cluster).Side.Trace(w, h, port, subset)
}

// Knows reports whether the scope of a class' proxies has the port at all; see Side.Knows.
func (m *Mesh) Knows(c *outbound.ClientClass, h *outbound.Host, port int32) bool {
	return m.Part(c.Cluster).Side.Knows(c, h, port)
}

// Reach works out whether a rule counts anywhere (3.2).
func (m *Mesh) Reach(r *outbound.DestinationRule) outbound.Reach {
	return m.Part(r.Cluster).Side.Reach(r)
}

// Displaces lists what a rule takes the place of for clients of its own namespace; see
// Side.Displaces.
func (m *Mesh) Displaces(r *outbound.DestinationRule) []outbound.Displaced {
	return m.Part(r.Cluster).Side.Displaces(r)
}

// Overruled lists where a rule is shadowed, masked or merged away, host by host; see
// Side.EachOverruled.
func (m *Mesh) Overruled(r *outbound.DestinationRule) []outbound.Overruled {
	return slices.Collect(m.EachOverruled(r))
}

// EachOverruled is Overruled, worked out host by host.
func (m *Mesh) EachOverruled(r *outbound.DestinationRule) iter.Seq[outbound.Overruled] {
	return m.Part(r.Cluster).Side.EachOverruled(r)
}

// RoutedBy names the VirtualServices that send calls to a subset of a host.
func (m *Mesh) RoutedBy(host, subset string) (list []resolve.Ref) {
	for _, p := range m.parts {
		list = append(list, p.RoutedBy(host, subset)...)
	}
	return append(list, m.Side.RoutedBy(host, subset)...)
}

// Ways are the ways that calls of a class to a port go; see Side.Ways.
func (m *Mesh) Ways(class *outbound.ClientClass, h *outbound.Host, port *outbound.HostPort) ([]outbound.Way, *outbound.VirtualService) {
	return m.Part(class.Cluster).Side.Ways(class, h, port)
}

// GatewayWays are those of calls that come to the servers of a gateway; see Side.GatewayWays.
func (m *Mesh) GatewayWays(class *outbound.ClientClass, w *inbound.Workload) []outbound.GatewayWay {
	return m.Part(class.Cluster).Side.GatewayWays(class, w)
}

// Lost are the calls of a class to a host that routes lead to nothing; see Side.Lost.
func (m *Mesh) Lost(class *outbound.ClientClass, h *outbound.Host) iter.Seq[outbound.Connection] {
	return m.Part(class.Cluster).Side.Lost(class, h)
}

// Ends are the places to which routes lead the calls of a class to a port of a host; see Side.Ends.
func (m *Mesh) Ends(class *outbound.ClientClass, h *outbound.Host, port *outbound.HostPort) []outbound.End {
	return m.Part(class.Cluster).Side.Ends(class, h, port)
}

// LostAtGateway is what becomes of calls that a gateway's route leads to nothing; see
// Side.LostAtGateway.
func (m *Mesh) LostAtGateway(class *outbound.ClientClass, w *outbound.GatewayWay) resolve.Outcome {
	return m.Part(class.Cluster).Side.LostAtGateway(class, w)
}

// Rerouted reports a port to which no call of a class goes as it is; see Side.Rerouted.
func (m *Mesh) Rerouted(class *outbound.ClientClass, h *outbound.Host, port *outbound.HostPort) (by resolve.Ref, ok bool) {
	return m.Part(class.Cluster).Side.Rerouted(class, h, port)
}

// RuleFor is the merged DestinationRule of a class for a host; see Side.RuleFor.
func (m *Mesh) RuleFor(class *outbound.ClientClass, h *outbound.Host) *outbound.MergedRule {
	return m.Part(class.Cluster).Side.RuleFor(class, h)
}
