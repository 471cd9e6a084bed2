package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// MTLSIntoExcludedPort finds ports that are kept from the server's proxy while clients go on
// sending mTLS to them (2.11, 6.15).
var MTLSIntoExcludedPort = register(&analyze.Check{
	Code:      "MTLS0219",
	Name:      "mtls-into-excluded-port",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	Reads:     whoCalls,
	NeedsHost: true,
	Title:     "Clients send mTLS to a port that is excluded from sidecar capture",
	Why: `An annotation takes the port away from the server's sidecar; istiod does not know about it, and tells the clients
that the pod takes mTLS. The application gets a TLS handshake that it does not understand, and every call from the mesh
fails. (Where a policy says STRICT it is MTLS0303, since the port is open besides.)`,
	Fix:      "take the port out of the annotation; accept the risk: make it DISABLE by portLevelMtls so that clients send plaintext",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/annotations/"},
	Controls: available,
	Before:   excludedWorld("8080") + permissiveShop,
	After:    excludedWorld("9090") + permissiveShop,
	Run: func(p *analyze.Pass) {
		readCallers(p)
		groups := groupsOf(p, func(c analyze.Call) string {
			s := c.Serves
			if !c.Sends.Auto || c.Outcome.Verdict != resolve.VerdictBroken || s.Mode != resolve.None || s.Field == "" || s.IfMeshed == resolve.Strict || c.Server == nil || c.Server.Workload == nil || s.By != c.Server.Workload.Ref {
				return ""
			}
			if q := portOf(c.Server); q != nil && p.Adviser().UseOf(c.Server.Workload, q).Kind == advise.ForOutsiders {
				return ""
			}
			return fmt.Sprint(s.By, s.Field, c.Server.Port)
		})
		for _, g := range groups {
			c := g.first
			f := analyze.Finding{Object: c.Serves.By, Origin: c.Serves.Origin, Field: c.Serves.Field, Subject: fmt.Sprint(c.Server.Port), Mild: !g.isMade(), Involved: []resolve.Ref{c.Host.Ref}, Affected: g.affected()}
			f.Message = fmt.Sprintf("port %d is %s, and %s send mTLS to it as %s: every call fails (%s)%s%s",
				c.Server.Port, words.Because(c.Serves.Why), workloads(g.callers()), g.port(), symptom(c), g.moreText(), g.record.text())
			f.Fix = keepOrExcept(c.Server.Port)
			if excludesOnly(c.Server.Workload, c.Serves.Field, c.Server.Port) && c.Serves.IfMeshed == resolve.Permissive && allBreak(p, c.Server) {
				f.Repair = []analyze.Edit{{Object: f.Object, Verb: analyze.Remove, Field: f.Field}}
			}
			p.Report(f)
		}
	},
})

// portOf is the port of the workload behind an endpoint, nil where nothing names it.
func portOf(e *outbound.Endpoint) *inbound.Port {
	i := slices.IndexFunc(e.Workload.Ports, func(q inbound.Port) bool { return q.Number == e.Port && q.Protocol != resolve.ProtocolUDP })
	if i < 0 {
		return nil
	}
	return &e.Workload.Ports[i]
}

// allBreak reports a port to which no call that is looked at gets through: a PERMISSIVE one
// takes plaintext and mTLS, and not all that passes by the proxy now.
func allBreak(p *analyze.Pass, e *outbound.Endpoint) bool {
	for c := range p.Calls() {
		if c.Server != nil && c.Server.Workload == e.Workload && c.Server.Port == e.Port && c.Outcome.Verdict != resolve.VerdictBroken && c.Outcome.Verdict != resolve.VerdictPlaintext {
			return false
		}
	}
	return true
}

// excludesOnly reports an annotation that excludes one port and nothing else.
func excludesOnly(w *inbound.Workload, at resolve.Field, port int32) bool {
	const key = resolve.ExcludeInboundPortsAnnotation
	return at == podMetadata(w).Child("annotations").Child(key) && strings.TrimSpace(w.Annotations[key]) == fmt.Sprint(port)
}

// excludedWorld is callsWorld with a port that is kept from the server's sidecar.
func excludedWorld(port string) string {
	return shopNamespace + webWorkload + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: pay}
      annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "` + port + `"}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
` + payService
}
