package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ExternalOverMesh finds ServiceEntries that call workloads of the mesh external, mostly by
// not saying anything (3.4.1, 6.14).
var ExternalOverMesh = register(&analyze.Check{
	Code:     "MTLS0217",
	Name:     "external-over-mesh",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindServiceEntry, resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindService},
	Title:    "A MESH_EXTERNAL ServiceEntry has workloads of the mesh as endpoints",
	Why: `A ServiceEntry is MESH_EXTERNAL unless its location is set, and auto mTLS sends plaintext to an external host, whatever
the endpoints are. If an endpoint is a workload with a sidecar, its STRICT port rejects every call, and calls to a
PERMISSIVE port are not encrypted.`,
	Fix:      "set location: MESH_INTERNAL",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Location"},
	Controls: inTransit,
	Before:   callsWorld + strictShop + payEntry("") + "\n",
	After:    callsWorld + strictShop + payEntry("\n  location: MESH_INTERNAL") + "\n",
	Run: func(p *analyze.Pass) {
		p.Objects(resolve.KindServiceEntry)
		groups := groupsOf(p, func(c analyze.Call) string {
			if !c.Sends.Auto || c.Sends.By.Kind != resolve.KindServiceEntry || c.Server == nil || c.Server.Workload == nil || !takesMTLS(c.Serves) {
				return ""
			}
			return c.Sends.By.String()
		})
		for _, g := range groups {
			c := g.first
			f := analyze.Finding{Object: c.Sends.By, Origin: c.Sends.Origin, Field: c.Sends.Field, Mild: !g.isMade() || !g.breaks(), Involved: []resolve.Ref{c.Server.Workload.Ref}, Affected: g.affected()}
			effect := "without encryption"
			if g.breaks() {
				effect = "and every call fails (" + symptom(c) + ")"
			}
			f.Message = fmt.Sprintf("it is MESH_EXTERNAL, so %s send plaintext to port %d of %s, which is %s, %s%s%s",
				workloads(g.callers()), c.Server.Port, c.Server, c.Serves.Mode, effect, g.moreText(), g.record.text())
			if gateOpens(p, c) {
				f.Repair = []analyze.Edit{{Object: c.Sends.By, Verb: analyze.Set, Field: "spec.location", Value: "MESH_INTERNAL"}}
			}
			p.Report(f)
		}
	},
})

func payEntry(location string) string {
	return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: pay, namespace: shop}
spec:
  hosts: [pay.example.test]` + location + `
  resolution: STATIC
  workloadSelector: {labels: {app: pay}}
  ports: [{number: 8080, name: http, protocol: HTTP}]`
}

// gateOpens reports a gate that may be opened: nobody behind it sends TLS of an application
// through it, which Istio's own would wrap, and no endpoint is taken for one with a proxy that
// does not accept mTLS.
func gateOpens(p *analyze.Pass, c outbound.Connection) bool {
	if !remedy.GateOpens(&c) {
		return false
	}
	for other := range p.Calls() {
		if other.Sends.By != c.Sends.By {
			continue
		}
		e := other.Server
		if other.Outcome.Verdict == resolve.VerdictPassthroughTLS || e != nil && e.Label == "istio" && (e.Captured() || e.Address != "" && !takesMTLS(other.Serves)) {
			return false
		}
	}
	return true
}

// takesMTLS reports a port behind a proxy that would take Istio's mTLS.
func takesMTLS(d resolve.Decision) bool {
	return d.Mode == resolve.Strict || d.Mode == resolve.Permissive
}
