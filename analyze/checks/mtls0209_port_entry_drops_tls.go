package checks

import (
	"fmt"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// PortEntryDropsTLS finds entries of ports that take the tls above them out of force
// without saying so (3.3.1, 6.10).
var PortEntryDropsTLS = register(&analyze.Check{
	Code:      "MTLS0209",
	Name:      "port-entry-drops-tls",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule},
	Reads:     []resolve.Kind{resolve.KindWorkload, resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "A portLevelSettings entry without tls drops the tls above it",
	Why: `An entry of portLevelSettings replaces the whole traffic policy for its port; nothing is inherited. An entry that sets
a connection pool and no tls has no TLS setting: auto mTLS applies to that port, and a host outside the mesh gets
plaintext.`,
	Fix:      "repeat the tls in the entry",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-PortTrafficPolicy"},
	Controls: inTransit,
	Before:   callsWorld + permissiveShop + mapsEntry + mapsRule("") + "\n",
	After:    callsWorld + permissiveShop + mapsEntry + mapsRule("\n        tls: {mode: SIMPLE}") + "\n",
	Run: func(p *analyze.Pass) {
		for l := range tlsLevels(p) {
			if l.port == 0 || l.tls != nil || l.above.GetTls() == nil || strings.HasPrefix(l.rule.FQDN, "*") {
				continue
			}
			hosts := p.Reach(l.rule).Hosts
			if len(hosts) == 0 || hosts[0].Port(int32(l.port)) == nil {
				continue
			}
			p.Report(drops(p, l, hosts[0]))
		}
	},
})

// mapsEntry is a host outside of the mesh.
const mapsEntry = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: maps, namespace: shop}
spec: {hosts: [api.maps.test], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP, targetPort: 443}]}
---
`

func mapsRule(more string) string {
	return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: maps, namespace: shop}
spec:
  host: api.maps.test
  trafficPolicy:
    tls: {mode: SIMPLE}
    portLevelSettings:
      - port: {number: 80}
        connectionPool: {tcp: {maxConnections: 10}}` + more
}

// drops is a finding about one entry: a note only where what is sent stays the same.
func drops(p *analyze.Pass, l *tlsLevel, h *outbound.Host) analyze.Finding {
	mode := l.above.GetTls().GetMode()
	f := l.finding(l.field, fmt.Sprintf("the entry for port %d of %s has no tls and replaces the %s above it: auto mTLS applies (3.3.1)", l.port, shortHost(h), mode))
	f.Repair = l.with(p, l.above.GetTls())
	plain, same := false, mode == networkingapi.ClientTLSSettings_ISTIO_MUTUAL || mode == networkingapi.ClientTLSSettings_DISABLE
	for c := range p.Calls() {
		if c.Host == h && c.Port.Number == int32(l.port) && c.Subset == l.name && c.Rule == l.rule {
			plain = plain || c.Sends.TLS == resolve.SendsPlaintext
			same = same && c.Sends.TLS.String() == sendsOf(mode)
		}
	}
	switch {
	case plain && mode != networkingapi.ClientTLSSettings_DISABLE:
		f.Message += ": clients send plaintext"
	case same:
		f.Mild = true
	}
	return f
}

// sendsOf is what a mode sends, in the words of what is sent.
func sendsOf(mode networkingapi.ClientTLSSettings_TLSmode) string {
	if mode == networkingapi.ClientTLSSettings_DISABLE {
		return resolve.SendsPlaintext.String()
	}
	return mode.String()
}
