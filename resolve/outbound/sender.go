package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// sender is what a dataplane makes of its clients' calls: a file for each.
type sender interface {
	// before is what is sent where no DestinationRule is looked at, nil where rules decide
	// (3.1, 3.5).
	before(c *Call) *resolve.Sending
	// setting is what the tls setting of the call sends to every endpoint, nil where auto mTLS
	// decides (3.3).
	setting(c *Call) *resolve.Sending
	// each is what is sent to one endpoint whatever rules and auto mTLS come to; ok is false
	// where these decide (3.5.3).
	each(c *Call, e *Endpoint) (s resolve.Sending, ok bool)
	// traits are what else tells the dataplane from others.
	traits() traits
}

// traits are what a sender reads and can do. The zero value is that of a client that neither
// has a proxy nor forwards what others sent.
type traits struct {
	proxied bool // a proxy stands between the clients and the network, or may
	// relays is true for a proxy that forwards what others sent: it is no client of its own.
	relays bool
	rules  bool // DestinationRules are looked at
	// gateway is true for a proxy that no Sidecar resource, no route of the mesh and no
	// annotation is about: it knows every host that is exported, prefers among those of one
	// name as gateways do, tells endpoints apart by EDS, and reads credentials.
	gateway bool
	// unscoped is true for a proxy that knows every host there is (3.6.2).
	unscoped bool
	// heedsVisibility is true for a proxy that keeps to serviceEntryVisibility in any case.
	heedsVisibility bool
	// answers is true for an Envoy: it answers an HTTP call that failed with a status code.
	answers bool
}

// senders are by dataplane.
var senders = [...]sender{
	resolve.DataplaneUnknown:   sidecar{},
	resolve.DataplaneSidecar:   sidecar{},
	resolve.DataplaneVM:        sidecar{},
	resolve.DataplaneAmbient:   ztunnel{},
	resolve.DataplaneWaypoint:  waypoint{},
	resolve.DataplaneGateway:   gateway{},
	resolve.DataplaneProxyless: proxyless{},
	resolve.DataplaneNone:      unproxied{},
}

// each is what is sent to an endpoint by a proxy that has no HBONE.
type untunnelled struct{}

func (untunnelled) each(*Call, *Endpoint) (s resolve.Sending, ok bool) { return s, false }

// envoyTunnels is what an Envoy does with an endpoint that accepts HBONE.
type envoyTunnels struct{}

func (envoyTunnels) each(c *Call, e *Endpoint) (s resolve.Sending, ok bool) {
	if !e.takesHBONE() {
		return s, false
	}
	return c.tunnelled(e)
}

func (c *ClientClass) sender() sender {
	if c.agent {
		return agentgateway{}
	}
	return senders[c.Dataplane]
}

func (c *ClientClass) traits() traits { return c.sender().traits() }
