package proxy

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Listener is one listener of an Envoy.
type Listener struct {
	Name string
	// Port is where it listens, 0 for an internal listener.
	Port    int32
	Inbound bool
	// Static is true for those of the bootstrap: health, metrics.
	Static bool
	Chains []Chain
}

// Chain is one filter chain.
type Chain struct {
	Name string
	// Port is the destination port that it is for, 0 for any.
	Port int32
	// Transport is "tls" or "raw_buffer", "" for any.
	Transport string
	// Names are the server names that it is for.
	Names []string
	// Default is true for the chain that takes what matches no other.
	Default bool
	// TLS is nil where the chain opens no TLS.
	TLS *ServerTLS
	// Opaque is true for a transport socket that is not TLS, such as a raw buffer around another.
	Opaque bool
}

// ServerTLS are the TLS settings of a filter chain.
type ServerTLS struct {
	// Certificate is the name of the secret, "" where the certificate is written in.
	Certificate string
	// DemandsClient is true where a client certificate is demanded.
	DemandsClient bool
	// Minimum is the lowest TLS version, "" for Envoy's own.
	Minimum string
	// Domains are the prefixes of client identities that are accepted; none accepts all.
	Domains []string
}

// workloadCertificate is the name of the secret with the proxy's own certificate, fileCertificate
// how the names of those begin that the agent reads from files.
const (
	workloadCertificate = "default"
	fileCertificate     = "file-cert:"
	identityScheme      = "spiffe://"
)

// OfMesh tells Istio's mutual TLS from a listener's own: a client certificate is demanded, and
// the proxy shows its own certificate. One from files is the mesh's where client identities are
// checked.
func (t *ServerTLS) OfMesh() bool {
	switch {
	case t == nil || !t.DemandsClient:
		return false
	case t.Certificate == workloadCertificate:
		return true
	}
	return strings.HasPrefix(t.Certificate, fileCertificate) && slices.ContainsFunc(t.Domains, func(d string) bool { return strings.HasPrefix(d, identityScheme) })
}

// Accepts is which connections get through to the application on a port.
type Accepts struct {
	// Mesh is Istio mTLS, Plain plaintext, Own the TLS of a listener's own settings or of the
	// application, chosen by server name; Opaque something that cannot be told.
	Mesh, Plain, Own, Opaque bool
}

// Mode is the mode that the connections come to: NONE where no chain is for the port.
func (a Accepts) Mode() resolve.Mode {
	switch {
	case a.Opaque:
		return resolve.Unknown
	case a.Mesh && a.Plain, a.Own && a.Plain:
		return resolve.Permissive
	case a.Own:
		return resolve.TLS
	case a.Mesh:
		return resolve.Strict
	case a.Plain:
		return resolve.Disable
	}
	return resolve.None
}

// The listeners that take what comes into a pod.
const (
	virtualInbound = "virtualInbound"
	// blackhole is the chain for what is sent to the port of virtualInbound itself: an endless
	// loop otherwise. It reaches no application.
	blackhole = "virtualInbound-blackhole"
)

// own are the ports that an Envoy or its agent answers itself.
func own(port int32) bool {
	return port == resolve.AgentStatusPort || port != resolve.HBONEPort && slices.Contains(resolve.ProxyPorts, port)
}

// Intercepts reports the listener for captured traffic: without it each port has a listener of
// its own.
func (e *Envoy) Intercepts() bool {
	return slices.ContainsFunc(e.Listeners, func(l Listener) bool { return l.Name == virtualInbound })
}

// Port is what the proxy accepts on a port of its pod; 0 asks about any port that has no chain
// of its own.
func (e *Envoy) Port(port int32) Accepts {
	var chains []Chain
	for i := range e.Listeners {
		if l := &e.Listeners[i]; e.serves(l) && l.Port == port && port != 0 && l.Name != virtualInbound {
			chains = append(chains, l.Chains...)
		}
	}
	if len(chains) == 0 {
		chains = e.captured(port)
	}
	return accepted(chains)
}

// serves reports a listener that takes connections for the pod, or for a gateway's servers.
func (e *Envoy) serves(l *Listener) bool {
	if l.Static || own(l.Port) {
		return false
	}
	switch e.Kind {
	case Router:
		return true
	case Waypoint: // whose listener for tunnels has no direction
		return l.Port == resolve.HBONEPort
	}
	return l.Inbound
}

// captured are the chains of the listener for captured traffic that a port ends in. Envoy looks
// at the destination port first: a chain for the port keeps those for any from it.
func (e *Envoy) captured(port int32) []Chain {
	var exact, others, last []Chain
	for i := range e.Listeners {
		if e.Listeners[i].Name != virtualInbound {
			continue
		}
		for _, c := range e.Listeners[i].Chains {
			switch {
			case c.Name == blackhole:
			case c.Default:
				last = append(last, c)
			case c.Port == 0:
				others = append(others, c)
			case c.Port == port:
				exact = append(exact, c)
			}
		}
	}
	switch {
	case len(exact) > 0:
		return append(exact, last...)
	case len(others) > 0:
		return append(others, last...)
	}
	return last
}

// accepted is what a connection can be to get into one of the chains. The default chain takes
// what the others leave, whatever it is.
func accepted(chains []Chain) Accepts {
	var a Accepts
	for _, c := range chains {
		switch {
		case c.Opaque:
			a.Opaque = true
		case c.TLS.OfMesh():
			a.Mesh = true
		case c.TLS != nil || len(c.Names) > 0:
			a.Own = true
		case c.Transport == "tls": // TLS that is not Istio's goes on to the application
		default:
			a.Plain = true
		}
	}
	return a
}

// Ports are those that have a chain or a listener of their own, sorted.
func (e *Envoy) Ports() []int32 {
	var out []int32
	for i := range e.Listeners {
		l := &e.Listeners[i]
		if l.Name == virtualInbound {
			for _, c := range l.Chains {
				if c.Port != 0 && !own(c.Port) {
					out = append(out, c.Port)
				}
			}
			continue
		}
		if e.serves(l) && l.Port != 0 {
			out = append(out, l.Port)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// MeshTLS are the settings of the chains that accept Istio mTLS.
func (e *Envoy) MeshTLS() (list []*ServerTLS) {
	for i := range e.Listeners {
		for j := range e.Listeners[i].Chains {
			if t := e.Listeners[i].Chains[j].TLS; t.OfMesh() {
				list = append(list, t)
			}
		}
	}
	return list
}
