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
	// server is the name of the server in its Gateway, "" for none.
	server string
	// bind is the address that the server listens on, "" for all.
	bind  string
	hosts []string
	// options is true where tls is written, http where the protocol is plain HTTP.
	options, http bool
}

// mergingOf is that of a server of an Istio Gateway.
func mergingOf(created time.Time, by resolve.Ref, s *networkingapi.Server, protocol resolve.Protocol) merging {
	m := merging{
		created: created, name: by.Name, namespace: by.Namespace, server: s.GetName(), bind: s.GetBind(),
		options: s.GetTls() != nil, http: protocol.Class() == resolve.ClassHTTP,
	}
	for _, host := range s.GetHosts() {
		if short, here := strings.CutPrefix(host, "./"); here {
			host = by.Namespace + "/" + short
		}
		m.hosts = append(m.hosts, host)
	}
	return m
}

func (m *merging) compare(o *merging) int {
	return cmp.Or(m.created.Compare(o.created), cmp.Compare(m.name, o.name), cmp.Compare(m.namespace, o.namespace))
}

// terminates reports a server that takes TLS on its port.
func (m *merging) terminates() bool { return m.options && !m.http }

// listening are the servers that istiod has put on one port of a proxy.
type listening struct {
	first *gatewayServer
	// plain is the server without TLS that came first, nil while there is none.
	plain *gatewayServer
	// hosts are those of servers with tls, by the address that they listen on.
	hosts map[string]*gatewayServer
}

// merge marks the servers that istiod drops, in its order: of one port those that came first
// stay.
func merge(servers []gatewayServer) {
	order := make([]*gatewayServer, len(servers))
	for i := range servers {
		order[i] = &servers[i]
	}
	slices.SortStableFunc(order, func(a, b *gatewayServer) int { return a.merging.compare(&b.merging) })
	ports := map[int32]*listening{}
	names := map[resolve.Ref]map[string]*gatewayServer{}
	for _, s := range order {
		if names[s.by] == nil {
			names[s.by] = map[string]*gatewayServer{}
		}
		if first := names[s.by][s.server]; s.server != "" && first != nil {
			s.drop(resolve.CauseServerSameName, first, s.server)
			continue
		}
		names[s.by][s.server] = s
		if ports[s.listens] == nil {
			ports[s.listens] = &listening{hosts: map[string]*gatewayServer{}}
		}
		ports[s.listens].add(s)
	}
}

// add puts a server on the port, or drops it.
func (l *listening) add(s *gatewayServer) {
	if s.options {
		var taken *gatewayServer
		var twice string
		for _, host := range s.hosts {
			if by := l.hosts[s.bind+" "+host]; by != nil {
				taken, twice = by, host
			} else {
				l.hosts[s.bind+" "+host] = s
			}
		}
		if taken != nil {
			s.drop(resolve.CauseServerSameHost, taken, twice)
			return
		}
	}
	switch {
	case l.first == nil:
		l.first = s
		if !s.terminates() {
			l.plain = s
		}
	case l.plain != nil && !(l.plain.http && s.http && !s.terminates()) && l.plain.bind == s.bind:
		s.drop(resolve.CauseServerConflict, l.plain, "")
	case l.plain == nil && !s.options:
		s.drop(resolve.CauseServerConflict, l.first, "")
	}
}

// drop notes why istiod drops a server, for which one, and what both have: a host or a name.
func (s *gatewayServer) drop(cause resolve.Cause, by *gatewayServer, both string) {
	s.dropped = resolve.Because(cause, resolve.Details{By: by.by, Field: by.field, Name: both}).Numbered(s.port)
}
