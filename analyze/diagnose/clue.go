package diagnose

import (
	"cmp"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// The places of a line that name an end of a call. A line may be anything: the patterns are small, so
// that each costs as much as the line is long.
var (
	cluster  = regexp.MustCompile(`\boutbound\|(\d+)\|([A-Za-z0-9_.-]*)\|([A-Za-z0-9.-]+)`)
	sniName  = regexp.MustCompile(`\boutbound_\.(\d+)_\.([A-Za-z0-9.-]*)_\.([A-Za-z0-9.-]+)`)
	ownPort  = regexp.MustCompile(`\binbound\|(\d+)\|`)
	labelled = regexp.MustCompile(`\b(src|dst)\.(addr|hbone_addr|workload|namespace|service|identity)="?([A-Za-z0-9.:/\[\]_-]+)`)
	pair     = regexp.MustCompile(`\b(?:read|write) tcp (\[?[0-9a-fA-F.:]+\]?:\d+)->(\[?[0-9a-fA-F.:]+\]?:\d+)\b`)
	dialled  = regexp.MustCompile(`\b(?:dial tcp|from) (\[?[0-9a-fA-F.:]+\]?:\d+)\b`)
	url      = regexp.MustCompile(`\b(https?|grpcs?|tcp|rediss?|postgres(?:ql)?|mysql)://([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::(\d+))?`)
	podField = regexp.MustCompile(`\bpod/([a-z0-9][a-z0-9.-]*)`)
	hostPort = regexp.MustCompile(`\b([a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+):(\d+)\b`)
)

// sourceFile is a name that a line of code has, such as main.go:12, and no host.
var sourceFile = regexp.MustCompile(`\.(c|cc|cpp|go|h|java|js|jsx|kt|mjs|php|py|rb|rs|scala|ts|tsx)$`)

// Clue is what a line that is no access log's tells of a call: names of Envoy's clusters, fields of
// ztunnel, URLs and addresses. What it does not tell is zero.
func Clue(text string) evidence.Incident {
	text = text[:min(len(text), longestText)]
	var i evidence.Incident
	for _, named := range []*regexp.Regexp{cluster, sniName} {
		if m := named.FindStringSubmatch(text); m != nil {
			i.ServicePort, i.Subset, i.Service = PortNumber(m[1]), m[2], servicePeer(m[3])
			return i
		}
	}
	if m := ownPort.FindStringSubmatch(text); m != nil {
		i.Port = PortNumber(m[1])
	}
	if fields := labelled.FindAllStringSubmatch(text, 16); fields != nil {
		ofZtunnel(&i, fields)
		return i
	}
	i.Client, i.Server, i.Port, i.ByAddress = ends(text, i.Port)
	switch m := url.FindStringSubmatch(text); {
	case m != nil:
		i.Scheme = m[1]
		called(&i, strings.Trim(m[2], "[]"), cmp.Or(PortNumber(m[3]), usualPorts[m[1]]))
	default:
		if m := hostPort.FindStringSubmatch(text); m != nil && i.IsZero() && !sourceFile.MatchString(m[1]) {
			called(&i, m[1], PortNumber(m[2]))
		}
	}
	if m := podField.FindStringSubmatch(text); m != nil && i.Server.Pod == "" {
		i.Server.Pod = m[1]
	}
	return i
}

// usualPorts are those of URLs that name none.
var usualPorts = map[string]int32{"http": 80, "https": 443, "grpc": 80, "grpcs": 443, "redis": 6379, "rediss": 6379, "postgres": 5432, "postgresql": 5432, "mysql": 3306}

// ends are the addresses of a connection, as Go's errors have them: ours->theirs.
func ends(text string, port int32) (client, server resolve.Peer, at int32, byAddress bool) {
	if m := pair.FindStringSubmatch(text); m != nil {
		client, _ = addressPeer(m[1])
		server, at = addressPeer(m[2])
		return client, server, at, at != 0
	}
	if m := dialled.FindStringSubmatch(text); m != nil {
		peer, number := addressPeer(m[1])
		if strings.Contains(m[0], "from") {
			return peer, server, port, false
		}
		return client, peer, number, true
	}
	return client, server, port, false
}

// called notes who is called by a URL: a host, or an address as it is.
func called(i *evidence.Incident, host string, port int32) {
	if _, err := netip.ParseAddr(host); err == nil {
		i.Server, i.Port, i.ByAddress = resolve.Peer{Address: host}, port, true
		return
	}
	i.Service, i.ServicePort = servicePeer(host), port
	i.Server, i.Port, i.ByAddress = resolve.Peer{}, 0, false
}

// ofZtunnel reads the fields of ztunnel's access log.
func ofZtunnel(i *evidence.Incident, fields [][]string) {
	for _, f := range fields {
		end := &i.Client
		if f[1] == "dst" {
			end = &i.Server
		}
		switch f[2] {
		case "workload":
			end.Pod = f[3]
		case "namespace":
			end.Namespace = f[3]
		case "addr":
			var port int32
			if *end, port = withAddress(*end, f[3]); f[1] == "dst" && i.Port == 0 {
				i.Port = port
			}
		case "hbone_addr":
			if _, port := addressPeer(f[3]); f[1] == "dst" && port != 0 {
				i.Port = port // of the application, where addr is that of the tunnel
			}
		case "service":
			i.Service = servicePeer(f[3])
		}
	}
}

func withAddress(p resolve.Peer, text string) (resolve.Peer, int32) {
	a, port := addressPeer(text)
	p.Address = a.Address
	return p, port
}

func addressPeer(text string) (resolve.Peer, int32) {
	a, err := netip.ParseAddrPort(text)
	if err != nil {
		return resolve.Peer{}, 0
	}
	return resolve.Peer{Address: a.Addr().Unmap().WithZone("").String()}, int32(a.Port())
}

// servicePeer is the Service of a host name: "pay.shop", "pay.shop.svc", "pay.shop.svc.cluster.local";
// another host is known by its name alone.
func servicePeer(host string) resolve.Peer {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	labels := strings.Split(host, ".")
	if len(labels) == 2 || len(labels) > 2 && labels[2] == "svc" {
		return resolve.Peer{Namespace: labels[1], Name: labels[0]}
	}
	return resolve.Peer{Name: host}
}

// PortNumber is the port that a text is, 0 for none.
func PortNumber(text string) int32 {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0
	}
	return int32(n)
}
