package proxy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Cluster is one cluster of an Envoy that leads to a port of a host.
type Cluster struct {
	// Host, Port and Subset are of its name, "outbound|PORT|SUBSET|HOST".
	Host   string
	Port   int32
	Subset string
	// Rule is the DestinationRule that istiod made it by, zero for none.
	Rule resolve.Ref
	// Socket is for endpoints that no entry of Matches selects, nil for plaintext.
	Socket  *ClientTLS
	Matches []SocketMatch
	// Kept is true where the client keeps the address that the application chose.
	Kept bool
}

// ClientTLS is a transport socket of a cluster.
type ClientTLS struct {
	// Certificate is the name of the secret with the client certificate, "" for none.
	Certificate string
	// Names are the identities of servers that are accepted; none accepts all of the root.
	Names []string
	// Minimum is the lowest TLS version, "" for Envoy's own.
	Minimum string
	// Tunnel is true for a socket that leads into an HBONE tunnel, TLS for one that is TLS itself.
	Tunnel, TLS bool
	// Opaque is true for a socket that is neither: what it sends cannot be told.
	Opaque bool
}

// SocketMatch is a transport socket for the endpoints whose metadata it matches.
type SocketMatch struct {
	Name   string
	Match  map[string]string
	Socket *ClientTLS
}

// Endpoint is one endpoint of a cluster.
type Endpoint struct {
	// Address is "10.0.0.7:8080", for a tunnelled endpoint what is at its end; "" where only a
	// name is known.
	Address string
	// Metadata is what socket matches go by.
	Metadata map[string]string
	// Waypoint is true for one that is a waypoint's.
	Waypoint bool
}

// Name is the name of the cluster.
func (c *Cluster) Name() string {
	return "outbound|" + strconv.Itoa(int(c.Port)) + "|" + c.Subset + "|" + c.Host
}

// ParseCluster takes the name of a cluster apart; ok is false for one that leads to no host of
// the mesh.
func ParseCluster(name string) (c Cluster, ok bool) {
	parts := strings.Split(name, "|")
	if len(parts) != 4 || parts[0] != "outbound" {
		return c, false
	}
	port, err := strconv.ParseUint(parts[1], 10, 16)
	if err != nil || parts[3] == "" {
		return c, false
	}
	return Cluster{Host: parts[3], Port: int32(port), Subset: parts[2]}, true
}

// hboneMatch is the name of the socket that leads into a tunnel.
const hboneMatch = "hbone"

// To is what is sent to an endpoint: by the first match, as Envoy goes over them, else by the
// socket of the cluster.
func (c *Cluster) To(e *Endpoint) resolve.ClientTLS {
	for i := range c.Matches {
		if m := &c.Matches[i]; m.selects(e) {
			return m.sends()
		}
	}
	return c.Socket.sends()
}

func (m *SocketMatch) selects(e *Endpoint) bool {
	for key, want := range m.Match {
		if e.Metadata[key] != want {
			return false
		}
	}
	return true
}

func (m *SocketMatch) sends() resolve.ClientTLS {
	if m.Name == hboneMatch || m.Socket != nil && m.Socket.Tunnel {
		return resolve.SendsHBONE
	}
	return m.Socket.sends()
}

func (t *ClientTLS) sends() resolve.ClientTLS {
	switch {
	case t == nil:
		return resolve.SendsPlaintext
	case t.Opaque:
		return resolve.SendsUnknown
	case t.Tunnel:
		return resolve.SendsHBONE
	case !t.TLS:
		return resolve.SendsPlaintext
	case t.Certificate == workloadCertificate:
		return resolve.SendsIstioMutual
	case t.Certificate == "":
		return resolve.SendsSimple
	}
	return resolve.SendsMutual
}

// Sends are the different things that the cluster can send, by what an endpoint's metadata asks for.
func (c *Cluster) Sends() (list []resolve.ClientTLS) {
	add := func(t resolve.ClientTLS) {
		if !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	for i := range c.Matches {
		add(c.Matches[i].sends())
		if len(c.Matches[i].Match) == 0 { // it takes all endpoints that come to it
			return list
		}
	}
	add(c.Socket.sends())
	return list
}

// Outside are Sends without HBONE, which only endpoints that accept it get: one where the cluster
// decides, several where the endpoint does.
func (c *Cluster) Outside() []resolve.ClientTLS {
	return slices.DeleteFunc(c.Sends(), func(t resolve.ClientTLS) bool { return t == resolve.SendsHBONE })
}

// PerEndpoint reports a cluster of which only the endpoints tell what is sent.
func (c *Cluster) PerEndpoint() bool { return len(c.Sends()) > 1 }

// MeshTLS are the sockets of the cluster that are Istio mTLS.
func (c *Cluster) MeshTLS() (list []*ClientTLS) {
	for _, t := range append([]*ClientTLS{c.Socket}, sockets(c.Matches)...) {
		if t != nil && t.sends() == resolve.SendsIstioMutual {
			list = append(list, t)
		}
	}
	return list
}

func sockets(matches []SocketMatch) (list []*ClientTLS) {
	for i := range matches {
		list = append(list, matches[i].Socket)
	}
	return list
}
