package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// OutboundPastProxy finds clients whose calls leave past their sidecar, to ports that are
// STRICT (3.1.1, 6.15).
var OutboundPastProxy = register(&analyze.Check{
	Code:      "MTLS0222",
	Name:      "outbound-past-proxy",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	NeedsHost: true,
	Title:     "Calls that leave past the client's sidecar, to a STRICT port",
	Why: `Ports and addresses that excludeOutboundPorts, excludeOutboundIPRanges or includeOutboundIPRanges keep from the sidecar
are called by the application itself: no mTLS, although the pod has a proxy. A port number is excluded for every host, so
that an exclusion for one server outside of the mesh also hits the services of the mesh that listen on the same number.`,
	Fix:      "take the port out of the annotation, or exclude the addresses of the server that is meant",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/annotations/"},
	Controls: inTransit,
	Before:   outboundWorld(`, annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: "80"}`),
	After:    outboundWorld(""),
	Run: func(p *analyze.Pass) {
		groups := groupsOf(p, func(c analyze.Call) string {
			if !c.Sends.Why.Cause.PastProxy() || c.Outcome.Verdict != resolve.VerdictBroken || c.Serves.Mode != resolve.Strict || c.Clients[0].Dataplane != resolve.DataplaneSidecar {
				return ""
			}
			if keptBy[c.Sends.Why.Cause] == "" && len(c.Clients[0].Workloads[0].AsProxy) > 0 {
				return "" // MTLS0306 speaks of it
			}
			return fmt.Sprintf("%p %s", c.Clients[0], words.Because(c.Sends.Reason()))
		})
		for _, g := range groups {
			p.Report(pastProxy(g))
		}
	},
})

func outboundWorld(annotations string) string {
	return shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}` + annotations + `}
    spec: {containers: [{name: web}]}
---
` + payWorkload + payService + strictShop
}

func pastProxy(g *group) analyze.Finding {
	c, w := g.first, g.first.Client.Workloads[0]
	f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Subject: words.Because(c.Sends.Reason()), Mild: !g.isMade(), Involved: []resolve.Ref{c.Host.Ref}, Affected: g.affected()}
	f.Message = fmt.Sprintf("%s: calls to %s go in plaintext to port %d of %s, which is STRICT and refuses them%s%s",
		words.Because(c.Sends.Reason()), g.port(), c.Server.Port, c.Server, g.moreText(), g.made.text())
	if n := g.callers() - 1; n > 0 {
		f.Message += fmt.Sprintf("; %d more workloads have the same", n)
	}
	key := keptBy[c.Sends.Why.Cause]
	if w.Annotations[key] == "" {
		return f // the injector's own setting
	}
	f.Field = podMetadata(w).Child("annotations").Child(key)
	if c.Sends.Why.Cause == resolve.CausePortExcluded && !strings.Contains(w.Annotations[key], ",") && g.callers() == 1 {
		f.Repair = []analyze.Edit{{Object: w.Ref, Verb: analyze.Remove, Field: f.Field}}
	}
	return f
}

// keptBy is the annotation that keeps a call from the proxy.
var keptBy = map[resolve.Cause]string{
	resolve.CausePortExcluded:          resolve.ExcludeOutboundPortsAnnotation,
	resolve.CauseRangeExcluded:         resolve.ExcludeOutboundIPRangesAnnotation,
	resolve.CauseExcludedRangesUnknown: resolve.ExcludeOutboundIPRangesAnnotation,
	resolve.CauseRangeNotIncluded:      resolve.IncludeOutboundIPRangesAnnotation,
	resolve.CauseIncludedRangesUnknown: resolve.IncludeOutboundIPRangesAnnotation,
	resolve.CauseInterfaceExcluded:     resolve.ExcludeInterfacesAnnotation,
}
