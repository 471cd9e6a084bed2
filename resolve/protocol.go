package resolve

import "strings"

// Protocol is what Istio takes a port for. Its zero value is the empty string:
// the port is in no Service and nothing declares it; Envoy sniffs (2.8).
type Protocol string

// The protocols that Istio tells apart. Auto means that the Service declares
// nothing and Envoy sniffs.
const (
	ProtocolAuto    Protocol = "auto"
	ProtocolUDP     Protocol = "UDP"
	ProtocolHTTP    Protocol = "HTTP"
	ProtocolHTTPS   Protocol = "HTTPS"
	ProtocolTLS     Protocol = "TLS"
	ProtocolTCP     Protocol = "TCP"
	ProtocolHTTP2   Protocol = "HTTP2"
	ProtocolGRPC    Protocol = "GRPC"
	ProtocolGRPCWeb Protocol = "GRPC-Web"
	ProtocolMongo   Protocol = "Mongo"
	ProtocolRedis   Protocol = "Redis"
	ProtocolMySQL   Protocol = "MySQL"
	ProtocolProxy   Protocol = "HTTP_PROXY"
)

// WellKnownTCP are server-first ports that sniffing would break (2.12).
var WellKnownTCP = map[int32]bool{25: true, 53: true, 3306: true, 27017: true}

var protocolWords = map[string]Protocol{
	"tcp": ProtocolTCP, "udp": ProtocolUDP, "grpc": ProtocolGRPC, "grpc-web": ProtocolGRPCWeb,
	"http": ProtocolHTTP, "http_proxy": ProtocolProxy, "http2": ProtocolHTTP2, "https": ProtocolHTTPS,
	"tls": ProtocolTLS, "mongo": ProtocolMongo, "redis": ProtocolRedis, "mysql": ProtocolMySQL,
}

var appProtocols = map[string]Protocol{
	"kubernetes.io/h2c": ProtocolHTTP2, "kubernetes.io/ws": ProtocolHTTP, "kubernetes.io/wss": ProtocolHTTPS,
}

// ServicePortProtocol is Istio's protocol of a Service port (2.12): UDP by
// transport, else appProtocol when given, else the name up to its first hyphen,
// else TCP for the well-known server-first ports, else Auto.
func ServicePortProtocol(port int32, name string, udp bool, appProtocol *string) Protocol {
	if udp {
		return ProtocolUDP
	}
	if appProtocol != nil {
		name = *appProtocol
		if p, ok := appProtocols[name]; ok {
			return p
		}
	}
	name = strings.ToLower(name)
	if strings.HasPrefix(name, "grpc-web") {
		return ProtocolGRPCWeb
	}
	prefix, _, _ := strings.Cut(name, "-")
	if p, ok := protocolWords[prefix]; ok {
		return p
	}
	if WellKnownTCP[port] {
		return ProtocolTCP
	}
	return ProtocolAuto
}

// SaysTLS reports a port that is declared to speak TLS itself.
func (p Protocol) SaysTLS() bool { return p == ProtocolHTTPS || p == ProtocolTLS }
