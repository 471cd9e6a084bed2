package checks

import (
	"fmt"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// RuleForAmbient finds rules whose tls ambient clients do not read (3.5.4, 6.22).
var RuleForAmbient = register(&analyze.Check{
	Code:      "MTLS0225",
	Name:      "rule-for-ambient",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindNamespace, resolve.KindMeshConfig, resolve.KindKubeGateway},
	NeedsHost: true,
	Title:     "A DestinationRule with tls that ambient clients do not read",
	Why: `ztunnel does not read DestinationRules: it sends HBONE to every endpoint that supports it and plaintext to the others.
DISABLE does not turn HBONE off, and SIMPLE or MUTUAL for a host outside the mesh is used only if the host has a
waypoint.`,
	Fix:      "use a waypoint for the host, or originate TLS in an egress gateway",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/waypoint/"},
	Controls: inTransit,
	Before:   ambientWorld + ambientMaps(""),
	After:    ambientWorld + ambientMaps(", labels: {istio.io/use-waypoint: egress}"),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		ambient := slices.DeleteFunc(slices.Clone(p.Clients()), func(c *outbound.ClientClass) bool { return c.Dataplane != resolve.DataplaneAmbient })
		if len(ambient) == 0 {
			p.DestinationRules()
			return
		}
		for _, r := range p.DestinationRules() {
			if field, sets := setsTLS(r); sets {
				reportAmbient(p, r, field, ambient)
			}
		}
	},
})

const ambientWorld = `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: mesh}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: mesh}
spec:
  mtls: {mode: STRICT}
---
`

func ambientMaps(labels string) string {
	return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: maps, namespace: mesh` + labels + `}
spec: {hosts: [api.maps.test], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP, targetPort: 443}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: maps, namespace: mesh}
spec:
  host: api.maps.test
  trafficPolicy:
    tls: {mode: SIMPLE}
`
}

// reportAmbient reports a rule that would be for ambient clients if they read it.
func reportAmbient(p *analyze.Pass, r *outbound.DestinationRule, field resolve.Field, ambient []*outbound.ClientClass) {
	hosts := p.Reach(r).Hosts
	if len(hosts) == 0 || slices.ContainsFunc(hosts, func(h *outbound.Host) bool { return waypointed(p, h) }) {
		return
	}
	var blind []*outbound.ClientClass
	for _, c := range ambient {
		ns := r.Ref.Namespace
		own := ns == c.Namespace
		if (own || !r.HasSelector && (ns == hosts[0].Namespace || ns == p.RootNamespace())) && (own || len(r.ExportTo()) == 0 || slices.Contains(r.ExportTo(), "*") || slices.Contains(r.ExportTo(), c.Namespace)) {
			blind = append(blind, c)
		}
	}
	if len(blind) == 0 {
		return
	}
	f := analyze.Finding{Object: r.Ref, Origin: r.Origin, Field: field, Involved: []resolve.Ref{blind[0].Workloads[0].Ref}, Cause: analyze.Cause{Value: "ztunnel"}}
	what := "HBONE is sent to endpoints that support it, plaintext to the others"
	if f.Mild = !originates(r); !f.Mild {
		what = "their calls are not encrypted"
	}
	f.Message = fmt.Sprintf("its tls for %s has no effect on %s: ztunnel reads no DestinationRule, %s (3.5.4)", r.Host, clientsOf(blind), what)
	p.Report(f)
}

// originates reports a rule that makes TLS for servers outside of the mesh.
func originates(r *outbound.DestinationRule) bool {
	return slices.ContainsFunc(levelsOf(r), func(l *tlsLevel) bool {
		m := l.tls.GetMode()
		return m == networkingapi.ClientTLSSettings_SIMPLE || m == networkingapi.ClientTLSSettings_MUTUAL
	})
}

// waypointed reports a host before which a waypoint stands, or may, which reads rules (2D.7).
func waypointed(p *analyze.Pass, h *outbound.Host) bool {
	p.Objects(resolve.KindKubeGateway)
	return h.Waypoint.Bound() || h.Waypoint != nil && h.Waypoint.Unsure
}
