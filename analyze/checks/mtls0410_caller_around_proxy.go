package checks

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// CallerAroundProxy finds calls that no proxy of the caller's encrypts, whether it has one or not,
// to ports that refuse them (1.6, 3.1.3, 4).
var CallerAroundProxy = register(&analyze.Check{
	Code:      "MTLS0410",
	Name:      "caller-around-proxy",
	Severity:  analyze.Error,
	Blocks:    true,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	Reads:     callerKinds,
	NeedsHost: true,
	Title:     "A caller whose sidecar cannot encrypt the call, or without a mesh certificate, calls a STRICT port",
	Why: `A sidecar encrypts calls to hosts that it sees. An ingress controller that balances over pods calls their addresses, which
are not hosts: the sidecar passes the request through unchanged. The same happens to a request to a Service's address with
the public name as Host header. A load balancer outside the cluster, the router of OpenShift and gateways of other
controllers have no mesh certificate; init containers make calls before an ordinary sidecar runs. A STRICT port rejects
all of them.`,
	Fix:      "route the call through a gateway of the mesh, or let the caller call the Service by its name; accept the risk: make the port an exception (portLevelMtls: {PORT: {mode: PERMISSIVE}})",
	Docs:     []string{"https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/", "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/"},
	Controls: available,
	Before:   balancedWorld(""),
	After: balancedWorld(`
  annotations:
    nginx.ingress.kubernetes.io/service-upstream: "true"
    nginx.ingress.kubernetes.io/upstream-vhost: pay.shop.svc.cluster.local`),
	Run: func(p *analyze.Pass) {
		for _, kind := range callerKinds {
			p.Objects(kind)
		}
		p.DependenciesOf(nil)
		for _, d := range declared.In(p.Mesh()).All() {
			if d.Way == declared.ByName && d.Client != nil || d.By.Kind == resolve.KindAuthorizationPolicy {
				continue // what its own proxy sends is looked at elsewhere, and so is who has none
			}
			if d.Client != nil && d.Client.Membership.Dataplane == resolve.DataplaneNone {
				continue // MTLS0401
			}
			if d.Way == declared.AsProxy && len(d.Client.AsProxy) > 0 {
				continue // MTLS0306
			}
			reportAround(p, d)
		}
		for _, w := range p.Workloads() {
			reportPeers(p, w)
		}
	},
})

// callerKinds are the kinds of objects that name whom somebody calls.
var callerKinds = append([]resolve.Kind{resolve.KindIngress, resolve.KindIngressClass, resolve.KindGatewayClass, resolve.KindKubeGateway, resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute, resolve.KindTLSContext}, resolve.DiallingKinds...)

// reportAround reports a call that every endpoint refuses, or that nobody can tell.
func reportAround(p *analyze.Pass, d *declared.Call) {
	for _, c := range path.In(p.Mesh()).Of(d) {
		unsure := d.Way == declared.PerhapsBeforeProxy && c.Outcome.Verdict == resolve.VerdictUnknown && c.Serves.Mode == resolve.Strict
		if c.Own() || c.Server.Workload == nil || c.Outcome.Verdict != resolve.VerdictBroken && !unsure {
			continue
		}
		f := analyze.Finding{
			Object: d.By, Origin: d.Origin, Field: d.Field, Subject: fmt.Sprint(client(&c, c.Server.Workload), d.Host.Name, c.Port.Number), Mild: d.Handed,
			Fix: advise.Around(&c, c.Server), Involved: []resolve.Ref{d.Host.Ref, c.Server.Workload.Ref},
		}
		f.Message = fmt.Sprintf("%s calls %s:%d, whose port %d of %s is %s: every call fails (%[9]s), because %[7]s; declared in %[8]s",
			client(&c, c.Server.Workload), shortHost(d.Host), c.Port.Number, c.Server.Port, c.Server, c.Serves.Mode, words.Because(c.Sends.Why), d.Says, words.Because(c.Outcome.Why))
		if unsure {
			f.Confidence, f.Mild = analyze.Likely, true
			f.Message = fmt.Sprintf("%s calls %s:%d, whose port %d of %s is STRICT, from an init container (%s): the call fails unless its proxy is a native sidecar. To find out, add the running pods, istiod's ENABLE_NATIVE_SIDECARS or the annotation sidecar.istio.io/nativeSidecar",
				client(&c, c.Server.Workload), shortHost(d.Host), c.Port.Number, c.Server.Port, c.Server, d.Says)
		}
		if d.Client != nil {
			f.Involved = append(f.Involved, d.Client.Ref)
		}
		p.Report(f)
		return // the other endpoints, and the other ports that it may mean, are of the same kind
	}
}

// reportPeers reports STRICT ports on which the pods of a workload call each other by their
// addresses: one finding for all of them.
func reportPeers(p *analyze.Pass, w *inbound.Workload) {
	var ports []string
	what := ""
	for _, one := range declared.PeersOf(w) {
		if one.Port.Decision.Mode == resolve.Strict {
			ports = append(ports, fmt.Sprint(one.Port.Number))
			what = cmp.Or(what, one.What)
		}
	}
	if len(ports) == 0 {
		return
	}
	if what != "" {
		what = " (" + what + ")"
	}
	list := "port " + ports[0]
	if len(ports) > 1 {
		list = "ports " + strings.Join(ports, " and ")
	}
	f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Subject: "peers", Confidence: analyze.Likely}
	f.Message = fmt.Sprintf("its pods call each other by pod IP on %s%s, which are STRICT and in no headless Service: the sidecars have no host for these addresses and pass plaintext through, so every call fails", list, what)
	f.Fix = fmt.Sprintf("add %s as TCP to a headless Service (clusterIP: None) for the pods, so that their sidecars see the addresses; accept the risk: make %s of %s PERMISSIVE with portLevelMtls", list, list, w.Short())
	p.Report(f)
}

// balancedWorld is a STRICT server behind an ingress controller that has a sidecar.
func balancedWorld(annotations string) string {
	return callsWorld + strictShop + `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress-nginx-controller, namespace: shop}
spec:
  template:
    metadata: {labels: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}}
    spec: {containers: [{name: controller}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: pay
  namespace: shop` + annotations + `
spec:
  ingressClassName: nginx
  rules: [{host: pay.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: pay, port: {number: 80}}}}]}}]
`
}
