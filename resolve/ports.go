package resolve

import (
	"slices"
	"strconv"
)

// The ports on which a proxy and its agent listen in the pod. This is the one place that
// numbers them: code asks Workload.ProxyPort or by these names, and house_test.go looks.
const (
	// ProxyAdminPort is Envoy's admin interface, on the loopback address.
	ProxyAdminPort = 15000
	// ProxyOutboundPort takes what leaves the pod, ProxyInboundPort what comes in.
	ProxyOutboundPort = 15001
	ProxyInboundPort  = 15006
	// AgentDebugPort is the agent's debug interface, on the loopback address.
	AgentDebugPort = 15004
	// HBONEPort takes mTLS tunnels: of waypoints, ztunnel, and sidecars with HBONE (2.16).
	HBONEPort = 15008
	// AgentStatusPort is Istio's metrics and probes, unless StatusPortAnnotation moves it.
	AgentStatusPort = 15020
	// ProxyHealthPort is Istio's health check, ProxyMetricsPort Envoy's metrics.
	ProxyHealthPort  = 15021
	ProxyMetricsPort = 15090
	// AgentDNSPort answers the application's DNS queries.
	AgentDNSPort = 15053
)

// proxyPorts are those of a proxy in the pod besides the status port, ztunnelPorts those that
// ztunnel opens in the network of an ambient pod.
var (
	proxyPorts   = []int32{ProxyAdminPort, ProxyOutboundPort, AgentDebugPort, ProxyInboundPort, HBONEPort, ProxyHealthPort, AgentDNSPort, ProxyMetricsPort}
	ztunnelPorts = []int32{ProxyOutboundPort, ProxyInboundPort, HBONEPort, AgentDNSPort}
)

// reservedPorts are never captured, and what they are for (2.11).
var reservedPorts = map[int32]string{ProxyHealthPort: "Istio's health check", ProxyMetricsPort: "Envoy's metrics"}

// statusUse is what the agent answers on its status port.
const statusUse = "Istio's metrics and probes"

// ProxyPort reports a port on which the proxy of the workload listens itself, or would if it
// has one, which may be unknown: no policy, no rule and no plan is about it. Without a proxy
// every port is the application's.
func (w *Workload) ProxyPort(port int32) bool {
	switch w.Membership.Dataplane {
	case DataplaneNone:
		return false
	case DataplaneAmbient:
		return slices.Contains(ztunnelPorts, port)
	}
	return port == w.statusPort() || slices.Contains(proxyPorts, port)
}

// statusPort is that of the workload's agent.
func (w *Workload) statusPort() int32 {
	if w.pod == nil { // a machine
		return AgentStatusPort
	}
	return statusPort(w.pod)
}

// statusPort is where the agent answers, unless an annotation moves it.
func statusPort(p *pod) int32 {
	if p.annotations[StatusPortAnnotation] == "" {
		return AgentStatusPort // the usual case, without the cost of a parse error
	}
	if n, err := strconv.ParseUint(p.annotations[StatusPortAnnotation], 10, 16); err == nil {
		return int32(n)
	}
	return AgentStatusPort
}
