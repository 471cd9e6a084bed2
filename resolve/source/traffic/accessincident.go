package traffic

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// ParseIncident reads one line of an access log as what it shows of one call; ok is false for
// a line that is none. Calls by the address of a pod, and to ports of no Service, are incidents
// like any other.
func ParseIncident(text string) (i evidence.Incident, ok bool) {
	l, reporter, ok := parseLine(strings.TrimSpace(text))
	if !ok {
		return i, false
	}
	i.At, i.Text = l.start, strings.Join([]string{"0", l.flags, l.details, l.cluster, "sni", serverNameWord(l.serverName)}, " ")
	service, port, named := clusterService(l.cluster)
	_, local := portAt(l.local)
	switch {
	case strings.HasPrefix(l.cluster, "inbound|"), strings.HasPrefix(l.cluster, "InboundPassthroughCluster"), !named && strings.Contains(l.details, "filter_chain_not_found"),
		isNone(l.cluster) && strings.Contains(l.details, "rbac_access_denied"):
		i.Client, i.Server, i.Port = peerAt(l.remote), servedAt(&l, reporter), local
		i.Service, i.ServicePort, _ = serverNameService(l.serverName)
		if who, certified := principalPeer(l.principal); certified {
			i.Client.Namespace, i.Client.ServiceAccount = who.Namespace, who.ServiceAccount
		}
	case named:
		i.Client, i.Service, i.ServicePort, i.Subset = clientOf(&l, reporter), service, port, subsetOf(l.cluster)
		i.Server, i.Port = portAt(l.upstreamHost)
	default:
		i.Client, i.ByAddress = clientOf(&l, reporter), strings.Contains(l.cluster, "PassthroughCluster") || strings.Contains(l.cluster, "BlackHoleCluster")
		if i.Server, i.Port = portAt(l.upstreamHost); i.Server == (resolve.Peer{}) {
			i.Server, i.Port = portAt(l.local) // the address that the application dialled
		}
	}
	return i, true
}

// serverNameWord is whose server name a client asked for: the name itself is the client's text.
func serverNameWord(name string) string {
	_, _, ours := serverNameService(name)
	switch {
	case ours:
		return "istio"
	case isNone(name):
		return "none"
	}
	return "foreign"
}

func servedAt(l *accessLine, reporter resolve.Peer) resolve.Peer {
	p, _ := portAt(l.local)
	p.Pod, p.Namespace = reporter.Pod, reporter.Namespace
	return p
}

// clientOf is the reporter, else whoever has the address at which the connection began.
func clientOf(l *accessLine, reporter resolve.Peer) resolve.Peer {
	p := peerAt(l.upstreamLocal)
	if p == (resolve.Peer{}) {
		p = peerAt(l.remote)
	}
	p.Pod, p.Namespace = reporter.Pod, reporter.Namespace
	return p
}

// subsetOf is the subset in the name of a cluster.
func subsetOf(cluster string) string {
	if parts := strings.Split(cluster, "|"); len(parts) == 4 {
		return parts[2]
	}
	return ""
}
