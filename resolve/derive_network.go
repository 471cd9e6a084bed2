package resolve

import "fmt"

// networks argues where the endpoints of other networks are, and what is in between
// (3.4.7); it says nothing in a mesh of one network.
func (d *deriver) networks() {
	names := map[string][]string{}
	for i := range d.Connections {
		if e := d.Connections[i].Server; e != nil {
			if network := d.beyond(e); network != "" {
				names[network] = append(names[network], endpointName(e))
			}
		}
	}
	for _, network := range sortedKeys(names) {
		g := d.plane().networks.gateways[network]
		text := "reached through the gateway of " + g.by.String()
		if g.by.Kind == KindService {
			text = "reached through the gateway " + g.by.String()
		}
		if g.assumed {
			text += ", which is taken to get an address outside of the cluster,"
		}
		client := "is in network " + d.class.network
		if d.class.network == "" {
			client = "says no network of its own, so it goes through every gateway"
		}
		d.say(place{g.origin, ""}, "3.4.7", "%s: in network %s, %s with mTLS only; the client %s", some(names[network]), network, text, client)
	}
}

// sameForAll reports connections to whose endpoints the same is sent by the same way.
func (d *deriver) sameForAll() bool {
	for i := range d.Connections {
		if s := &d.Connections[i].Sends; s.TLS != d.Connections[0].Sends.TLS || s.Through != d.Connections[0].Sends.Through || s.Rule == "3.4.7" {
			return false
		}
	}
	return true
}

// fixBeyond is for an endpoint that no gateway leads to, or a gateway that gets
// plaintext.
func (c *Connection) fixBeyond() string {
	e := c.Server
	switch {
	case c.Sends.TLS == SendsPlaintext:
		return "let clients send Istio mTLS, which the gateway needs"
	case c.call.checkedMutual(e).ruled && e.mode == "istio":
		return fmt.Sprintf("give %s a host of its own, to which clients send Istio mTLS", e)
	case e.mode == "istio" && e.Workload != nil:
		return fmt.Sprintf("make port %d of %s PERMISSIVE, so that clients send mTLS", e.Port, e.Workload.Short())
	case e.mode == "istio":
		return "make its port PERMISSIVE, so that clients send mTLS"
	case e.Workload == nil && !e.inCluster:
		return fmt.Sprintf("set serviceAccount of endpoint %s in %s, if a proxy runs there", e.Address, c.Host.Ref)
	case e.Workload == nil:
		return "only a workload with a sidecar is reached through the gateway"
	case isMachine(e.Workload.Ref.Kind):
		return "set serviceAccount of " + e.Workload.Short() + ", if a proxy runs there"
	}
	return "give " + e.Workload.Short() + " a sidecar"
}
