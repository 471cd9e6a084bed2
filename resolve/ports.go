package resolve

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

// ProxyPorts are those of a proxy in the pod besides the status port, ztunnelPorts those that
// ztunnel opens in the network of an ambient pod.
var (
	ProxyPorts   = []int32{ProxyAdminPort, ProxyOutboundPort, AgentDebugPort, ProxyInboundPort, HBONEPort, ProxyHealthPort, AgentDNSPort, ProxyMetricsPort}
	ZtunnelPorts = []int32{ProxyOutboundPort, ProxyInboundPort, HBONEPort, AgentDNSPort}
)

// ReservedPorts are never captured, and what they are for (2.11).
var ReservedPorts = map[int32]string{ProxyHealthPort: "Istio's health check", ProxyMetricsPort: "Envoy's metrics"}

// StatusUse is what the agent answers on its status port.
const StatusUse = "Istio's metrics and probes"
