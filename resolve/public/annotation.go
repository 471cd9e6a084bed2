package public

import (
	"slices"
	"strings"
)

// annotations are those that answers depend on, and those of installers: switches, ports,
// ranges of addresses and names. All others may carry anything.
var annotations = []string{
	"sidecar.istio.io/inject", "sidecar.istio.io/interceptionMode", "sidecar.istio.io/status", "sidecar.istio.io/rewriteAppHTTPProbers", "sidecar.istio.io/nativeSidecar",
	"inject.istio.io/templates", "istio.io/rev", "istio.io/tag", "istio.io/dataplane-mode", "istio.io/use-waypoint", "istio.io/dry-run", "istio.io/ignore-policy-attachment", "istio.io/autoRegistrationGroup",
	"ambient.istio.io/redirection", "ambient.istio.io/bypass-inbound-capture", "gateway.istio.io/service-account", "networking.istio.io/exportTo", "networking.istio.io/tunnel", "traffic.istio.io/nodeSelector",
	"security.istio.io/tlsMode", "status.sidecar.istio.io/port", "prometheus.istio.io/merge-metrics", "galley.istio.io/analyze-suppress",
	"topology.istio.io/network", "topology.istio.io/subzone", "internal.istio.io/parent-namespace", "internal.istio.io/parents",
	"internal.istio.io/gateway-semantics", "internal.istio.io/route-semantics", "internal.istio.io/webhook-always-reject",
	"experimental.istio.io/disable-gateway-port-translation",
	"meta.helm.sh/release-name", "meta.helm.sh/release-namespace", "argocd.argoproj.io/tracking-id", "argocd.argoproj.io/sync-wave",
	"kubernetes.io/ingress.class", "prometheus.io/scrape", "prometheus.io/port",
	"nginx.ingress.kubernetes.io/service-upstream", "nginx.ingress.kubernetes.io/upstream-vhost", "nginx.org/use-cluster-ip", "ingress.kubernetes.io/service-upstream",
	"haproxy-ingress.github.io/service-upstream", "traefik.ingress.kubernetes.io/service.nativelb",
	"vault.hashicorp.com/agent-inject", "vault.hashicorp.com/service", "linkerd.io/inject", "consul.hashicorp.com/connect-inject", "kuma.io/sidecar-injection",
}

// ProxyConfig is the annotation that holds a proxy's configuration as YAML: of its text
// only what answers depend on is a name.
const ProxyConfig = "proxy.istio.io/config"

// prefixes are the beginnings of annotations of which all are names.
var prefixes = []string{"traffic.sidecar.istio.io/", "mtlsctl.io/"}

// Annotation reports an annotation whose value is a name, a switch or a list of them.
func Annotation(key string) bool {
	return slices.Contains(annotations, key) || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
}

// Setting is an annotation as a person reads it: with its value where that is a name.
func Setting(key, value string) string {
	if !Annotation(key) {
		return key + " (its value is not shown)"
	}
	return key + "=" + value
}

// switches are the variables of istiod's environment that answers depend on.
var switches = []string{
	"REVISION", "ENABLE_ENHANCED_DESTINATIONRULE_MERGE", "ENABLE_TLS_ON_SIDECAR_INGRESS", "PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE",
	"PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES", "ENABLE_NATIVE_SIDECARS", "PILOT_SKIP_VALIDATE_TRUST_DOMAIN", "PREFER_DESTINATIONRULE_TLS_FOR_EXTERNAL_SERVICES",
	"PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE", "PILOT_ENABLE_STRICT_GATEWAY_MERGING", "COMPLIANCE_POLICY", "PILOT_ENABLE_AMBIENT", "PILOT_ENABLE_SENDING_HBONE", "PILOT_PREFER_SENDING_HBONE",
	"SHARED_MESH_CONFIG",
}

// Switch reports a variable of istiod's that is a name or a switch.
func Switch(name string) bool { return slices.Contains(switches, name) }
