package inbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// server is what a dataplane puts in front of a workload's ports: a file for each.
type server interface {
	// serves is the decision of a port, of every port that nothing names for nil.
	serves(d *decider, p *Port) resolve.Decision
	// listed reports whether the ports that policies name are ports of the workload: a proxy
	// may read them (2.7).
	listed() bool
	// shaped reports a sidecar, certain or possible: Sidecar resources and EnvoyFilters shape
	// its listeners.
	shaped() bool
	// own reports a port on which the proxy listens itself; status is that of its agent.
	own(port, status int32) bool
}

// servers are by dataplane.
var servers = [...]server{
	resolve.DataplaneUnknown:   overTCP{envoy{}},
	resolve.DataplaneSidecar:   overTCP{envoy{sure: true}},
	resolve.DataplaneVM:        overTCP{envoy{sure: true}},
	resolve.DataplaneAmbient:   overTCP{ztunnel{}},
	resolve.DataplaneWaypoint:  overTCP{waypoint{}},
	resolve.DataplaneGateway:   gatewayProxy{},
	resolve.DataplaneProxyless: overTCP{proxyless{}},
	resolve.DataplaneNone:      overTCP{unproxied{}},
}

// overTCP is a server that UDP passes by.
type overTCP struct{ server }

func (s overTCP) serves(d *decider, p *Port) resolve.Decision {
	if p != nil && p.Protocol == resolve.ProtocolUDP {
		return d.none(resolve.Reason{Cause: resolve.CauseUDP})
	}
	return s.server.serves(d, p)
}

// proxyOwn reports a port of an Envoy or its agent.
func proxyOwn(port, status int32) bool {
	return port == status || slices.Contains(resolve.ProxyPorts, port)
}
