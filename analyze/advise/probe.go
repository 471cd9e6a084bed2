package advise

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// probe is a kubelet that calls as it is (2.18).
func probe(w *inbound.Workload, p *resolve.Probe) Obstacle {
	o := Obstacle{Kind: Probe, Special: true, Joins: No, Reason: Reason{
		Text: p.Says + " comes from the kubelet, without a certificate: the injector does not lead it through the agent", By: w.Ref, Position: p.Position(),
		Fix: "let the injector rewrite probes (sidecarInjectorWebhook.rewriteAppHTTPProbe), so that the agent answers them",
	}}
	if _, own := w.Annotations[resolve.RewriteProbesAnnotation]; own {
		o.Text = p.Says + " comes from the kubelet, without a certificate: " + w.Short() + " has rewriteAppHTTPProbers \"false\""
		o.Fix = "take the annotation sidecar.istio.io/rewriteAppHTTPProbers away, so that the agent answers probes"
	}
	return o
}
