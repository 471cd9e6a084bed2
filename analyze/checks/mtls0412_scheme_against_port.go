package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// SchemeAgainstPort finds URLs whose scheme is not what the port is declared for (2.12, 4.1).
var SchemeAgainstPort = register(&analyze.Check{
	Code:      "MTLS0412",
	Name:      "scheme-against-port",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindDestinationRule},
	NeedsHost: true,
	Title:     "An application speaks TLS to a port declared HTTP, or plaintext to a port declared HTTPS",
	Why: `A sidecar reads the bytes of its application by the protocol that the port declares. TLS at a port declared HTTP is no HTTP:
the client's own sidecar ends the connection. At a port declared HTTPS or TLS it hands on what it gets, inside of mTLS or
not, so that a server which expects TLS gets plaintext.`,
	Fix:      "let the URL and the protocol of the port (its name or appProtocol) agree",
	Docs:     []string{"https://istio.io/latest/docs/ops/common-problems/network-issues/#sending-https-to-an-http-port", "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/"},
	Controls: available,
	Before:   originationWorld("https://api.maps.test", 443, "HTTP", "", "{mode: DISABLE}"),
	After:    originationWorld("https://api.maps.test", 443, "HTTPS", "", "{mode: DISABLE}"),
	Run: func(p *analyze.Pass) {
		p.DestinationRules()
		for class, d := range urlCalls(p) {
			if port := d.Host.Port(d.Port); port == nil || !disagrees(d, port.Protocol) {
				continue
			}
			c, ok := firstOn(p, class, d)
			if !ok {
				continue
			}
			effect, fix := disagreement(&c, d)
			if effect == "" {
				continue
			}
			p.Report(analyze.Finding{
				Object: d.By, Origin: d.Origin, Field: d.Field, Subject: fmt.Sprint(d.Client.Ref, d.Host.Name, d.Port),
				Message:  fmt.Sprintf("%s calls %s://%s:%d, and the port is declared %s: %s (%s)", d.Client.Short(), d.Scheme, shortHost(d.Host), c.Port.Number, c.Port.Protocol, effect, d.Says),
				Fix:      fix,
				Involved: []resolve.Ref{d.Client.Ref, d.Host.Ref},
			})
		}
	},
})

// disagrees reports a URL whose scheme is not what a protocol stands for.
func disagrees(d *declared.Call, protocol resolve.Protocol) bool {
	return speaksTLS(d) && protocol.Class() == resolve.ClassHTTP || speaksPlain(d) && protocol.SaysTLS()
}

// disagreement is what becomes of a URL whose scheme the port does not fit, and what helps; ""
// where they agree, and where a rule adds the TLS that the port wants.
func disagreement(c *outbound.Connection, d *declared.Call) (effect, fix string) {
	switch protocol := c.Port.Protocol; {
	case speaksTLS(d) && protocol.Class() == resolve.ClassHTTP:
		return "the client's sidecar gets TLS where it reads HTTP, and ends the connection",
			fmt.Sprintf("declare port %d HTTPS in %s, or let the URL be http://", c.Port.Number, d.Host.Ref)
	case speaksPlain(d) && protocol.SaysTLS() && !originating(c):
		return "the server gets plaintext where it expects TLS",
			fmt.Sprintf("let the URL be https://, or declare port %d HTTP in %s if the server speaks plaintext", c.Port.Number, d.Host.Ref)
	}
	return "", ""
}
