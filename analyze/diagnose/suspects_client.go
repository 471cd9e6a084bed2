package diagnose

import (
	"github.com/mtlsctl/mtlsctl/resolve"
)

// These send plaintext to a port that accepts only mTLS.
var (
	clientWithoutProxy = ofCalls(&Suspect{
		Name: "client-without-proxy", Text: "the client has no sidecar and is not in ambient mode: it sends plaintext, and the port accepts only mTLS",
		Fix: "inject a sidecar into the client; accept the risk: make only that port PERMISSIVE with portLevelMtls",
	}, plaintextRefused(func(c *Call) bool {
		return c.Sends.Why.Cause == resolve.CauseNoProxy || c.Sends.Why.Cause == resolve.CauseOutsideMesh
	}))
	ruleSendsPlaintext = ofCalls(&Suspect{
		Name: "rule-sends-plaintext", Text: "a DestinationRule makes the client's proxy send plaintext to a port that accepts only mTLS",
		Fix: "delete the tls of the DestinationRule, so that auto mTLS applies",
	}, plaintextRefused(func(c *Call) bool { return c.Sends.By.Kind == resolve.KindDestinationRule }))
	pastProxy = ofCalls(&Suspect{
		Name: "bypasses-client-proxy", Text: "the call bypasses the client's sidecar: it leaves in plaintext, and the port accepts only mTLS",
		Fix: "remove the annotation that excludes the call from capture",
	}, plaintextRefused(func(c *Call) bool {
		return c.Sends.Why.Cause.PastProxy() && c.Sends.Why.Cause != resolve.CauseNoProxy
	}))
	hostUnknown = ofCalls(&Suspect{
		Name: "host-hidden-from-client", Text: "the host is not visible to the client's proxy: the call is passed through in plaintext, and the port accepts only mTLS",
		Fix: "import the host in the client's Sidecar resource, or export it to the client's namespace",
	}, plaintextRefused(func(c *Call) bool { return c.Sends.Why.Cause.HostUnknown() }))
	autoOff = ofCalls(&Suspect{
		Name: "auto-mtls-off", Text: "auto mTLS does not apply to the call: the client's proxy sends plaintext, and the port accepts only mTLS",
		Fix: "remove what turns auto mTLS off, or send mTLS with a DestinationRule (mode: ISTIO_MUTUAL)",
	}, plaintextRefused(func(c *Call) bool {
		why := c.Sends.Why.Cause
		return c.Sends.By.Kind != resolve.KindDestinationRule && (why.Gate() || why.EachEndpoint() || why.Kept() || why == resolve.CauseZtunnelPlain || why == resolve.CauseZtunnelToSidecar || why == resolve.CauseZtunnelKeeps)
	}))
	podAddress = ofCalls(&Suspect{
		Name: "called-by-pod-address", Text: "the client calls the address of the pod, or a port of no Service: its proxy passes the call through in plaintext, and the port accepts only mTLS",
		Fix: "call the workload through a Service that has the port; accept the risk: make only that port PERMISSIVE with portLevelMtls",
	}, plaintextRefused(func(c *Call) bool { return c.Sends.Why.Cause == resolve.CauseDialsPods }))
	aroundProxy = ofFindings(&Suspect{
		Name: "around-client-proxy", Text: "the caller goes around its own proxy: an init container calls before the sidecar runs, or a controller dials pods by their addresses",
		Fix: "use native sidecars, or let the controller call the Service",
	}, "MTLS0410")
)

// allPlaintext are the suspects of a call that arrived in plaintext at a port that accepts only mTLS.
var allPlaintext = []*Suspect{clientWithoutProxy, ruleSendsPlaintext, pastProxy, podAddress, hostUnknown, autoOff, aroundProxy}

// plaintextRefused are the calls in plaintext that a port refuses because it accepts only mTLS.
func plaintextRefused(why func(*Call) bool) func(*Call) bool {
	return func(c *Call) bool {
		onlyMTLS := c.Serves.Mode == resolve.Strict || c.Serves.OfMesh
		return c.Outcome.Verdict == resolve.VerdictBroken && c.Sends.TLS == resolve.SendsPlaintext && onlyMTLS && why(c)
	}
}

// ofTLSListener reports a server with a TLS of its own: a gateway's.
func ofTLSListener(c *Call) bool { return c.Serves.Mode == resolve.TLS && !c.Serves.OfMesh }

// These send TLS that the server does not open.
var (
	mutualToNoProxy = ofCalls(&Suspect{
		Name: "mtls-to-server-without-proxy", Text: "the client's proxy sends Istio mTLS to a server without a sidecar",
		Fix: "delete the tls of the DestinationRule, or inject a sidecar into the server",
	}, func(c *Call) bool { return mutualRefused(c, resolve.None) && !hasProxy(c) })
	mutualToUncaptured = ofCalls(&Suspect{
		Name: "mtls-to-excluded-port", Text: "the client's proxy sends Istio mTLS to a port that is excluded from capture by the server's sidecar",
		Fix: "let the sidecar capture the port",
	}, func(c *Call) bool { return mutualRefused(c, resolve.None) && hasProxy(c) })
	mutualToDisable = ofCalls(&Suspect{
		Name: "mtls-into-disable", Text: "the client's proxy sends Istio mTLS to a port that is DISABLE",
		Fix: "make the port PERMISSIVE, so that it accepts mTLS and plaintext",
	}, func(c *Call) bool { return mutualRefused(c, resolve.Disable) })
	ownTLSToPlainApp = ofCalls(&Suspect{
		Name: "tls-to-plaintext-application", Text: "a DestinationRule sends its own TLS to an application that expects plaintext on this port",
		Fix: "delete the tls of the DestinationRule, so that auto mTLS applies",
	}, func(c *Call) bool {
		return c.Outcome.Verdict == resolve.VerdictPassthroughTLS && ownTLS(c) && c.Port != nil && !c.Port.Protocol.SaysTLS() && !external(c)
	})
	ownTLSIntoStrict = ofCalls(&Suspect{
		Name: "tls-into-strict", Text: "a DestinationRule sends its own TLS (SIMPLE or MUTUAL) to a STRICT port, without the identity of the mesh",
		Fix: "set mode: ISTIO_MUTUAL, or delete the tls so that auto mTLS applies",
	}, func(c *Call) bool {
		return c.Outcome.Verdict == resolve.VerdictBroken && ownTLS(c) && !ofTLSListener(c) && c.Serves.Mode != resolve.Permissive && c.Serves.Mode != resolve.Disable
	})
	foreignTrust = ofCalls(&Suspect{
		Name: "foreign-trust-domain", Text: "client and server are in trust domains that do not accept each other",
		Fix: "add each trust domain to trustDomainAliases of the other control plane",
	}, func(c *Call) bool { return c.Outcome.Why.Cause.ForeignTrust() })
	otherAccount = ofCalls(&Suspect{
		Name: "other-identity-expected", Text: "the client expects another identity than the server's: subjectAltNames of a rule, or of a ServiceEntry, do not name it",
		Fix: "remove subjectAltNames, so that istiod names the accounts of the Service",
	}, func(c *Call) bool { return c.Outcome.Why.Cause == resolve.CauseOtherAccount })
	sniUnknown = &Suspect{
		Name: "server-name-unknown", Text: "no server of a Gateway has the server name (SNI) of the client in its hosts",
		Fix: "add the host to the Gateway, or call by a name that it has", Check: "the server name is the field before the last of the line",
	}
	ownCertificate = ofCalls(&Suspect{
		Name: "application-certificate", Text: "the application has a certificate of its own, which the mesh's CA did not sign",
		Fix: "declare the port as TLS and let the application's TLS through (no tls in the DestinationRule), or use plaintext in the application",
	}, func(c *Call) bool { return c.Outcome.Symptom.Kind == resolve.SymptomForeignCertificate })
	mutualIntoGateway = ofCalls(&Suspect{
		Name: "mtls-into-tls-listener", Text: "Istio mTLS is sent to a listener with a certificate of its own, which the mesh's CA did not sign",
		Fix: "send the TLS that the listener expects (mode: SIMPLE), or set the listener to ISTIO_MUTUAL",
	}, func(c *Call) bool {
		return c.Outcome.Verdict == resolve.VerdictBroken && c.Sends.TLS == resolve.SendsIstioMutual && ofTLSListener(c)
	})
	plainIntoGateway = ofCalls(&Suspect{
		Name: "plaintext-into-tls-listener", Text: "plaintext is sent to a listener that accepts only TLS, such as an HTTPS server of a Gateway",
		Fix: "use https, or call the HTTP port",
	}, func(c *Call) bool {
		return c.Outcome.Verdict != resolve.VerdictPlaintext && c.Sends.TLS == resolve.SendsPlaintext && ofTLSListener(c)
	})
)

func mutualRefused(c *Call, mode resolve.Mode) bool {
	return c.Outcome.Verdict == resolve.VerdictBroken && c.Sends.TLS == resolve.SendsIstioMutual && c.Serves.Mode == mode
}

// hasProxy reports a server with a proxy, whatever it captures.
func hasProxy(c *Call) bool {
	return c.Server != nil && c.Server.Workload != nil && c.Server.Workload.Membership.Dataplane != resolve.DataplaneNone
}

func ownTLS(c *Call) bool {
	return c.Sends.TLS == resolve.SendsSimple || c.Sends.TLS == resolve.SendsMutual
}

// external reports a host outside of the mesh, whose application may well speak TLS.
func external(c *Call) bool { return c.Host != nil && c.Host.External }
