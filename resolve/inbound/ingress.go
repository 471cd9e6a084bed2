package inbound

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// ingressPorts are the ports of the Sidecar's ingress listeners.
func (d *decider) ingressPorts() []int32 {
	if d.sidecar == nil {
		return nil
	}
	var ports []int32
	for _, l := range d.sidecar.As.Spec.GetIngress() {
		ports = append(ports, int32(l.GetPort().GetNumber()))
	}
	return ports
}

func (d *decider) hasIngress(port int32) bool {
	if d.sidecar == nil {
		return false
	}
	listener, _ := ingressOf(d.sidecar.As, port)
	return listener != nil
}

// merged reports whether a port of a Service has a listener beside the Sidecar's
// ingress ones: istiod merges them where it is told to (2.9).
func (d *decider) merged(p *Port) bool {
	return d.mergeIngress && len(d.ingressPorts()) > 0 && p.Protocol != ""
}

// ingressProtocol is what a Sidecar with ingress listeners makes of a port's
// protocol: its own for a listed port, sniffing for the others, which fall to the
// passthrough chains (2.9).
func (d *decider) ingressProtocol(p *Port) resolve.Protocol {
	if d.sidecar == nil || len(d.sidecar.As.Spec.GetIngress()) == 0 || p.Protocol == resolve.ProtocolUDP {
		return p.Protocol
	}
	listener, _ := ingressOf(d.sidecar.As, p.Number)
	switch {
	case listener != nil:
		return terminated(resolve.ServicePortProtocol(0, listener.GetPort().GetProtocol(), false, nil), d.ingressTLS && listener.GetTls() != nil)
	case d.mergeIngress || p.Protocol == "":
		return p.Protocol
	}
	return resolve.ProtocolAuto
}

// terminated is what is inside TLS that the listener takes off: istiod names the
// chains of the port by that, even where the policies keep the settings from
// being used (2.10).
func terminated(p resolve.Protocol, tls bool) resolve.Protocol {
	switch {
	case tls && p == resolve.ProtocolHTTPS:
		return resolve.ProtocolHTTP
	case tls && p == resolve.ProtocolTLS:
		return resolve.ProtocolTCP
	}
	return p
}

// ingressTLSDecision applies the TLS settings of a Sidecar ingress listener: only
// with the feature switched on, and only where the policies say DISABLE (2.10).
func (d *decider) ingressTLSDecision(served resolve.Decision, p *Port) resolve.Decision {
	if d.sidecar == nil {
		return served
	}
	listener, i := ingressOf(d.sidecar.As, p.Number)
	if listener.GetTls() == nil {
		return served
	}
	field := resolve.Path("spec", "ingress").Index(i).Child("tls")
	s := resolve.Shadow{By: d.sidecar.Ref(), Field: field, Mode: resolve.TLS, Origin: d.sidecar.Origin}
	switch {
	case !d.ingressTLS:
		s.Why = resolve.Reason{Cause: resolve.CauseIgnoredIngressOff}
	case served.Mode != resolve.Disable:
		s.Why = resolve.Reason{Cause: resolve.CauseIgnoredIngressMode}.OfMode(served.Mode)
	default:
		p.Listener = serverTLS(listener.GetTls())
		return resolve.Decision{Mode: resolve.TLS, Scope: resolve.ScopeListener, By: s.By, Field: field, Origin: s.Origin,
			Why: resolve.Because(resolve.CauseIngressTLS, resolve.Details{By: s.By, Text: p.Listener}), Shadowed: served.Shadowed}
	}
	served.Shadowed = append(served.Shadowed[:len(served.Shadowed):len(served.Shadowed)], s)
	return served
}

// serverTLS describes the settings of a listener: mode and where its certificate is.
func serverTLS(tls *networkingapi.ServerTLSSettings) string {
	out := tls.GetMode().String()
	switch {
	case tls.GetCredentialName() != "":
		out += ", credential " + tls.GetCredentialName()
	case len(tls.GetCredentialNames()) > 0:
		out += fmt.Sprint(", credentials ", tls.GetCredentialNames())
	case tls.GetServerCertificate() != "":
		out += ", certificate " + tls.GetServerCertificate()
	}
	return out
}
