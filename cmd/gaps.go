package cmd

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// withoutKind says what cannot be known where a kind could not be read.
var withoutKind = map[resolve.Kind]string{
	resolve.KindNamespace:          "what is injected next, and discoverySelectors, are unknown",
	resolve.KindPod:                "who really has a sidecar is unknown",
	resolve.KindService:            "service ports and calls to them are missing",
	resolve.KindEndpointSlice:      "endpoints are those that the selectors of Services pick",
	resolve.KindPeerAuthentication: "modes that it may decide are unknown",
	resolve.KindDestinationRule:    "client TLS is unknown",
	resolve.KindSidecar:            "which hosts clients know is unknown",
	resolve.KindServiceEntry:       "hosts of it are missing",
	resolve.KindWorkloadEntry:      "machines are missing",
	resolve.KindWorkloadGroup:      "machines are missing",
	resolve.KindVirtualService:     "hosts that clients know through it are missing",
	resolve.KindGateway:            "the ports of gateways are unknown",
	resolve.KindKubeGateway:        "Gateway API gateways are missing",
	resolve.KindBackendTLSPolicy:   "TLS that it sets is missing",
	resolve.KindMutatingWebhook:    "which revisions exist is unknown",
}

// sayCluster says what a cluster did not let anybody see.
func (l *loaded) sayCluster(s Streams) {
	if l.cluster == nil {
		return
	}
	for _, g := range l.mesh.Gaps() {
		text := g.String()
		if what := withoutKind[g.Kind]; what != "" {
			text += "; " + what
		}
		say(s, "%s", text)
	}
	if len(l.mesh.Gaps()) > 0 {
		say(s, "  hint: mtlsctl rbac prints the rights that a whole answer needs, mtlsctl rbac --check which of them you lack")
	}
	if len(l.cluster.Absent) > 0 {
		say(s, "note: the cluster serves no %s%s", strings.Join(l.cluster.Absent, ", "), hintLine("Istio is not installed here, or not this version of it: is it the right --context?"))
	}
	if ns := l.flags.shownNamespace(); ns != "" && l.flags.namespace == "" && l.mesh.Namespace(ns) == nil {
		say(s, "note: nothing lives in namespace %s%s", ns, hintLine("-A shows every namespace, -n another one"))
	}
}
