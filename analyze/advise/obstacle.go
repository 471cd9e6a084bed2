package advise

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Kind is what an obstacle is, for machines and for counting.
type Kind string

// The kinds of obstacles.
const (
	// NoSidecar: the server has no proxy, and could have one.
	NoSidecar Kind = "missing-sidecar"
	// NoSidecarEver: the server has no proxy and cannot have one.
	NoSidecarEver Kind = "cannot-have-sidecar"
	// TwoProxies: the server's pods get a proxy of another mesh beside Istio's.
	TwoProxies Kind = "two-meshes"
	// Excluded: the port passes the server's proxy by.
	Excluded Kind = "excluded-port"
	// NakedClient: a client without a proxy calls.
	NakedClient Kind = "client-without-sidecar"
	// Plaintext: a client that has a proxy was seen sending plaintext.
	Plaintext Kind = "client-sends-plaintext"
	// Unidentified: plaintext from nobody knows whom.
	Unidentified Kind = "unidentified-client"
	// ClientRule: a DestinationRule makes clients send what STRICT refuses.
	ClientRule Kind = "destination-rule"
	// Gate: auto mTLS sends plaintext to all because of one: headless or DISABLE (3.4.1-3.4.3).
	Gate Kind = "auto-mtls-gate"
	// WithoutHBONE: ambient clients call, and the server accepts no HBONE, which is the only mTLS
	// that ztunnel and waypoints have (3.6.4, 2D.7).
	WithoutHBONE Kind = "server-without-hbone"
	// Hidden: the scope of the client's proxy leaves the host out, so that it passes on
	// what the application sends (3.1.3).
	Hidden Kind = "hidden-host"
	// Bypass: the clients' own proxies are passed by, or pass on what they get.
	Bypass Kind = "excluded-outbound"
	// Ingress: an ingress controller, or a load balancer, that is none of Istio's.
	Ingress Kind = "third-party-ingress"
	// Probe, Webhook, APIService and Scrape call one port, and have no certificate.
	Probe      Kind = "probe"
	Webhook    Kind = "webhook"
	APIService Kind = "api-service"
	Scrape     Kind = "scrape"
	// Peers: the workload's own pods call each other by their addresses.
	Peers Kind = "peers-by-pod-ip"
	// External: clients outside of the cluster.
	External Kind = "external-clients"
	// Exempt: an exception of .mtlsctl.yaml.
	Exempt Kind = "exception"
)

// Obstacle is one reason why a port cannot be STRICT today.
type Obstacle struct {
	Kind Kind
	// Reason says what it is, where, and what would remove it.
	Reason
	// Joins says whether that can be: that who is outside comes in.
	Joins Answer
	// Field is the part of By that says it, "" where Position says all there is.
	Field resolve.Field
	// Guessed is true where the client is given the name of the host with all the rest of a
	// ConfigMap: whether it calls is not known.
	Guessed bool
	// Endpoint is what a monitor says of a scrape, nil for anything else.
	Endpoint *resolve.MonitorEndpoint
	// Special is true for a caller that needs this port only, for what it is.
	Special bool
	// Client is the workload that calls, nil where that is not what it is about; Host is
	// what it calls, where the way there is the obstacle.
	Client *inbound.Workload
	Host   *outbound.Host
}

// SafeWay is what makes a call of this kind work at a STRICT port, for a hint; "" for kinds
// whose way depends on the client.
func (k Kind) SafeWay() string {
	switch k {
	case Webhook:
		return "let kube-apiserver call through a gateway of the mesh (clientConfig.url instead of clientConfig.service)"
	case APIService: // it has no URL
		return "serve the API from a workload without a sidecar that verifies kube-apiserver's client certificate"
	case Scrape:
		return "let Istio merge the metrics"
	case Probe:
		return "let the injector rewrite the probe"
	}
	return ""
}
