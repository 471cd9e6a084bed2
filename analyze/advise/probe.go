package advise

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// probe is a kubelet that calls as it is (2.18).
func probe(w *inbound.Workload, p *pod.Probe) Obstacle {
	o := Obstacle{Kind: Probe, Special: true, Joins: No, Reason: Reason{
		Text: p.Says + " comes from the kubelet, without a mesh certificate: the injector does not rewrite it", By: w.Ref, Position: p.Position(),
		Fix: "let the injector rewrite probes (sidecarInjectorWebhook.rewriteAppHTTPProbe), so that the agent answers them",
	}}
	if _, own := w.Annotations[resolve.RewriteProbesAnnotation]; own {
		o.Text = p.Says + " comes from the kubelet, without a mesh certificate: " + w.Short() + " has rewriteAppHTTPProbers \"false\""
		o.Fix = "remove the annotation sidecar.istio.io/rewriteAppHTTPProbers, so that the agent answers probes"
	}
	return o
}
