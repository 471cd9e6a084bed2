package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// AutoMTLSOff finds a mesh whose clients send mTLS only where a rule says so (3.4.1).
var AutoMTLSOff = register(&analyze.Check{
	Code:      "MTLS0221",
	Name:      "auto-mtls-off",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindMeshConfig, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "enableAutoMtls is false: clients send plaintext wherever no DestinationRule says otherwise",
	Why: `With auto mTLS off a client sends mTLS only by a DestinationRule with ISTIO_MUTUAL. A STRICT port without such a rule
refuses every call, and between two sidecars that could encrypt traffic goes in plaintext. Nothing else in Istio needs
the switch since 1.5.`,
	Fix:      "remove enableAutoMtls: false from the mesh configuration",
	Docs:     []string{"https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls"},
	Controls: inTransit,
	Before:   autoMTLS("false") + callsWorld + strictShop,
	After:    autoMTLS("true") + callsWorld + strictShop,
	Run: func(p *analyze.Pass) {
		p.Objects(resolve.KindMeshConfig)
		open, taken := map[resolve.Ref]*group{}, withoutAuto(p, false)
		for _, g := range taken {
			open[g.first.Sends.By] = g
		}
		for _, g := range withoutAuto(p, true) {
			also, affected := "", g.affected()
			if o := open[g.first.Sends.By]; o != nil {
				also, affected = "; PERMISSIVE ports take it: "+o.port()+o.moreText(), append(affected, o.affected()...)
				delete(open, g.first.Sends.By)
			}
			autoOff(p, g, ", which STRICT ports refuse"+g.moreText()+also, affected)
		}
		for _, g := range taken {
			if open[g.first.Sends.By] != nil {
				autoOff(p, g, g.moreText(), g.affected())
			}
		}
	},
})

// withoutAuto are the calls that go in plaintext because auto mTLS is off, by what switches it
// off: those that are refused, or those that are not.
func withoutAuto(p *analyze.Pass, refused bool) []*group {
	return groupsOf(p, func(c analyze.Call) string {
		if !c.Sends.Auto || !c.Sends.Why.Cause.Switch() || !meshConfigKinds[c.Sends.By.Kind] || !takesMTLS(c.Serves) || refused != (c.Outcome.Verdict == resolve.VerdictBroken) {
			return ""
		}
		return c.Sends.By.String()
	})
}

// autoOff reports calls that a mesh configuration leaves in plaintext.
func autoOff(p *analyze.Pass, g *group, rest string, affected []analyze.Affected) {
	c := g.first
	f := analyze.Finding{Object: c.Sends.By, Origin: c.Sends.Origin, Field: c.Sends.Field, Mild: !g.isMade() || c.Outcome.Verdict != resolve.VerdictBroken, Affected: affected}
	f.Message = fmt.Sprintf("auto mTLS is off and no rule sends mTLS to %s, whose port is %s: plaintext from %s", g.port(), c.Serves.Mode, workloads(g.callers())) + rest + g.record.text()
	if c.Sends.Field != "enableAutoMtls" && c.Sends.Field != "" { // not inside of a ConfigMap's text
		f.Repair = []analyze.Edit{{Object: c.Sends.By, Verb: analyze.Set, Field: c.Sends.Field, Value: true}}
	}
	p.Report(f)
}

// meshConfigKinds are the objects that hold a mesh configuration.
var meshConfigKinds = map[resolve.Kind]bool{resolve.KindConfigMap: true, resolve.KindMeshConfig: true, "IstioOperator": true, "Istio": true}

func autoMTLS(on string) string {
	return `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    enableAutoMtls: ` + on + `
---
`
}
