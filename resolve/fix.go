package resolve

import (
	"fmt"
	"slices"
	"strings"
)

// Fix says what makes a broken connection work, "" for one that is not broken.
// What it says about DestinationRules is proved: see Remedies.
func (c *Connection) Fix() string {
	switch {
	case c.Outcome.Verdict != VerdictBroken:
		return ""
	case c.Sends.TLS == SendsNothing && c.Sends.Why.Cause != CauseLeftOut:
		if Judge(SendsPlaintext, c.Serves.Mode, c.Port.Protocol).Verdict == VerdictBroken {
			return c.FixScope() // passed through as it is, the call would break at the port
		}
		return c.FixScope() + ", or set outboundTrafficPolicy ALLOW_ANY"
	case c.Sends.Why.Cause.HostUnknown():
		return c.FixScope()
	case c.Sends.Why.Cause == CauseNoProxy:
		return "give the client a sidecar, or " + c.fixServer()
	case c.Sends.Why.Cause == CauseRunsAsProxy:
		return fmt.Sprintf("let the client's containers run as another user than %d, or ", proxyID) + c.fixServer()
	case c.Sends.Why.Cause.PastProxy():
		return "take the annotation off the client's pods, or " + c.fixServer()
	case c.Sends.Auto && c.Server.mislabelled():
		return c.fixLabel()
	}
	var ways []string
	for _, r := range c.Remedies() {
		ways = append(ways, r.Text)
	}
	if c.Sends.Why.Cause.Kept() && len(ways) < offered {
		if open := c.fixOpen(); open != "" {
			ways = append(ways, open)
		}
	}
	if gate := c.fixGate(); gate != "" && len(ways) < offered {
		ways = append(ways, gate)
	}
	if server := c.fixServer(); len(ways) == 0 || c.Sends.Auto && len(ways) < offered && !strings.HasPrefix(server, noOneSetting) {
		ways = append(ways, server)
	}
	return strings.Join(ways, ", or ")
}

// FixScope says what lets the client's proxy know the host.
func (c *Connection) FixScope() string {
	switch {
	case !c.Host.VisibleTo(c.Client.Namespace):
		return fmt.Sprintf("export %s to namespace %s", c.Host.Ref, c.Client.Namespace)
	case c.Client.onlyPort(c.Host) != 0:
		return fmt.Sprintf("add an egress listener for port %d to %s, or one without a port", c.Port.Number, c.Client.Sidecar)
	case !c.Client.Sidecar.IsZero():
		return fmt.Sprintf("import the host in %s", c.Client.Sidecar)
	}
	return "let the client know the host: import it in the Sidecar resource, or export it to namespace " + c.Client.Namespace
}

// fixGate opens what keeps auto mTLS from looking at the endpoints, where none of
// them would be sent Istio mTLS then that its proxy does not capture.
func (c *Connection) fixGate() string {
	m := c.call.mesh
	switch {
	case !c.Sends.Why.Cause.Switch():
		return ""
	case c.Sends.By.Kind == KindPeerAuthentication:
		if m.surprises(func(h *Host) bool {
			by := m.namespaceMode(h.Namespace, c.Client.Revision)
			return by != nil && by.Ref == c.Sends.By
		}) {
			return ""
		}
		return fmt.Sprintf("set %s to PERMISSIVE, so that clients look at the endpoints", c.Sends.By)
	case c.Host.External:
		if m.surprises(func(h *Host) bool { return h.Ref == c.Host.Ref }) {
			return ""
		}
		return "set location: MESH_INTERNAL in " + c.Host.Ref.String()
	case m.surprises(func(*Host) bool { return true }):
		return ""
	}
	return "turn enableAutoMtls on"
}

// GateOpens reports a connection that one switch keeps from being looked at by auto mTLS
// endpoint by endpoint (3.4.1), where turning it sends mTLS to no port that its proxy does
// not capture, or that is DISABLE and a rule may hide it (3.4.5), and no client has
// certificates of its own to show there (3.3.7).
func (c *Connection) GateOpens() bool {
	if c.fixGate() == "" {
		return false
	}
	m := c.call.mesh
	ofFiles := func(k *ClientClass) bool { return k.certificates != "" }
	return !slices.ContainsFunc(m.clients, ofFiles) && !slices.ContainsFunc(m.hosts, (*Host).exempts)
}

// surprises reports hosts with an endpoint that counts as mTLS-capable and whose proxy does
// not capture the port, or takes no mTLS there although one setting is sent to all.
func (m *Mesh) surprises(of func(*Host) bool) bool {
	m.looking.Do(func() {
		for _, h := range m.hosts {
			if slices.ContainsFunc(h.Ports, func(p HostPort) bool {
				return slices.ContainsFunc(p.Endpoints, func(e Endpoint) bool { return e.uncaptured() || h.Passthrough && e.exempt() })
			}) {
				m.uncaptured = append(m.uncaptured, h)
			}
		}
	})
	return slices.ContainsFunc(m.uncaptured, of)
}

// exempts reports a host with such an endpoint.
func (h *Host) exempts() bool {
	return slices.ContainsFunc(h.Ports, func(p HostPort) bool { return slices.ContainsFunc(p.Endpoints, Endpoint.exempt) })
}

// exempt reports a port that a policy of its workload makes DISABLE: clients that keep the
// address do not look at that (3.4.3).
func (e Endpoint) exempt() bool {
	if e.Workload == nil || e.mode != "istio" {
		return false
	}
	d, _ := e.Workload.serves(e.Port)
	return d.Mode == Disable && (d.Scope == ScopeWorkload || d.Scope == ScopePort)
}

func (e Endpoint) uncaptured() bool {
	if e.Workload == nil || e.mode != "istio" {
		return false
	}
	d, _ := e.Workload.serves(e.Port)
	return d.Mode == None
}

// fixOpen closes the passthrough gate, where every endpoint would take what is sent
// then (3.4.3).
func (c *Connection) fixOpen() string {
	var open []string
	for _, other := range c.call.connections() {
		e := other.Server
		switch {
		case e == nil || e.Workload == nil || !e.known:
			return ""
		case e.mode == "disabled":
			open = append(open, e.String())
		case other.Serves.Mode != Strict && other.Serves.Mode != Permissive:
			return ""
		}
	}
	if len(open) == 0 {
		return ""
	}
	return "give " + strings.Join(open, " and ") + " a sidecar, so that all are sent Istio mTLS"
}

// fixLabel is for a label that was set by hand (6.18).
func (c *Connection) fixLabel() string {
	text := fmt.Sprintf("take label %s off the pods of %s", TLSModeLabel, c.Server.Workload.Short())
	if c.Server.mode == "istio" {
		return text + ", or give them a sidecar"
	}
	return text
}

// fixServer changes the server's side: it is what is left where no rule fits all
// endpoints, and never breaks a call of others.
func (c *Connection) fixServer() string {
	if c.Outcome.Why.Cause.OfNetwork() {
		return c.fixBeyond()
	}
	port := ""
	if c.Server != nil && c.Server.Workload != nil {
		port = fmt.Sprintf("port %d of %s", c.Server.Port, c.Server.Workload.Short())
	}
	switch {
	case c.Server == nil: // an address that the application chose
		return noOneSetting + "give the host an entry of its own"
	case c.Server.Workload == nil:
		return "send nothing that the address does not understand: it is no workload of the input"
	case c.Serves.Mode == None && c.Server.Workload.Membership.Dataplane == DataplaneGateway:
		return fmt.Sprintf("add a server for port %d to a Gateway, or take the port off the Service", c.Server.Port)
	case c.Serves.Mode == Strict && c.Sends.TLS == SendsPlaintext:
		return "make " + port + " PERMISSIVE"
	case c.Serves.Mode == None && c.Server.Workload.Membership.Why.Cause.Unrestarted():
		return "restart the pods of " + c.Server.Workload.Short() + " that have no sidecar"
	case c.Serves.Mode == None && c.Server.Workload.Membership.Dataplane == DataplaneNone:
		return "give " + c.Server.Workload.Short() + " a sidecar"
	case c.Serves.Mode == None && c.Sends.TLS == SendsIstioMutual && c.Sends.Auto:
		return "let the sidecar take " + port + ", or make it DISABLE by portLevelMtls, which tells clients to send plaintext"
	case c.Serves.Mode == None:
		return "let a sidecar take " + port
	case c.Serves.Mode == Disable && c.Serves.Scope != ScopeListener && c.Sends.TLS == SendsIstioMutual:
		return "make " + port + " PERMISSIVE, so that it takes both"
	}
	return noOneSetting + "give " + port + " a host of its own"
}

// noOneSetting begins the answer where nothing at the server helps: it is none beside
// another.
const noOneSetting = "no one setting fits every endpoint and port that the rule decides: "

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
