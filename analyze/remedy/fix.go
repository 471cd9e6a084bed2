package remedy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// Fix says what makes a broken connection work, "" for one that is not broken.
// What it says about DestinationRules is proved: see Of.
func Fix(c *outbound.Connection) string {
	switch {
	case c.Outcome.Verdict != resolve.VerdictBroken:
		return ""
	case c.Lost != "":
		return FixRoute(c.Serves.Why, c.Client.Namespace)
	case c.Outcome.Why.Cause.ForeignTrust():
		return fixTrust(c.Call.Trust(), c.Server.Workload.Trust)
	case c.Outcome.Why.Cause == resolve.CauseOtherAccount:
		return fmt.Sprintf("remove subjectAltNames, so that istiod names the accounts of the service; or name %s", c.Outcome.Why.Details().Name)
	case c.Outcome.Why.Cause == resolve.CauseOpenedIntoTLS:
		return fixOpened(c)
	case c.Client.Dataplane == resolve.DataplaneAmbient, len(c.Legs) > 0:
		return fixTunnel(c)
	case c.Sends.TLS == resolve.SendsNothing && c.Sends.Why.Cause != resolve.CauseLeftOut:
		if resolve.Judge(resolve.SendsPlaintext, c.Serves.Mode, c.Port.Protocol).Verdict == resolve.VerdictBroken {
			return HostScope(c) // passed through as it is, the call would break at the port
		}
		return HostScope(c) + "; accept the risk: set outboundTrafficPolicy ALLOW_ANY"
	case c.Sends.Why.Cause.HostUnknown():
		return HostScope(c)
	case c.Sends.Why.Cause == resolve.CauseNoProxy:
		return or("inject a sidecar into the client", fixServer(c))
	case c.Sends.Why.Cause == resolve.CauseRunsAsProxy:
		return or(fmt.Sprintf("run the client's containers as a user other than %d", pod.ProxyID), fixServer(c))
	case c.Sends.Why.Cause.PastProxy():
		return or("remove the annotation from the client's pods", fixServer(c))
	case PastTunnel(c):
		return "call the workload through a Service with a cluster IP, where sidecars send HBONE, or move the client to ambient"
	case c.Sends.Auto && c.Server.Mislabelled():
		return fixLabel(c)
	}
	return offer(c)
}

// fixOpened is what helps where a proxy sends plaintext to a server that speaks TLS.
func fixOpened(c *outbound.Connection) string {
	lead := "lead the route to a port that speaks plaintext HTTP"
	if found := Of(c); len(found) > 0 {
		return or(found[0].Text, lead)
	}
	return lead
}

// offer names the remedies of a call, and what else helps where there are few: the safe ones
// first.
func offer(c *outbound.Connection) string {
	var ways, risky []string
	for _, r := range Of(c) {
		if r.plaintext {
			risky = append(risky, risk+r.Text)
		} else {
			ways = append(ways, r.Text)
		}
	}
	few := func() bool { return len(ways)+len(risky) < offered }
	if c.Sends.Why.Cause.Kept() && few() {
		if open := fixOpen(c); open != "" {
			ways = append(ways, open)
		}
	}
	if gate := fixGate(c); gate != "" && few() {
		ways = append(ways, gate)
	}
	server := fixServer(c)
	fits := !strings.HasPrefix(server, noOneSetting) && !strings.HasPrefix(server, risk)
	if len(ways)+len(risky) == 0 || c.Sends.Auto && few() && !strings.HasPrefix(server, noOneSetting) || len(ways) == 0 && fits {
		ways = append(ways, server)
	}
	ways = append(ways, risky...)
	text := ways[0]
	switch {
	case len(risky) > 0 && text == risky[0]:
		text = or("make the server accept Istio mTLS", text)
	case strings.HasPrefix(text, risk):
		text = or("make the clients send Istio mTLS", text)
	}
	for _, way := range ways[1:] {
		text = or(text, way)
	}
	return text
}

// risk begins a way that weakens security: it is never the first.
const risk = "accept the risk: "

// or adds a way to the safer ones before it.
func or(safer, way string) string {
	if strings.HasPrefix(way, risk) {
		return safer + "; " + way
	}
	return safer + ", or " + way
}

// HostScope says what lets the client's proxy know the host.
func HostScope(c *outbound.Connection) string {
	switch {
	case !c.Host.VisibleTo(c.Client.Namespace):
		return fmt.Sprintf("export %s to namespace %s", c.Host.Ref, c.Client.Namespace)
	case c.Client.OnlyPort(c.Host) != 0:
		return fmt.Sprintf("add an egress listener for port %d to %s, or one without a port", c.Port.Number, c.Client.Sidecar)
	case !c.Client.Sidecar.IsZero():
		return fmt.Sprintf("import the host in %s", c.Client.Sidecar)
	}
	return "make the host visible to the client: import it in the Sidecar resource, or export it to namespace " + c.Client.Namespace
}

// fixGate opens what keeps auto mTLS from looking at the endpoints, where none of
// them would be sent Istio mTLS then that its proxy does not capture.
func fixGate(c *outbound.Connection) string {
	m := c.Call.Side
	switch {
	case !c.Sends.Why.Cause.Switch():
		return ""
	case c.Sends.By.Kind == resolve.KindPeerAuthentication:
		if surprises(m, func(h *outbound.Host) bool {
			by := m.NamespaceMode(h.Namespace, c.Client.Revision)
			return by != nil && by.Ref == c.Sends.By
		}) {
			return ""
		}
		return fmt.Sprintf("set %s to PERMISSIVE, so that clients check the endpoints", c.Sends.By)
	case c.Host.External:
		if surprises(m, func(h *outbound.Host) bool { return h.Ref == c.Host.Ref }) {
			return ""
		}
		return "set location: MESH_INTERNAL in " + c.Host.Ref.String()
	case surprises(m, func(*outbound.Host) bool { return true }):
		return ""
	}
	return "turn enableAutoMtls on"
}

// GateOpens reports a connection that one switch keeps from being looked at by auto mTLS
// endpoint by endpoint (3.4.1), where turning it sends mTLS to no port that its proxy does
// not capture, or that is DISABLE and a rule may hide it (3.4.5), and no client has
// certificates of its own to show there (3.3.7).
func GateOpens(c *outbound.Connection) bool {
	if fixGate(c) == "" {
		return false
	}
	m := c.Call.Side
	ofFiles := func(k *outbound.ClientClass) bool { return k.Certificates != "" }
	return !slices.ContainsFunc(m.Clients(), ofFiles) && !slices.ContainsFunc(m.Hosts(), exempts)
}

// surprising is the key of surprises.
type surprising struct{}

// surprises reports hosts with an endpoint that counts as mTLS-capable and whose proxy does
// not capture the port, or takes no mTLS there although one setting is sent to all.
func surprises(m *outbound.Side, of func(*outbound.Host) bool) bool {
	all := m.Derived(surprising{}, func(m *outbound.Side) any {
		var list []*outbound.Host
		for _, h := range m.Hosts() {
			if slices.ContainsFunc(h.Ports, func(p outbound.HostPort) bool {
				return slices.ContainsFunc(p.Endpoints, func(e outbound.Endpoint) bool { return uncaptured(e) || h.Passthrough && exempt(e) })
			}) {
				list = append(list, h)
			}
		}
		return list
	}).([]*outbound.Host)
	return slices.ContainsFunc(all, of)
}

// exempts reports a host with such an endpoint.
func exempts(h *outbound.Host) bool {
	return slices.ContainsFunc(h.Ports, func(p outbound.HostPort) bool { return slices.ContainsFunc(p.Endpoints, exempt) })
}

// exempt reports a port that a policy of its workload makes DISABLE: clients that keep the
// address do not look at that (3.4.3).
func exempt(e outbound.Endpoint) bool {
	if e.Workload == nil || e.Label != "istio" {
		return false
	}
	d, _ := e.Workload.Serves(e.Port)
	return d.Mode == resolve.Disable && (d.Scope == resolve.ScopeWorkload || d.Scope == resolve.ScopePort)
}

func uncaptured(e outbound.Endpoint) bool {
	if e.Workload == nil || e.Label != "istio" {
		return false
	}
	d, _ := e.Workload.Serves(e.Port)
	return d.Mode == resolve.None
}

// fixOpen closes the passthrough gate, where every endpoint would take what is sent
// then (3.4.3).
func fixOpen(c *outbound.Connection) string {
	var open []string
	for _, other := range c.Call.Connections() {
		e := other.Server
		switch {
		case e == nil || e.Workload == nil || e.Address != "" || !e.Known: // what was written says what clients take it for
			return ""
		case e.Label == "disabled":
			open = append(open, e.String())
		case other.Serves.Mode != resolve.Strict && other.Serves.Mode != resolve.Permissive:
			return ""
		}
	}
	if len(open) == 0 {
		return ""
	}
	return "inject a sidecar into " + strings.Join(open, " and ") + ", so that all of them get Istio mTLS"
}

// fixLabel is for a label that was set by hand (6.18).
func fixLabel(c *outbound.Connection) string {
	text := fmt.Sprintf("remove label %s from the pods of %s", resolve.TLSModeLabel, c.Server.Workload.Short())
	if c.Server.Label == "istio" {
		return text + ", or inject a sidecar into them"
	}
	return text
}

// fixServer changes the server's side: it is what is left where no rule fits all
// endpoints, and never breaks a call of others.
func fixServer(c *outbound.Connection) string {
	if c.Outcome.Why.Cause.OfNetwork() {
		return fixBeyond(c)
	}
	port := ""
	if c.Server != nil && c.Server.Workload != nil {
		port = fmt.Sprintf("port %d of %s", c.Server.Port, c.Server.Workload.Short())
	}
	switch {
	case c.Server == nil: // an address that the application chose
		return noOneSetting + "add a host entry of its own for the address"
	case c.Server.Workload == nil:
		return "send only what the address accepts: it is not a workload of the input"
	case c.Serves.Mode == resolve.None && c.Server.Workload.Membership.Dataplane == resolve.DataplaneGateway:
		return fmt.Sprintf("add a server for port %d to a Gateway, or remove the port from the Service", c.Server.Port)
	case originates(c) && (c.Serves.Mode == resolve.Strict || c.Serves.Mode == resolve.Permissive):
		disabled := risk + "make " + port + " DISABLE with portLevelMtls, so that the application gets the client's TLS"
		if c.Client.Dataplane == resolve.DataplaneGateway {
			return "let the gateway pass TLS through (tls.mode PASSTHROUGH), which auto mTLS carries; " + disabled
		}
		return "let the client's application speak TLS itself, which auto mTLS carries; " + disabled
	case c.Serves.Mode == resolve.Strict && c.Sends.TLS == resolve.SendsPlaintext:
		return risk + "make " + port + " PERMISSIVE with portLevelMtls"
	case c.Serves.Mode == resolve.None && c.Server.Workload.Membership.Why.Cause.Unrestarted():
		return "restart the pods of " + c.Server.Workload.Short() + " that have no sidecar"
	case c.Serves.Mode == resolve.None && NeverInjected(c.Server.Workload) != "":
		return fmt.Sprintf("move the server to a workload that can have a sidecar; "+risk+"let clients send plaintext to %s: it cannot have a sidecar (%s)", port, NeverInjected(c.Server.Workload))
	case c.Serves.Mode == resolve.None && c.Server.Workload.Membership.Dataplane == resolve.DataplaneNone:
		return "inject a sidecar into " + c.Server.Workload.Short()
	case c.Serves.Mode == resolve.None && c.Sends.TLS == resolve.SendsIstioMutual && c.Sends.Auto:
		return "let the sidecar capture " + port + "; accept the risk: make it DISABLE with portLevelMtls, so that clients send plaintext"
	case c.Serves.Mode == resolve.None:
		return "let a sidecar capture " + port
	case c.Serves.Mode == resolve.Disable && c.Serves.Scope != resolve.ScopeListener && c.Sends.TLS == resolve.SendsIstioMutual:
		return "make " + port + " PERMISSIVE, so that it accepts mTLS and plaintext"
	}
	return noOneSetting + "use a separate host for " + port
}

// noOneSetting begins the answer where nothing at the server helps: it is none beside
// another.
const noOneSetting = "no single setting fits all endpoints and ports of the rule: "

// fixTrust is for proxies whose trust domains do not accept each other: a DestinationRule
// can only take the encryption away.
func fixTrust(client, server *config.Trust) string {
	var parts []string
	for _, side := range [][2]*config.Trust{{server, client}, {client, server}} {
		if own, other := side[0], side[1]; !own.Expects(other.Domain()) {
			parts = append(parts, fmt.Sprintf("%s to trustDomainAliases of revision %s", other.Domain(), own.Revision))
		}
	}
	return "add " + strings.Join(parts, ", and ") + "; change a trustDomain only when both are in force"
}

// fixBeyond is for an endpoint that no gateway leads to, or a gateway that gets
// plaintext.
func fixBeyond(c *outbound.Connection) string {
	e := c.Server
	switch {
	case c.Sends.TLS == resolve.SendsPlaintext:
		return "let clients send Istio mTLS, which the gateway requires"
	case c.Call.CheckedMutual(e).Ruled && e.Label == "istio":
		return fmt.Sprintf("use a separate host for %s, to which clients send Istio mTLS", e)
	case e.Label == "istio" && e.Workload != nil:
		return fmt.Sprintf("make port %d of %s PERMISSIVE, so that clients send mTLS", e.Port, e.Workload.Short())
	case e.Label == "istio":
		return "make its port PERMISSIVE, so that clients send mTLS"
	case e.Workload == nil && !e.InCluster:
		return fmt.Sprintf("set serviceAccount of endpoint %s in %s, if a proxy runs there", e.Address, c.Host.Ref)
	case e.Workload == nil:
		return "only a workload with a sidecar is reachable through the gateway"
	case inbound.IsMachine(e.Workload.Ref.Kind):
		return "set serviceAccount of " + e.Workload.Short() + ", if a proxy runs there"
	}
	return "inject a sidecar into " + e.Workload.Short()
}
