package checks

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
	typeapi "istio.io/api/type/v1beta1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// CredentialOnSidecar finds rules with a credentialName that sidecars do not take, and send
// plaintext instead (3.3.4, 6.13).
var CredentialOnSidecar = register(&analyze.Check{
	Code:      "MTLS0213",
	Name:      "credential-on-sidecar",
	Severity:  analyze.Error,
	Open:      true,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A credentialName that sidecars ignore: they send plaintext",
	Why: `Gateways read the Secret that credentialName names. A sidecar does so only for a rule with a workloadSelector. For any
other rule the sidecar has no TLS setting at all and sends plaintext, without an error anywhere. (A name that begins with
configmap:// works everywhere.)`,
	Fix:      "add a workloadSelector for its clients to the rule, or mount the certificates and set the file paths",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-credential_name"},
	Controls: inTransit,
	Before:   callsWorld + permissiveShop + mapsEntry + credentialRule(""),
	After:    callsWorld + permissiveShop + mapsEntry + credentialRule("\n  workloadSelector: {matchLabels: {app: web}}"),
	Run: func(p *analyze.Pass) {
		p.DestinationRules()
		causes := causesOf(p, func(c outbound.Connection) bool { return c.Sends.Why.Cause == resolve.CauseCredentialOnSidecar })
		for _, cause := range causes {
			p.Report(credential(p, cause))
		}
	},
})

func credentialRule(more string) string {
	return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: maps, namespace: shop}
spec:
  host: api.maps.test` + more + `
  trafficPolicy:
    tls: {mode: SIMPLE, credentialName: maps-ca}
`
}

func credential(p *analyze.Pass, cause *cause) analyze.Finding {
	first := cause.some[0].Connection
	f := analyze.Finding{Object: first.Sends.By, Origin: first.Sends.Origin, Field: first.Sends.Field.Child("credentialName"), Involved: []resolve.Ref{first.Host.Ref}}
	f.Message = fmt.Sprintf("%s credentialName in a rule without workloadSelector: plaintext is sent to %s:%d instead of TLS%s",
		callersWord(cause.callers()), shortHost(first.Host), first.Port.Number, cause.record.text())
	gateway := gatewayUses(p, first)
	if f.Mild = !cause.isMade(); f.Mild && gateway {
		f.Confidence = analyze.Possible // the rule is the gateway's, and the sidecars may never call the host themselves
	}
	if w := onlyClient(cause); w != nil && !gateway && w.Ref.Namespace == first.Sends.By.Namespace && w.Labels["app"] != "" {
		// Istio takes no rule with a workloadSelector that is exported beyond its namespace.
		if r := rulesNow(p)[first.Sends.By]; r != nil && staysHome(r.Spec().ExportTo) {
			f.Repair = proved(p, respelled(r, func(spec *networkingapi.DestinationRule) {
				spec.WorkloadSelector = &typeapi.WorkloadSelector{MatchLabels: map[string]string{"app": w.Labels["app"]}}
			}))
		}
	}
	return f
}

// staysHome reports whether an exportTo that is written names nothing beyond the namespace.
func staysHome(exportTo []string) bool {
	return len(exportTo) == 0 || len(exportTo) == 1 && exportTo[0] == "."
}

func callersWord(n int) string {
	if n == 1 {
		return "the sidecar of 1 workload ignores"
	}
	return fmt.Sprintf("the sidecars of %d workloads ignore", n)
}

// gatewayUses reports whether a gateway sends by the same rule.
func gatewayUses(p *analyze.Pass, c outbound.Connection) bool {
	for other := range p.Calls() {
		if other.Rule == c.Rule && other.Clients[0].Dataplane == resolve.DataplaneGateway {
			return true
		}
	}
	return false
}

// onlyClient is the workload that calls, nil where there are several.
func onlyClient(c *cause) *inbound.Workload {
	for class := range c.clients {
		if c.callers() == 1 {
			return class.Workloads[0]
		}
	}
	return nil
}
