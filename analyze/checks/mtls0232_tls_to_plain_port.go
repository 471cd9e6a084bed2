package checks

import (
	"fmt"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TLSToPlainPort finds rules whose TLS goes to port 80 of a host outside of the mesh, for want of
// a targetPort.
var TLSToPlainPort = register(&analyze.Check{
	Code:      "MTLS0232",
	Name:      "tls-to-plain-port",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A DestinationRule adds TLS to port 80 of an external host that has no targetPort",
	Why: `For TLS origination the application calls port 80 in plaintext and the sidecar begins TLS. The port of the ServiceEntry
stays the port of the server unless targetPort sets another: without targetPort: 443 the TLS goes to port 80, where servers
speak plaintext, and every call fails.`,
	Fix:      "set targetPort: 443 of the ServiceEntry's port",
	Docs:     []string{"https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/"},
	Controls: available,
	Before:   originationWorld("http://api.maps.test", 80, "HTTP", "", "{mode: SIMPLE, sni: api.maps.test}"),
	After:    originationWorld("http://api.maps.test", 80, "HTTP", ", targetPort: 443", "{mode: SIMPLE, sni: api.maps.test}"),
	Run: func(p *analyze.Pass) {
		if !anyLevel(p, beginsTLS) {
			return
		}
		groups := groupsOf(p, func(c analyze.Call) string {
			if !originating(&c.Connection) || c.Host.Ref.Kind != resolve.KindServiceEntry || arrivalPort(&c.Connection) != plainPort || c.Port.Protocol.SaysTLS() {
				return ""
			}
			return fmt.Sprint(c.Sends.By, c.Sends.Field, c.Host.Ref, c.Host.Name, c.Port.Number)
		})
		for _, g := range groups {
			c := g.first
			f := analyze.Finding{
				Object: c.Sends.By, Origin: c.Sends.Origin, Field: c.Sends.Field, Subject: fmt.Sprint(c.Host.Ref, c.Host.Name, c.Port.Number), Mild: c.Server != nil && c.Server.Address != "" && c.Server.Address != c.Host.Name,
				Message:  fmt.Sprintf("%s goes to port 80 of %s, where servers speak plaintext: port %d of %s has no targetPort%s", c.Sends.TLS, shortHost(c.Host), c.Port.Number, c.Host.Ref, g.record.text()),
				Involved: []resolve.Ref{c.Host.Ref},
				Fix:      fmt.Sprintf("set targetPort: 443 of port %d in %s", c.Port.Number, c.Host.Ref),
			}
			if c.Server == nil {
				f.Message = fmt.Sprintf("%s goes to port 80 of %s, where servers speak plaintext: with resolution NONE of %s the port stays the one that the client calls%s", c.Sends.TLS, shortHost(c.Host), c.Host.Ref, g.record.text())
				f.Fix = "set tls for port 443 only (portLevelSettings)"
			}
			if c.Port.Number == plainPort && ownPort(p, &c) {
				f.Repair = []analyze.Edit{{Object: c.Host.Ref, Verb: analyze.Set, Field: c.Port.Field().Child("targetPort"), Value: 443}}
			}
			p.Report(f)
		}
	},
})

// arrivalPort is the port at which TLS arrives, 0 where a workload of the input stands there: with
// resolution NONE the one that the client calls.
func arrivalPort(c *outbound.Connection) int32 {
	switch {
	case c.Server == nil && c.Host.Passthrough:
		return c.Port.Number
	case c.Server == nil || c.Server.Workload != nil:
		return 0
	}
	return c.Server.Port
}

// ownPort reports an endpoint whose port is that of the entry alone: the host itself, of which no
// other entry has a say.
func ownPort(p *analyze.Pass, c *outbound.Connection) bool {
	others := slices.ContainsFunc(p.Mesh().Hosts(), func(h *outbound.Host) bool { return h.Name == c.Host.Name && h.Ref != c.Host.Ref })
	return c.Server != nil && c.Server.Address == c.Host.Name && !others
}

// beginsTLS reports a tls with which the client's proxy begins TLS of its own.
func beginsTLS(t *networkingapi.ClientTLSSettings) bool {
	return t.GetMode() == networkingapi.ClientTLSSettings_SIMPLE || t.GetMode() == networkingapi.ClientTLSSettings_MUTUAL
}

// plainPort is the port at which servers speak HTTP without TLS.
const plainPort = 80
