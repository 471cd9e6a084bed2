package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// NotIntercepted finds settings by which nothing that comes to a pod passes its proxy, and
// annotations for which the injector refuses the pod (1.12, 2.11).
var NotIntercepted = register(&analyze.Check{
	Code:     "MTLS0307",
	Name:     "not-intercepted",
	Severity: analyze.Warning,
	Open:     true,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindService, resolve.KindServiceEntry},
	Title:    "A sidecar that captures no traffic, or an annotation that prevents injection",
	Why: `With interception mode NONE, by annotation or in the proxy configuration, the sidecar serves only the ingress listeners of a
Sidecar resource; with excludeInterfaces and the pod's own interface, no traffic reaches it at all. The application accepts
plaintext from any client whatever the policies are, and clients in the mesh, which see a sidecar, send mTLS that it does
not understand. An annotation that the injector cannot parse is worse: the injector rejects the pod, and no new pod starts.`,
	Fix:  "remove the setting, or disable injection if the workload stays outside the mesh",
	Docs: []string{"https://istio.io/latest/docs/reference/config/annotations/", "https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-InboundInterceptionMode"},

	Controls: inTransit,
	Before:   interceptedWorld("proxy.istio.io/config: \"interceptionMode: NONE\""),
	After:    interceptedWorld(""),
	Run: func(p *analyze.Pass) {
		broken := brokenPast(p)
		for _, w := range p.Workloads() {
			switch {
			case w.Membership.Dataplane == resolve.DataplaneUnknown && w.Membership.Why.Cause == resolve.CauseInjectorRefuses:
				p.Report(analyze.Finding{
					Object: w.Ref, Origin: w.Membership.Origin, Field: w.Membership.Field, Severity: analyze.Error, Fix: "correct the value",
					Message: "the injector rejects its pods: " + words.Because(w.Capture.Invalid),
				})
			case w.Membership.Dataplane == resolve.DataplaneSidecar:
				if q := uncapturedPort(w); q != nil && (broken[w] == nil || q.Decision.Field == "") {
					p.Report(uncapturedFinding(w, q, broken[w])) // else MTLS0219 speaks of the calls that break
				}
			}
		}
	},
})

// uncapturedPort is the first port that the whole pod's settings keep from the proxy; nil
// where there is none, or where MTLS0303 speaks of it, because it should be STRICT.
func uncapturedPort(w *inbound.Workload) *inbound.Port {
	if !w.Capture.NoInterception && !w.Capture.PodInterface {
		return nil
	}
	var first *inbound.Port
	for i := range w.Ports {
		q := &w.Ports[i]
		if q.Decision.Mode != resolve.None || q.Protocol == resolve.ProtocolUDP || q.Decision.Why.Cause == resolve.CauseProxyPort {
			continue
		}
		if q.Decision.IfMeshed == resolve.Strict && q.Decision.Field != "" {
			return nil
		}
		if first == nil && (q.Declared || len(q.Services) > 0) {
			first = q
		}
	}
	return first
}

func uncapturedFinding(w *inbound.Workload, q *inbound.Port, made *callsMade) analyze.Finding {
	f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Field: q.Decision.Field}
	f.Message = fmt.Sprintf("its sidecar captures no inbound traffic (%s): port %d accepts plaintext from any client", words.Because(q.Decision.Why), q.Number)
	if q.Decision.Field == "" {
		f.Message += "; set in meshConfig.defaultConfig"
	} else {
		f.Origin = q.Decision.Origin
	}
	if made != nil {
		f.Message += "; the application does not understand the mTLS of clients in the mesh" + made.text()
		if made.known() {
			f.Severity = analyze.Error
		}
	}
	return f
}

// brokenPast are the calls that break because mTLS meets an application whose proxy does
// not see it, by server.
func brokenPast(p *analyze.Pass) map[*inbound.Workload]*callsMade {
	out := map[*inbound.Workload]*callsMade{}
	for c := range p.Calls() {
		if c.Outcome.Verdict != resolve.VerdictBroken || c.Server == nil || c.Server.Workload == nil || c.Serves.Mode != resolve.None {
			continue
		}
		w := c.Server.Workload
		if !w.Capture.NoInterception && !w.Capture.PodInterface {
			continue
		}
		if out[w] == nil {
			out[w] = &callsMade{}
		}
		out[w].add(p, c.Clients, c.Connection)
	}
	return out
}
