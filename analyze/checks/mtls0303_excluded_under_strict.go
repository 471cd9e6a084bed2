package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// ExcludedUnderStrict finds ports that a STRICT policy seems to protect and
// traffic reaches past the sidecar (2.11, 6.15).
var ExcludedUnderStrict = register(&analyze.Check{
	Code:     "MTLS0303",
	Name:     "excluded-under-strict",
	Severity: analyze.Error,
	Open:     true,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    append(slices.Clone(whoCalls), resolve.KindService, resolve.KindServiceEntry),
	Title:    "A port that is excluded from sidecar capture is not STRICT, whatever the policy",
	Why: `Ports listed in excludeInboundPorts, or missing from includeInboundPorts, reach the application directly: any client can
call them in plaintext. istiod does not know this, so clients in the mesh still send mTLS, which the application does not
understand: the port is open to other clients and broken for clients of the mesh. It is an error if such a client is known,
and a warning if no client is known. If all known clients have no mesh certificate, such as kube-apiserver for a webhook or
the clients of an ingress controller, the port is reported by no finding.`,
	Fix:      "remove the port from the annotation, so that the sidecar accepts the clients' mTLS; accept the risk: portLevelMtls: {PORT: {mode: DISABLE}} makes clients send plaintext",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/annotations/"},
	Controls: inTransit,
	Before: shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: pay}
      annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "8080"}
    spec:
      containers: [{name: pay, ports: [{containerPort: 8080}]}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	After: shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: pay}
    spec:
      containers: [{name: pay, ports: [{containerPort: 8080}]}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		readCallers(p)
		for _, w := range p.Workloads() {
			for i := range w.Ports {
				q := &w.Ports[i]
				d := &q.Decision
				if w.Membership.Dataplane == resolve.DataplaneSidecar && d.Mode == resolve.None && d.IfMeshed == resolve.Strict && d.Field != "" {
					reportExcluded(p, w, q)
				}
			}
		}
	},
})

// reportExcluded reports a port past the sidecar, unless everybody who is known to call it has
// no certificate: then it has to be there.
func reportExcluded(p *analyze.Pass, w *inbound.Workload, q *inbound.Port) {
	use := p.Adviser().UseOf(w, q)
	if use.Kind == advise.ForOutsiders {
		return
	}
	f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Field: q.Decision.Field, Mild: use.Kind == advise.Unused, Fix: keepOrExcept(q.Number)}
	f.Message = fmt.Sprintf("port %d is open to plaintext although the policies set STRICT: %s", q.Number, words.Because(q.Decision.Why))
	if use.Call != nil {
		f.Message += fmt.Sprintf("; %s calls %s:%d with mTLS, which the application does not understand (%s)", client(use.Call, w), shortHost(use.Call.Host), use.Call.Port.Number, use.Call.Call.Says)
		f.Involved = append(f.Involved, use.Call.Host.Ref)
	}
	if w.Pods < w.PodsOf {
		f.Message += fmt.Sprintf(" (%d of %d pods)", w.Pods, w.PodsOf)
	}
	p.Report(f)
}

// client names who makes a declared call, with the namespace where that is not a workload's own.
func client(c *path.Path, from *inbound.Workload) string {
	if c.Call.Client == nil {
		return c.Call.Caller
	}
	return of(c.Call.Client, from)
}

// keepOrExcept names the ways out for a port, the safe one first.
func keepOrExcept(port int32) string {
	return fmt.Sprintf("remove port %d from the annotation, so that the sidecar accepts the clients' mTLS; accept the risk: portLevelMtls: {%d: {mode: DISABLE}} makes clients send plaintext", port, port)
}
