package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// RunsAsProxy finds containers whose traffic is taken for the proxy's own (3.1.1).
var RunsAsProxy = register(&analyze.Check{
	Code:     "MTLS0306",
	Name:     "runs-as-proxy",
	Severity: analyze.Warning,
	Istioctl: []string{"IST0144"},
	Open:     true,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindService, resolve.KindServiceEntry},
	Local:    true,
	Title:    "A container runs as the proxy's own user, so its calls bypass the proxy",
	Why: `Traffic redirection recognizes the proxy's own traffic by its user and group, 1337, and does not send it to the proxy again.
An application container that runs as 1337 is treated as the proxy: its calls leave unchanged, in plaintext and without an
identity, which STRICT ports reject. Calls to it still pass through the proxy. Init containers do this on purpose, to reach
the network before the proxy runs: of them MTLS0410 reports calls to STRICT ports.`,
	Fix:  "run the container as a user other than 1337 (securityContext.runAsUser), and another group",
	Docs: []string{"https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements"},

	Controls: inTransit,
	Before:   asUserWorld("1337"),
	After:    asUserWorld("1000"),
	Run: func(p *analyze.Pass) {
		for _, w := range p.Workloads() {
			d := w.Membership.Dataplane
			if len(w.AsProxy) == 0 || d != resolve.DataplaneSidecar && d != resolve.DataplaneUnknown {
				continue
			}
			dependency, port, server := refusedCall(p, w)
			for _, c := range w.AsProxy {
				f := analyze.Finding{Object: w.Ref, Origin: c.Origin, Field: c.Field, Subject: c.Container, Cause: ofNamespace(w.Ref.Namespace, "", c.Says)}
				f.Message = fmt.Sprintf("container %s runs as %s, the same as the proxy: its calls bypass the proxy, in plaintext", c.Container, c.Says)
				switch {
				case d == resolve.DataplaneUnknown:
					f.Confidence, f.Mild = analyze.Likely, true
					f.Message += "; the input does not show whether there is a proxy"
				case server != nil && len(w.AsProxy) == 1:
					f.Severity, f.Involved, f.Cause = analyze.Error, involved(dependency, w, server), analyze.Cause{}
					f.Message += fmt.Sprintf("; it calls %s:%d, whose port %d of %s is STRICT: every such call fails (%s)",
						shortHost(dependency.Host), port, server.Port, server, dependency.Says)
				}
				p.Report(f)
			}
		}
	},
})

// refusedCall is the first call that a workload is said to make to a STRICT port.
func refusedCall(p *analyze.Pass, w *inbound.Workload) (*declared.Call, int32, *outbound.Endpoint) {
	for _, d := range p.DependenciesOf(w) {
		if d.By.Kind == resolve.KindAuthorizationPolicy || d.Handed || !w.AllAsProxy && d.Way != declared.AsProxy {
			continue
		}
		if port, server := strictBehind(d); server != nil {
			return d, port, server
		}
	}
	return nil, 0, nil
}
