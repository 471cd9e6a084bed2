package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
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
			key := fmt.Sprintf("%p %s", c.Clients[0], words.Because(c.Sends.Reason()))
			if forCertificates(c.Clients[0].Workloads[0]) {
				key += fmt.Sprint(" ", c.Host.Name, c.Port.Number) // what it is known to call is told one by one
			}
			return key
		})
		for _, g := range groups {
			if !g.isMade() && forCertificates(g.first.Client.Workloads[0]) {
				continue // its proxy is there for its certificates, and nobody is known to miss more of it
			}
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
	c, w := g.declaredFirst(), g.first.Client.Workloads[0]
	f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Subject: subjectPast(&c, w), Mild: !g.isMade(), Involved: []resolve.Ref{c.Host.Ref}, Affected: g.affected()}
	more := g.moreText()
	if forCertificates(w) {
		more = "" // calls that nobody is known to make: the proxy is there for its certificates
	}
	f.Message = fmt.Sprintf("%s: calls to %s:%d go in plaintext to port %d of %s, which is STRICT and refuses them%s%s",
		words.Because(c.Sends.Reason()), shortHost(c.Host), c.Port.Number, c.Server.Port, c.Server, more, g.record.text())
	if n := g.callers() - 1; n > 0 {
		f.Message += fmt.Sprintf("; %d more workloads have the same", n)
	}
	key := keptBy[c.Sends.Why.Cause]
	f.Fix = captured(c.Sends.Why.Cause, c.Port.Number)
	if _, own := w.Annotations[key]; !own {
		return f // the injector's own setting
	}
	f.Field = podMetadata(w).Child("annotations").Child(key)
	if c.Sends.Why.Cause == resolve.CausePortExcluded && !strings.Contains(w.Annotations[key], ",") && g.callers() == 1 {
		f.Repair = []analyze.Edit{{Object: w.Ref, Verb: analyze.Remove, Field: f.Field}}
	}
	return f
}

// subjectPast tells findings about one annotation apart.
func subjectPast(c *outbound.Connection, w *inbound.Workload) string {
	if forCertificates(w) {
		return fmt.Sprint(words.Because(c.Sends.Reason()), c.Host.Name, c.Port.Number)
	}
	return words.Because(c.Sends.Reason())
}

// declaredFirst is a connection that somebody is known to make, the first where nobody is.
func (g *group) declaredFirst() outbound.Connection {
	for _, c := range g.some {
		if slices.ContainsFunc(g.record.declared, func(d *declared.Call) bool { return d.Host == c.Host && d.On(c.Port.Number) }) {
			return c.Connection
		}
	}
	return g.first
}

// forCertificates reports a workload whose proxy captures nothing that leaves it: it is there to
// write its certificates to files, for an application that speaks mTLS itself.
func forCertificates(w *inbound.Workload) bool {
	ranges, set := w.Annotations[resolve.IncludeOutboundIPRangesAnnotation]
	return set && strings.TrimSpace(ranges) == ""
}

// captured is how the proxy gets calls to a port again.
func captured(why resolve.Cause, port int32) string {
	switch why {
	case resolve.CauseRangeNotIncluded, resolve.CauseIncludedRangesUnknown:
		return fmt.Sprintf("capture the port: annotation %s: %q, or list the range of the Service's address in %s", resolve.IncludeOutboundPortsAnnotation, fmt.Sprint(port), resolve.IncludeOutboundIPRangesAnnotation)
	case resolve.CausePortExcluded:
		return fmt.Sprintf("take %d out of %s, or exclude the addresses of the server that is meant by %s", port, resolve.ExcludeOutboundPortsAnnotation, resolve.ExcludeOutboundIPRangesAnnotation)
	case resolve.CauseRangeExcluded, resolve.CauseExcludedRangesUnknown:
		return fmt.Sprintf("narrow the ranges of %s to the addresses of the server that is meant", resolve.ExcludeOutboundIPRangesAnnotation)
	}
	return ""
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
