package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// PlaintextByRule finds rules that make clients send plaintext to workloads which would take
// mTLS (3.3.3, 8.1).
var PlaintextByRule = register(&analyze.Check{
	Code:      "MTLS0223",
	Name:      "plaintext-by-rule",
	Severity:  analyze.Warning,
	Open:      true,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A DestinationRule makes clients send plaintext to workloads that take mTLS",
	Why: `Client and server both have a sidecar, the port is PERMISSIVE, and without the rule they would use mTLS. The rule's
DISABLE takes encryption and the client's identity away, and every call will break on the day the port becomes STRICT.`,
	Fix:      "delete the tls, so that auto mTLS sends mTLS where it is understood",
	Docs:     []string{"https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls"},
	Controls: inTransit,
	Before:   callsWorld + permissiveShop + payRuleOf("DISABLE"),
	After:    callsWorld + permissiveShop + payRuleOf("ISTIO_MUTUAL"),
	Run: func(p *analyze.Pass) {
		p.DestinationRules()
		causes := causesOf(p, func(c outbound.Connection) bool {
			return c.Sends.By.Kind == resolve.KindDestinationRule && c.Sends.TLS == resolve.SendsPlaintext && c.Sends.Why.Cause != resolve.CauseCredentialOnSidecar &&
				c.Outcome.Verdict == resolve.VerdictPlaintext && c.Serves.Mode == resolve.Permissive
		})
		rules := rulesNow(p)
		for _, cause := range causes {
			c := cause.some[0]
			f := analyze.Finding{Object: c.Sends.By, Origin: c.Sends.Origin, Field: c.Sends.Field, Involved: []resolve.Ref{c.Host.Ref}, Affected: cause.affected()}
			f.Message = fmt.Sprintf("sends plaintext to %s:%d, whose port %d of %s is PERMISSIVE and would take mTLS: %s%s%s",
				shortHost(c.Host), c.Port.Number, c.Server.Port, c.Server, plaintextFrom(cause), cause.moreText(), cause.record.text())
			if rule := rules[c.Sends.By]; rule != nil {
				f.Repair = leftToAuto(p, rule, c.Sends.Field)
			}
			p.Report(f)
		}
	},
})

func plaintextFrom(c *cause) string {
	if n := c.callers(); n > 1 {
		return fmt.Sprintf("%d workloads send no certificate", n)
	}
	return "1 workload sends no certificate"
}
