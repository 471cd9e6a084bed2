package traffic

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// take says what a line means. The cluster tells which side of a call reported it.
func (b *logbook) take(l *accessLine, reporter resolve.Peer) {
	b.spans(l.start)
	service, port, named := clusterService(l.cluster)
	switch {
	case strings.HasPrefix(l.cluster, "inbound|") || strings.HasPrefix(l.cluster, "InboundPassthroughCluster"):
		b.served(l, reporter)
	case !named && strings.Contains(l.details, "filter_chain_not_found"):
		b.refused(l, reporter)
	case strings.HasPrefix(l.cluster, "inbound-vip|"): // a waypoint's, which takes the call on
		b.sent(l, peerAt(l.remote), service, port)
	case named:
		client := b.caller(l, reporter)
		if l.failed() {
			b.failed(l, client, service, port)
			return
		}
		b.sent(l, client, service, port)
	case strings.HasPrefix(l.cluster, "outbound_."): // a gateway's, which passes TLS on unopened
		service, port, _ = serverNameService(l.cluster)
		b.sent(l, peerAt(l.remote), service, port)
	case l.cluster == "PassthroughCluster":
		b.sent(l, b.caller(l, reporter), resolve.Peer{}, 0)
	}
}

// served is a call that the server's own proxy reports. Only it knows how the
// connection was secured: a proxy of the mesh asks for a server name of its own making,
// a certificate names a service account, and a TCP connection with another server name
// is TLS that no proxy opened.
func (b *logbook) served(l *accessLine, reporter resolve.Peer) {
	e := evidence.Edge{Client: peerAt(l.remote), Server: b.server(l, reporter), Protocol: l.wire()}
	_, e.Port = portAt(l.local)
	if e.Client == (resolve.Peer{}) {
		return // within the pod
	}
	service, port, ours := serverNameService(l.serverName)
	who, certified := principalPeer(l.principal)
	switch {
	case ours:
		e.Service, e.ServicePort, e.Security = service, port, resolve.SecurityMTLS
	case certified:
		e.Security = resolve.SecurityMTLS
	case isNone(l.serverName) || e.Protocol == "tcp":
		e.Security = resolve.SecurityPlaintext
	}
	if certified {
		e.Client.Namespace, e.Client.ServiceAccount = who.Namespace, who.ServiceAccount
	}
	b.inbound.add(e, l.start)
}

// refused is a connection that no filter chain of the server takes.
func (b *logbook) refused(l *accessLine, reporter resolve.Peer) {
	f := evidence.Failure{Client: peerAt(l.remote), Server: b.server(l, reporter), Kind: evidence.FailureTLS, Detail: "filter_chain_not_found"}
	if f.Client == (resolve.Peer{}) {
		return
	}
	_, f.Port = portAt(l.local)
	if isNone(l.serverName) {
		f.Kind = evidence.FailurePlaintext
	}
	f.Service, f.ServicePort, _ = serverNameService(l.serverName)
	b.failures.add(f, l.start)
}

// sent is a call that the client's side reports, or somebody between: it arrived, and
// nobody says how.
func (b *logbook) sent(l *accessLine, client, service resolve.Peer, port int32) {
	e := evidence.Edge{Client: client, Service: service, ServicePort: port, Protocol: l.wire()}
	e.Server, e.Port = portAt(l.upstreamHost)
	if l.unconnected() || e.Server == (resolve.Peer{}) && service == (resolve.Peer{}) {
		return
	}
	b.outbound.add(e, l.start)
}

// failed is a call of which the client's proxy says that TLS failed, or that the server
// closed the connection.
func (b *logbook) failed(l *accessLine, client, service resolve.Peer, port int32) {
	f := evidence.Failure{Client: client, Service: service, ServicePort: port, Kind: evidence.FailureClosed}
	f.Server, f.Port = portAt(l.upstreamHost)
	if l.tlsFailed() {
		f.Kind, f.Detail = evidence.FailureHandshake, l.tlsReason()
	}
	b.failures.add(f, l.start)
}

// server is the reporter as the server: its own address is the local one.
func (b *logbook) server(l *accessLine, reporter resolve.Peer) resolve.Peer {
	p, _ := portAt(l.local)
	b.arrived = true
	b.reports(p, reporter)
	p.Pod, p.Namespace = reporter.Pod, reporter.Namespace
	return p
}

// caller is the reporter as the client. The connection to the server begins at its own
// address; where there is none, a sidecar is called from its own pod, and a gateway, which
// puts its client into the header, at its own address.
func (b *logbook) caller(l *accessLine, reporter resolve.Peer) resolve.Peer {
	p := peerAt(l.upstreamLocal)
	if p == (resolve.Peer{}) {
		p = peerAt(l.remote)
		hops := strings.Split(l.forwardedFor, ",")
		if p.Address != "" && strings.TrimSpace(hops[len(hops)-1]) == p.Address {
			p = peerAt(l.local)
		}
	} else {
		b.reports(p, reporter)
	}
	p.Pod, p.Namespace = reporter.Pod, reporter.Namespace
	return p
}

func (l *accessLine) wire() evidence.Wire {
	if strings.HasPrefix(l.protocol, "HTTP") {
		return "http"
	}
	return "tcp"
}

// unconnected reports a call that never reached a server.
func (l *accessLine) unconnected() bool {
	return slices.ContainsFunc(strings.Split(l.flags, ","), func(flag string) bool {
		return slices.Contains([]string{"UF", "UH", "UO", "NR", "NC", "NFCF"}, flag)
	})
}
