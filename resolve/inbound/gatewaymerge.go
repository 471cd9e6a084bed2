package inbound

import (
	"cmp"
	"slices"
	"strings"
	"time"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// merging is what istiod looks at when it puts the servers of one port of a proxy together:
// they come from Gateways of any namespace, and what does not fit is dropped in silence (2.15).
type merging struct {
	// created, name and namespace are those of the Gateway: older ones come first.
	created         time.Time
	name, namespace string
	// index is its place among the servers of the Gateway.
	index int
	// spelled is the protocol as it is written.
	spelled string
	// bind is the address that the server listens on, "" for all.
	bind  string
	hosts []string
	// options is true where tls is written, http where the protocol is plain HTTP.
	options, http bool
}

// mergingOf is that of a server of an Istio Gateway.
func mergingOf(created time.Time, by resolve.Ref, index int, s *networkingapi.Server, protocol resolve.Protocol) merging {
	return merging{
		created: created, name: by.Name, namespace: by.Namespace, index: index, spelled: s.GetPort().GetProtocol(), bind: s.GetBind(),
		hosts: serverHosts(by.Namespace, s), options: s.GetTls() != nil, http: protocol.Class() == resolve.ClassHTTP,
	}
}

// serverHosts are the hosts of a server: those of any namespace without it.
func serverHosts(namespace string, s *networkingapi.Server) (hosts []string) {
	for _, host := range s.GetHosts() {
		if host == "*/*" {
			return []string{"*"}
		}
		if short, here := strings.CutPrefix(host, "./"); here {
			host = namespace + "/" + short
		}
		hosts = append(hosts, strings.TrimPrefix(host, "*/"))
	}
	return hosts
}

func (m *merging) compare(o *merging) int {
	return cmp.Or(m.created.Compare(o.created), cmp.Compare(m.name, o.name), cmp.Compare(m.namespace, o.namespace), m.index-o.index)
}

// terminates reports a server that takes TLS on its port, to end it or to pass it on.
func (m *merging) terminates() bool { return m.options && !m.http }

// listening are the servers that istiod has put on one port of a proxy.
type listening struct {
	// plain is the server without TLS that came last, nil while there is none.
	plain *gatewayServer
	// hosts are those of servers with tls.
	hosts map[string]*gatewayServer
	// kept are the servers that stay.
	kept []*gatewayServer
}

// merge marks the servers that istiod drops, in its order: of one port those that came first
// stay.
func merge(servers []gatewayServer) {
	ports := map[int32]*listening{}
	for _, s := range inOrder(servers) {
		if !s.dropped.IsZero() {
			continue // it was never among those that are put together
		}
		l := ports[s.listens]
		if l == nil {
			l = &listening{hosts: map[string]*gatewayServer{}}
			ports[s.listens] = l
		}
		if l.add(s) {
			l.kept = append(l.kept, s)
		}
	}
}

// add puts a server on the port, or drops it.
func (l *listening) add(s *gatewayServer) bool {
	if s.options && !l.named(s) {
		return false
	}
	switch p := l.plain; {
	case p != nil && p.bind == s.bind:
		if p.http && (s.http || s.protocol == p.protocol) {
			return true
		}
		s.drop(resolve.CauseServerConflict, p, "")
		return false
	case p == nil && !s.terminates():
		l.displace(s)
		l.plain = s
	case !s.terminates() && !slices.ContainsFunc(l.kept, s.sharesAddress):
		l.plain = s
	}
	return true
}

// named notes the hosts of a server with tls, false where one is taken: a host of several addresses is
// that of the last one.
func (l *listening) named(s *gatewayServer) bool {
	for _, host := range s.hosts {
		if by := l.hosts[host]; by != nil && by.bind == s.bind {
			s.drop(resolve.CauseServerSameHost, by, host)
			return false
		}
	}
	for _, host := range s.hosts {
		l.hosts[host] = s
	}
	return true
}

// sharesAddress reports servers of one protocol and address.
func (s *gatewayServer) sharesAddress(o *gatewayServer) bool {
	return s.bind == o.bind && s.spelled == o.spelled
}

// displace drops what has the protocol and address of the first server without TLS.
func (l *listening) displace(s *gatewayServer) {
	l.kept = slices.DeleteFunc(l.kept, func(o *gatewayServer) bool {
		if s.sharesAddress(o) {
			o.drop(resolve.CauseServerConflict, s, "")
		}
		return s.sharesAddress(o)
	})
}

// drop notes why istiod drops a server, for which one, and the host that both have.
func (s *gatewayServer) drop(cause resolve.Cause, by *gatewayServer, both string) {
	s.dropped = resolve.Because(cause, resolve.Details{By: by.by, Field: by.field, Name: both}).Numbered(s.port)
}
