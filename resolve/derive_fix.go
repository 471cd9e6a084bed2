package resolve

import "fmt"

// Fix says what makes a broken connection work, "" for one that is not broken.
func (c *Connection) Fix() string {
	if c.Outcome.Verdict != VerdictBroken {
		return ""
	}
	switch {
	case c.Sends.TLS == SendsNothing:
		return "import the host in the Sidecar resource, export it to the client's namespace, or set outboundTrafficPolicy ALLOW_ANY"
	case c.Sends.By.Kind == KindBackendTLSPolicy:
		return "delete " + c.Sends.By.String() + ", which is for backends that serve TLS themselves: auto mTLS does the right thing"
	case c.Sends.By.Kind == KindDestinationRule:
		return c.fixRule()
	case c.Sends.TLS == SendsPlaintext:
		return c.fixPlaintext()
	case c.Serves.Mode == TLS:
		return "set a DestinationRule with mode SIMPLE, or MUTUAL, that fits the listener's own TLS settings"
	}
	return c.fixAuto()
}

// fixAuto is for Istio mTLS that auto mTLS chose and nothing opens: clients see the
// sidecar and the policies, not what the sidecar captures.
func (c *Connection) fixAuto() string {
	if c.Sends.Rule == "3.4.3" {
		return "set a DestinationRule with mode DISABLE for the headless host: auto mTLS does not look at policies of its ports"
	}
	return fmt.Sprintf("let the sidecar take port %d, or make the port DISABLE by portLevelMtls, which tells clients to send plaintext", c.Server.Port)
}

// fixRule is for a setting that somebody wrote: without it auto mTLS would choose.
func (c *Connection) fixRule() string {
	where := string(c.Sends.Field)
	if c.Sends.Rule == "3.4.5" {
		return "give the entry of the port a tls of its own, or delete the tls above it"
	}
	switch c.Serves.Mode {
	case Strict, Permissive:
		return "delete " + where + " so that auto mTLS decides, or set mode: ISTIO_MUTUAL"
	case TLS:
		return "set a mode in " + where + " that fits the listener: SIMPLE, or MUTUAL"
	}
	return "delete " + where + " so that auto mTLS decides, or set mode: DISABLE"
}

// fixPlaintext is for plaintext that no DestinationRule asked for.
func (c *Connection) fixPlaintext() string {
	open := "make the port PERMISSIVE"
	switch c.Sends.Rule {
	case "3.1.1":
		if c.Client.Dataplane == DataplaneNone {
			return "give the client a sidecar, or " + open
		}
		return "take the annotation off the client's pods, or " + open
	case "3.1.3":
		return "let the client know the host: import it in the Sidecar resource, or export it to namespace " + c.Client.Namespace
	case "3.4.1":
		return c.fixGate() + ", or set a DestinationRule with mode ISTIO_MUTUAL for the host"
	case "3.4.3":
		return "give every endpoint of the headless host a sidecar, or " + open
	}
	return "set a DestinationRule with mode ISTIO_MUTUAL for the host, or " + open
}

// fixGate opens what keeps auto mTLS from looking at the endpoints.
func (c *Connection) fixGate() string {
	switch {
	case c.Sends.By.Kind == KindPeerAuthentication:
		return fmt.Sprintf("set %s to PERMISSIVE, so that clients look at the endpoints", c.Sends.By)
	case c.Host.External:
		return "set location: MESH_INTERNAL in " + c.Host.Ref.String()
	}
	return "turn enableAutoMtls on"
}
