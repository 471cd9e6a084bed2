package checks

import (
	"fmt"
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ScopeHidesService finds calls that are meant to be made to services which the client's
// proxy does not know (3.1.3, 6.19).
var ScopeHidesService = register(&analyze.Check{
	Code:      "MTLS0220",
	Name:      "scope-hides-service",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindSidecar},
	NeedsHost: true,
	Title:     "A service is hidden from a client that calls it: the call is not encrypted",
	Why: `A Sidecar resource lists the hosts that a proxy sees, and exportTo the namespaces that see a service. A call to any other
host is passed through unchanged, in plaintext, which a STRICT port rejects; with REGISTRY_ONLY the call does not leave
the pod. This check reports only services for which configuration or traffic shows a call; a Sidecar resource is there to
hide the rest.`,
	Fix:      "import the host in the Sidecar resource, or export the service to the client's namespace",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/sidecar/"},
	Controls: available,
	Before:   hiddenWorld("[\"./*\", \"istio-system/*\"]"),
	After:    hiddenWorld("[\"./*\", \"istio-system/*\", \"shop/pay.shop.svc.cluster.local\"]"),
	Run: func(p *analyze.Pass) {
		origins := map[resolve.Ref]resolve.Origin{}
		for _, o := range p.Objects(resolve.KindSidecar) {
			origins[o.Ref()] = o.Origin
		}
		seen := map[string]*hiding{}
		for _, w := range p.Workloads() {
			class := p.ClassOf(w)
			if class == nil || !class.Proxied() || class.Dataplane == resolve.DataplaneUnknown {
				continue
			}
			for _, d := range p.DependenciesOf(w) {
				if c, hidden := hiddenCall(p, class, d.Host, d.Port); hidden && !d.Handed && !ofItself(d, c) {
					hid(seen, c).add(d, c)
				}
			}
		}
		for _, key := range sortedKeys(seen) {
			p.Report(seen[key].finding(p, origins))
		}
	},
})

func hiddenWorld(hosts string) string {
	return callsWorld + strictShop + `apiVersion: v1
kind: Namespace
metadata: {name: far, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: caller, namespace: far}
spec:
  template:
    metadata: {labels: {app: caller}}
    spec:
      containers:
        - name: caller
          env: [{name: PAY_URL, value: "http://pay.shop/pay"}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: far}
spec:
  mtls: {mode: STRICT}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: far}
spec:
  egress:
    - hosts: ` + hosts + `
`
}

// hiddenCall is the call of a class to a port of a host, any for 0, that breaks because
// the proxy does not know it.
func hiddenCall(p *analyze.Pass, class *outbound.ClientClass, h *outbound.Host, port int32) (c outbound.Connection, hidden bool) {
	for con := range p.Mesh().Calls(class, h) {
		if con.Sends.Why.Cause.HostUnknown() && con.Outcome.Verdict == resolve.VerdictBroken && con.Subset == "" && (port == 0 || con.Port.Number == port) && !con.Known() {
			return con, true
		}
	}
	return c, false
}

// hiding is the calls that one object hides the way of.
type hiding struct {
	first    outbound.Connection
	declared []*declared.Call
	hosts    []*outbound.Host
}

// hid is the hiding of the object that hides the host of a call.
func hid(seen map[string]*hiding, c outbound.Connection) *hiding {
	by := hidesIt(c)
	if seen[by.String()] == nil {
		seen[by.String()] = &hiding{first: c}
	}
	return seen[by.String()]
}

// hidesIt is the object that keeps a host from a client.
func hidesIt(c outbound.Connection) resolve.Ref {
	if !c.Host.VisibleTo(c.Client.Namespace) || c.Client.Sidecar.IsZero() {
		return c.Host.Ref
	}
	return c.Client.Sidecar
}

func (g *hiding) add(d *declared.Call, c outbound.Connection) {
	g.declared = append(g.declared, d)
	if !slices.Contains(g.hosts, c.Host) {
		g.hosts = append(g.hosts, c.Host)
	}
}

func (g *hiding) finding(p *analyze.Pass, origins map[resolve.Ref]resolve.Origin) analyze.Finding {
	c, d := g.first, g.declared[0]
	by := hidesIt(c)
	f := analyze.Finding{Object: by, Origin: c.Host.Origin, Involved: []resolve.Ref{c.Host.Ref, d.Client.Ref}, Fix: remedy.HostScope(&c)}
	for _, d := range g.declared {
		f.Affected = append(f.Affected, declaredCall(d))
	}
	if by.Kind == resolve.KindSidecar {
		f.Origin, f.Field = origins[by], "spec.egress"
		f.Repair = g.imports(p)
	} else {
		f.Field = exportField(c.Host)
	}
	what := fmt.Sprintf("plaintext is sent to its port %d, which is %s", serverPort(c), c.Serves.Mode)
	if c.Sends.TLS == resolve.SendsNothing {
		what = "the client's proxy rejects the call"
	}
	f.Message = fmt.Sprintf("hides %s:%d from %s of %s, which is declared to call it (%s): %s", shortHost(c.Host), c.Port.Number, d.Client.Short(), d.Client.Ref.Namespace, d.Says, what)
	if n := len(g.declared) - 1; n > 0 {
		f.Message += fmt.Sprintf(" (and %d more such calls)", n)
	}
	return f
}

func serverPort(c outbound.Connection) int32 {
	if c.Server == nil {
		return c.Port.Number
	}
	return c.Server.Port
}

// exportField is where a host says who may know it.
func exportField(h *outbound.Host) resolve.Field {
	if h.Service() != nil {
		return resolve.Path("metadata", "annotations", resolve.ExportToAnnotation)
	}
	return "spec.exportTo"
}

// imports adds the hosts to the first egress listener that has no port of its own and
// excludes nothing.
func (g *hiding) imports(p *analyze.Pass) []analyze.Edit {
	for _, o := range p.Objects(resolve.KindSidecar) {
		if o.Ref() != g.first.Client.Sidecar {
			continue
		}
		for i, l := range o.Value.(*networkingv1.Sidecar).Spec.GetEgress() {
			excludes := func(host string) bool { return strings.HasPrefix(host, "~") }
			if l.GetPort() != nil || slices.ContainsFunc(l.GetHosts(), excludes) {
				continue // what it excludes goes before what it imports (3.1.2)
			}
			var out []analyze.Edit
			for _, h := range g.hosts {
				out = append(out, analyze.Edit{Object: o.Ref(), Verb: analyze.Append, Field: resolve.Path("spec", "egress").Index(i).Child("hosts"), Value: h.Namespace + "/" + h.Name})
			}
			return out
		}
	}
	return nil
}
