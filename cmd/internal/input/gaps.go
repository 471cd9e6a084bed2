package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// WithoutKind says what cannot be known where a kind could not be read.
var WithoutKind = map[resolve.Kind]string{
	resolve.KindNamespace:           "future injection, and discoverySelectors, are unknown",
	resolve.KindPod:                 "which workloads have a sidecar is unknown",
	resolve.KindService:             "service ports and calls to them are missing",
	resolve.KindEndpointSlice:       "endpoints are only those that the selectors of Services match",
	resolve.KindPeerAuthentication:  "modes that such a policy may set are unknown",
	resolve.KindDestinationRule:     "client TLS is unknown",
	resolve.KindSidecar:             "which hosts clients see is unknown",
	resolve.KindServiceEntry:        "hosts of such objects are missing",
	resolve.KindWorkloadEntry:       "machines are missing",
	resolve.KindWorkloadGroup:       "machines are missing",
	resolve.KindVirtualService:      "hosts that clients see through it are missing",
	resolve.KindGateway:             "the ports of gateways are unknown",
	resolve.KindEnvoyFilter:         "filter chains and clusters may be changed by one",
	resolve.KindKubeGateway:         "Gateway API gateways are missing",
	resolve.KindBackendTLSPolicy:    "TLS that such a policy sets is missing",
	resolve.KindAuthorizationPolicy: "calls that such a policy denies are unknown",
	resolve.KindHTTPRoute:           "calls that such a route leads elsewhere are shown as direct",
	resolve.KindGRPCRoute:           "calls that such a route leads elsewhere are shown as direct",
	resolve.KindTCPRoute:            "calls that such a route leads elsewhere are shown as direct",
	resolve.KindTLSRoute:            "calls that such a route leads elsewhere are shown as direct",
	resolve.KindReferenceGrant:      "routes to Services of other namespaces are taken to be allowed",
	resolve.KindMeshConfig:          "modes and calls of its proxies are unknown; --mesh-config FILE settles it",
	resolve.KindInjector:            "modes and calls of its proxies are unknown: it may exclude ports from capture",
	resolve.KindMutatingWebhook:     "which revisions exist is unknown",
}

// alikeGaps puts gaps of the same place and reason together.
func alikeGaps(all []resolve.Gap) [][]resolve.Gap {
	var groups [][]resolve.Gap
	index := map[string]int{}
	for _, g := range all {
		key := g.Where() + ": " + g.Reason
		i, seen := index[key]
		if !seen {
			i = len(groups)
			index[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], g)
	}
	return groups
}

// forbidden is the reason of a gap that somebody made on purpose.
const forbidden = "forbidden"

// gapsText says what is missing, a line for each kind unless many are forbidden: then
// the user sees little of the cluster on purpose, and one line is enough.
func gapsText(alike []resolve.Gap) console.Lines {
	const few, many = 3, 8
	if len(alike) > many && alike[0].Reason == forbidden {
		var names []string
		for _, g := range alike {
			names = append(names, g.Resource)
		}
		return console.Lines(format.Visible(fmt.Sprintf("cannot list %d kinds%s: %s (%s); what depends on them is unknown", len(alike), alike[0].Where(), alike[0].Reason, strings.Join(names, ", "))))
	}
	if len(alike) > few && alike[0].Namespaces == nil && len(alike[0].Except) > 0 {
		return console.Lines(format.Visible(fmt.Sprintf("cannot list anything%s (%s): %s; what depends on other namespaces is unknown", alike[0].Where(), console.Plural(len(alike), "kind"), alike[0].Reason)))
	}
	var told []string
	for _, g := range alike {
		text := g.String()
		if what := WithoutKind[g.Kind]; what != "" {
			text += "; " + what
		}
		told = append(told, format.Visible(text))
	}
	return console.Lines(strings.Join(told, "\n"))
}

// SayCluster says what a cluster did not let anybody see.
func (l *Loaded) SayCluster(s console.Streams) {
	if l.Cluster == nil {
		return
	}
	for _, alike := range alikeGaps(l.missed()) {
		console.Say(s, "%s", gapsText(alike))
	}
	if slices.ContainsFunc(l.missed(), func(g resolve.Gap) bool { return g.Reason == forbidden }) {
		console.Say(s, "  hint: mtlsctl rbac prints the rights for a complete answer, mtlsctl rbac --check lists the ones that you lack")
	}
	if len(l.Cluster.Absent) > 0 {
		hint := "the cluster does not list its API versions (discovery is forbidden): objects of another version are missing"
		if slices.ContainsFunc(l.Cluster.Absent, func(name string) bool { return strings.HasSuffix(name, ".istio.io") }) {
			hint = "Istio is not installed here, or another version of it: check --context"
		}
		console.Say(s, "note: the cluster has no %s%s", strings.Join(l.Cluster.Absent, ", "), HintLine(hint))
	}
	if ns := l.Flags.ShownNamespace(); ns != "" && l.Flags.Namespace == "" && !l.elsewhere && !slices.ContainsFunc(l.Mesh.Workloads(), func(w *inbound.Workload) bool { return w.Ref.Namespace == ns }) {
		console.Say(s, "note: no workload runs in namespace %s, which is the context's%s", ns, HintLine("-A shows every namespace, -n another one"))
	}
}
