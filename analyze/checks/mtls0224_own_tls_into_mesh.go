package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// OwnTLSIntoMesh finds rules whose TLS passes the server's sidecar unopened: no identity of
// the mesh (4.1, 4.4).
var OwnTLSIntoMesh = register(&analyze.Check{
	Code:      "MTLS0224",
	Name:      "own-tls-into-mesh",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A DestinationRule sends TLS of its own to a workload of the mesh, past Istio's mTLS",
	Why: `SIMPLE and MUTUAL are not Istio's mTLS. A PERMISSIVE TCP port hands their bytes to the application unopened: the client
has no identity there, AuthorizationPolicies see neither principal nor HTTP, and STRICT would break the call. Where the
application speaks TLS itself the proxy's TLS comes on top of it: it is encrypted twice, and the application sees TLS
where it expects its own protocol.`,
	Fix:      "delete the tls: auto mTLS carries whatever the application sends, TLS too",
	Docs:     []string{"https://istio.io/latest/docs/ops/common-problems/network-issues/#double-tls"},
	Controls: access,
	Before:   tlsPortWorld + permissiveShop + payRuleOf("SIMPLE"),
	After:    tlsPortWorld + permissiveShop + payRuleOf("ISTIO_MUTUAL"),
	Run: func(p *analyze.Pass) {
		p.DestinationRules()
		causes := causesOf(p, func(c outbound.Connection) bool {
			return c.Sends.By.Kind == resolve.KindDestinationRule && c.Outcome.Verdict == resolve.VerdictPassthroughTLS && takesMTLS(c.Serves) &&
				(c.Sends.TLS == resolve.SendsSimple || c.Sends.TLS == resolve.SendsMutual)
		})
		rules := rulesNow(p)
		for _, cause := range causes {
			c := cause.some[0]
			f := analyze.Finding{Object: c.Sends.By, Origin: c.Sends.Origin, Field: c.Sends.Field, Involved: []resolve.Ref{c.Host.Ref}, Affected: cause.affected()}
			f.Message = fmt.Sprintf("sends TLS of its own (%s) to %s:%d: %s%s%s", c.Sends.TLS, shortHost(c.Host), c.Port.Number, words.Because(c.Outcome.Why), cause.moreText(), cause.record.text())
			if c.Port.Protocol.SaysTLS() { // the application speaks TLS: whether clients do too, nobody can tell
				f.Fix = "delete the tls if the clients speak TLS themselves, since auto mTLS carries TLS too; keep the tls if they send plaintext, since the application gets no TLS without it"
			} else if rule := rules[c.Sends.By]; rule != nil {
				f.Repair = leftToAuto(p, rule, c.Sends.Field)
			}
			p.Report(f)
		}
	},
})

// tlsPortWorld is callsWorld with a server that speaks TLS itself.
const tlsPortWorld = shopNamespace + webWorkload + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8443}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec:
  selector: {app: pay}
  ports: [{name: https, port: 443, targetPort: 8443}]
---
`
