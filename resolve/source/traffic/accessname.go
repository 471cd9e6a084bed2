package traffic

import (
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

const spiffe = "spiffe://"

// principalPeer is who a certificate of the mesh names:
// spiffe://cluster.local/ns/shop/sa/web. ok is false for another URI.
func principalPeer(uri string) (p resolve.Peer, ok bool) {
	_, path, _ := strings.Cut(strings.TrimPrefix(uri, spiffe), "/")
	parts := strings.Split(path, "/")
	if !strings.HasPrefix(uri, spiffe) || len(parts) != 4 || parts[0] != "ns" || parts[2] != "sa" || !isPodName(parts[1]) || !isPodName(parts[3]) {
		return resolve.Peer{}, false
	}
	return resolve.Peer{Namespace: parts[1], ServiceAccount: parts[3]}, true
}

// clusterService is the service and the port in the name of a cluster of calls to
// others: "outbound|80|v1|pay.shop.svc.cluster.local".
func clusterService(cluster string) (service resolve.Peer, port int32, ok bool) {
	parts := strings.Split(strings.TrimSuffix(cluster, ";"), "|")
	if len(parts) != 4 || parts[0] != "outbound" && parts[0] != "inbound-vip" {
		return resolve.Peer{}, 0, false
	}
	return servicePort(parts[1], parts[3])
}

// serverNameService is the same in the server name that a client's proxy asks for:
// "outbound_.80_.v1_.pay.shop.svc.cluster.local".
func serverNameService(name string) (service resolve.Peer, port int32, ok bool) {
	parts := strings.SplitN(name, "_.", 4)
	if len(parts) != 4 || parts[0] != "outbound" {
		return resolve.Peer{}, 0, false
	}
	return servicePort(parts[1], parts[3])
}

func servicePort(number, host string) (service resolve.Peer, port int32, ok bool) {
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil || n == 0 || host == "" {
		return resolve.Peer{}, 0, false
	}
	labels := strings.SplitN(host, ".", 4)
	if len(labels) == 4 && labels[2] == "svc" && labels[0] != "" && labels[1] != "" {
		return resolve.Peer{Namespace: labels[1], Name: labels[0]}, int32(n), true
	}
	return resolve.Peer{Name: host}, int32(n), true
}
