package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// PortsWithoutSelector finds portLevelMtls where Istio never reads it (2.6, 6.5).
var PortsWithoutSelector = register(&analyze.Check{
	Code:     "MTLS0107",
	Name:     "ports-without-selector",
	Severity: analyze.Error,
	Istioctl: []string{"IST0106"},
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication},
	Local:    true,
	Alone:    true,
	Title:    "portLevelMtls without a selector is rejected",
	Why: `Istio reads portLevelMtls only from policies that select workloads. The API server rejects a policy that has
portLevelMtls and no selector. If the policy exists all the same (the webhook was off), Istio ignores its ports.`,
	Fix:      "add spec.selector for the workload of these ports, or move the mode to spec.mtls",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/"},
	Controls: inTransit,
	Before: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
  portLevelMtls:
    8080: {mode: PERMISSIVE}
`,
	After: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector:
    matchLabels: {app: pay}
  mtls: {mode: STRICT}
  portLevelMtls:
    8080: {mode: PERMISSIVE}
`,
	Run: func(p *analyze.Pass) {
		for _, pa := range p.PeerAuthentications() {
			if len(pa.Selector) == 0 && len(pa.Ports) > 0 {
				p.Policy(pa, "spec.portLevelMtls", "", "sets portLevelMtls but has no selector: the API server rejects the whole policy")
			}
		}
	},
})
