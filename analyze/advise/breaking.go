package advise

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// breaking are the calls of clients with a proxy that work now, and would not into a
// STRICT port: what they send does not change with the server's mode.
func (a *Adviser) breaking() map[portKey][]Obstacle {
	type cause struct {
		portKey
		by   resolve.Ref
		text string
	}
	found, order := map[cause]*Obstacle{}, []cause(nil)
	clients := map[cause]int{}
	for classes, c := range a.mesh.Shared(outbound.Filter{Host: mayChangeAt}) {
		if c.Server == nil || c.Server.Workload == nil || c.Outcome.Verdict == resolve.VerdictBroken || !mayChange(&c) {
			continue
		}
		if resolve.Judge(c.Arrives().TLS, resolve.Strict, c.Port.Protocol).Verdict != resolve.VerdictBroken {
			continue
		}
		k := cause{portKey{c.Server.Workload, c.Server.Port}, c.Sends.By, words.Because(c.Arrives().Reason())}
		if found[k] == nil {
			o := clientObstacle(&c)
			found[k], order = &o, append(order, k)
		}
		for _, class := range classes {
			clients[k] += len(class.Workloads)
		}
	}
	out := map[portKey][]Obstacle{}
	for _, k := range order {
		found[k].Text += fmt.Sprintf(" (%d of the mesh's workloads)", clients[k])
		out[k.portKey] = append(out[k.portKey], *found[k])
	}
	return out
}

// mayChangeAt reports a host with an endpoint of which mayChange may be true: of the others no
// call has to be asked.
func mayChangeAt(h *outbound.Host) bool {
	for i := range h.Ports {
		for j := range h.Ports[i].Endpoints {
			e := &h.Ports[i].Endpoints[j]
			if e.Workload == nil {
				continue
			}
			if mode := e.Workload.Decision(e.Port).Mode; mode == resolve.Permissive || mode == resolve.Disable {
				return true
			}
		}
	}
	return false
}

// mayChange reports a port that takes plaintext and could be STRICT. Where it is
// DISABLE, auto mTLS sends plaintext because of that, and will not once it is not.
func mayChange(c *outbound.Connection) bool {
	return c.Serves.Mode == resolve.Permissive || c.Serves.Mode == resolve.Disable && !c.Sends.Auto
}

// clientObstacle says why clients with a proxy send what STRICT refuses.
func clientObstacle(c *outbound.Connection) Obstacle {
	o := Obstacle{Kind: ClientRule, Joins: Yes, Reason: Reason{
		Text: fmt.Sprintf("clients of %s send %s because of %s", c.Host.Name, c.Sends.TLS, c.Sends.By), By: c.Sends.By, Position: c.Sends.Position(),
		Fix: fmt.Sprintf("delete %s of %s, so that auto mTLS applies, or set mode ISTIO_MUTUAL", c.Sends.Field, c.Sends.By),
	}}
	switch {
	case c.Client.Dataplane == resolve.DataplaneAmbient, len(c.Legs) > 0:
		server := c.Server.Workload
		o.Kind, o.By, o.Position = WithoutHBONE, server.Ref, server.Origin.At("")
		o.Text = fmt.Sprintf("ambient clients of %s send %s: %s", c.Host.Name, c.Sends.TLS, words.Because(c.Sends.Reason()))
		if len(c.Legs) > 0 {
			o.Text = fmt.Sprintf("waypoint %s sends %s to %s: %s", c.Sends.Waypoint.Path(), c.Arrives().TLS, c.Host.Name, words.Because(c.Arrives().Reason()))
		}
		o.Fix = fmt.Sprintf("let the sidecar of %s accept HBONE: proxyMetadata ISTIO_META_ENABLE_HBONE: \"true\" in annotation %s, then restart it", server.Ref.Typed(), resolve.ProxyConfigAnnotation)
	case c.Sends.Why.Cause.PastProxy():
		o.Kind, o.Text = Bypass, fmt.Sprintf("calls of clients of %s bypass their proxies: %s", c.Host.Name, words.Because(c.Sends.Reason()))
		o.Fix = "remove the annotation from the clients' pods"
	case c.Sends.Auto:
		o.Kind, o.Text = Gate, fmt.Sprintf("clients of %s send plaintext to all endpoints: %s", c.Host.Name, words.Because(c.Sends.Reason()))
		o.Fix = "change what causes it: " + gateFix(c)
	case c.Sends.By.IsZero():
		o.Kind, o.Text = Gate, fmt.Sprintf("clients of %s send %s: %s", c.Host.Name, c.Sends.TLS, words.Because(c.Sends.Reason()))
		o.Fix = "add a DestinationRule with mode ISTIO_MUTUAL for " + c.Host.Name
	}
	return o
}

func gateFix(c *outbound.Connection) string {
	switch {
	case c.Sends.Why.Cause.Kept():
		return "inject a sidecar into the endpoint, or add a DestinationRule with mode ISTIO_MUTUAL once every endpoint has one"
	case c.Sends.By.Kind == resolve.KindPeerAuthentication:
		return "remove DISABLE from " + c.Sends.By.String()
	case c.Sends.By.Kind == resolve.KindServiceEntry:
		return "set location: MESH_INTERNAL in " + c.Sends.By.String()
	case c.Sends.By.IsZero():
		return "the endpoint has no label security.istio.io/tlsMode"
	}
	return c.Sends.By.String() + " causes it"
}
