package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// ProbeRefused finds kubelet probes that come to a port as they are (2.18).
var ProbeRefused = register(&analyze.Check{
	Code:     "MTLS0403",
	Name:     "probe-refused",
	Severity: analyze.Warning,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindPeerAuthentication},
	Title:    "An HTTP or gRPC probe that is not rewritten fails at a STRICT port",
	Why: `The kubelet has no mesh certificate. Injection rewrites HTTP and gRPC probes to the agent in the pod, which probes the
application. rewriteAppHTTPProbers "false", on the pod or for the whole injector, or a container that another webhook adds
after Istio's, leaves probes unchanged. A STRICT port rejects them: the pod is never ready, or is restarted again and again.
On a PERMISSIVE port they work until it is STRICT. TCP probes do not fail: they only open a connection, and the sidecar
accepts it.`,
	Fix:      "remove the annotation sidecar.istio.io/rewriteAppHTTPProbers, so that the agent answers probes",
	Docs:     []string{"https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/"},
	Controls: available,
	Before:   strictGuardWorld + probedWorld("sidecar.istio.io/rewriteAppHTTPProbers: \"false\""),
	After:    strictGuardWorld + probedWorld(""),
	Run: func(p *analyze.Pass) {
		x := newExceptions(p)
		for _, w := range p.Workloads() {
			if probes := probesAt(w, resolve.Strict); len(probes) > 0 {
				f := probing(w, probes, "STRICT: the kubelet has no mesh certificate, so every probe fails")
				f.Severity, f.Repair = analyze.Error, unprobed(x, w, probes)
				p.Report(f)
			} else if probes := probesAt(w, resolve.Permissive); len(probes) > 0 {
				f := probing(w, probes, "PERMISSIVE: the kubelet has no mesh certificate, so every probe fails once the port is STRICT")
				f.Mild, f.Repair = true, unprobed(x, w, probes)
				p.Report(f)
			}
		}
	},
})

// probesAt are the probes that come to ports of a mode as they are, of a workload that is
// known to have a sidecar. A port that somebody made PERMISSIVE by itself is an exception,
// and stays one.
func probesAt(w *inbound.Workload, mode resolve.Mode) []pod.Probe {
	var out []pod.Probe
	for _, probe := range w.Probes {
		d := *w.Decision(probe.Port)
		if d.Mode == mode && w.Membership.Dataplane == resolve.DataplaneSidecar && (mode == resolve.Strict || d.Scope != resolve.ScopePort) {
			out = append(out, probe)
		}
	}
	return out
}

// probing is a finding about the first of some probes, which names them all.
func probing(w *inbound.Workload, probes []pod.Probe, fate string) analyze.Finding {
	var names []string
	for _, probe := range probes {
		names = append(names, fmt.Sprintf("%s (port %d)", probe.Says, probe.Port))
	}
	f := analyze.Finding{Object: w.Ref, Origin: probes[0].Origin, Field: probes[0].Field, Fix: probeFix(w, probes[0].Port)}
	f.Message = fmt.Sprintf("its %s is not rewritten and calls a port that is %s", strings.Join(names, ", "), fate)
	if len(names) > 1 {
		f.Message = fmt.Sprintf("its %s are not rewritten and call ports that are %s", strings.Join(names, ", "), fate)
	}
	if _, own := w.Annotations[resolve.RewriteProbesAnnotation]; !own && !w.Membership.Observed {
		f.Message += "; the injector's values disable probe rewriting (rewriteAppHTTPProbe: false)"
		f.Cause = analyze.Cause{Object: resolve.Ref{Kind: resolve.KindInjector}, Value: "rewriteAppHTTPProbe"}
	}
	if d := *w.Decision(probes[0].Port); !d.By.IsZero() {
		f.Involved = append(f.Involved, d.By)
	}
	return f
}

func probeFix(w *inbound.Workload, port int32) string {
	if _, own := w.Annotations[resolve.RewriteProbesAnnotation]; own {
		return "remove the annotation " + resolve.RewriteProbesAnnotation + ", so that the agent answers probes"
	}
	return fmt.Sprintf("set the annotation %s: \"true\"; accept the risk: make port %d of %s PERMISSIVE with portLevelMtls", resolve.RewriteProbesAnnotation, port, w.Short())
}

// unprobed lets the agent answer where the workload itself says that it must not: that
// leaves the ports STRICT. Else the ports become exceptions.
func unprobed(x *exceptions, w *inbound.Workload, probes []pod.Probe) []analyze.Edit {
	if _, own := w.Annotations[resolve.RewriteProbesAnnotation]; own {
		return []analyze.Edit{{Object: w.Ref, Verb: analyze.Remove, Field: podMetadata(w).Child("annotations").Child(resolve.RewriteProbesAnnotation)}}
	}
	if w.Decision(probes[0].Port).Mode != resolve.Strict {
		return nil
	}
	var ports []int32
	for _, probe := range probes {
		ports = append(ports, probe.Port)
	}
	return x.of(w, resolve.Permissive, ports...)
}
