package runbook

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
)

// Symptom is what failure looks like, why, and what to do (4.3).
type Symptom struct{ Sees, Cause, Do string }

// failure is a symptom of some kinds of waves.
type failure struct {
	kinds []plan.Kind
	Symptom
}

// failures are what each kind of wave may look like when it fails, the most telling first.
var failures = []failure{
	{stricter, Symptom{"filter_chain_not_found in the log of the server's proxy", "a client sent plaintext to a port that is STRICT now",
		"downstream_remote_address in that line is the client: roll back, inject a sidecar into it, or keep the port as an exception"}},
	{stricter, Symptom{"503 UC, \"connection termination\" or a reset at the client", "the client sent plaintext: it has no sidecar, a DestinationRule sets DISABLE, or the host is not visible to its proxy",
		"roll back; mtlsctl connections --from CLIENT --to SERVER:PORT explains the call step by step"}},
	{[]plan.Kind{plan.Repair, plan.Keep, plan.Inject, plan.Freeze, plan.Accept, plan.Offer, plan.Tidy}, Symptom{"503 UF with WRONG_VERSION_NUMBER at the client", "the client sends mTLS to a port that accepts only plaintext: DISABLE, no proxy, or excluded from capture",
		"roll back; mtlsctl connections --to SERVER:PORT shows the rule that makes the client send mTLS"}},
	{[]plan.Kind{plan.Repair, plan.Offer, plan.Workloads, plan.Namespaces, plan.MeshWide}, Symptom{"503 UF with CERTIFICATE_VERIFY_FAILED at the client", "the client expects another name or CA than the server has: tls SIMPLE, or subjectAltNames of a DestinationRule",
		"remove tls from the DestinationRule, so that auto mTLS applies; its subjectAltNames must contain the server's SPIFFE identity"}},
	{stricter, Symptom{"an alert \"certificate required\" at the client", "the client sends its own TLS, without a mesh certificate: SIMPLE, or TLS of the application",
		"let it send plaintext to its sidecar, or keep the port as an exception"}},
	{[]plan.Kind{plan.Inject, plan.Offer, plan.Workloads, plan.Namespaces, plan.MeshWide}, Symptom{"an alert \"unknown CA\" on either side", "client and server have certificates of different roots: another cluster, or an incomplete root rotation",
		"compare istioctl proxy-config secret of both; share the root before the next wave"}},
	{[]plan.Kind{plan.Inject, plan.Workloads, plan.Namespaces, plan.MeshWide}, Symptom{"probes fail, pods become unready or restart", "the kubelet has no mesh certificate, and probes are not rewritten (sidecar.istio.io/rewriteAppHTTPProbers: \"false\"), or the probe is not HTTP, TCP or gRPC",
		"let the agent answer probes; accept the risk: keep the probed port PERMISSIVE with portLevelMtls"}},
	{stricter, Symptom{"scrape targets are down (up == 0)", "Prometheus has no mesh certificate", "scrape the merged port 15020, or with Istio's certificates; accept the risk: keep the port PERMISSIVE with portLevelMtls"}},
	{stricter, Symptom{"\"failed calling webhook\" when objects are created; an APIService is unavailable", "kube-apiserver has no mesh certificate", "let kube-apiserver call through a gateway of the mesh; accept the risk: keep only the webhook's port PERMISSIVE with portLevelMtls"}},
	{append([]plan.Kind{plan.Inject}, stricter...), Symptom{"jobs fail, or never complete", "a job without a sidecar sends plaintext; a job with a sidecar that is not a native sidecar never ends",
		"inject a native sidecar into the job (sidecar.istio.io/nativeSidecar: \"true\"), or roll back until it has one"}},
	{[]plan.Kind{plan.Inject}, Symptom{"connection refused while a pod starts", "the application calls before its proxy is ready", "proxy.istio.io/config: holdApplicationUntilProxyStarts, or native sidecars"}},
	{[]plan.Kind{plan.Repair, plan.Inject, plan.Offer}, Symptom{"403 \"RBAC: access denied\"", "an AuthorizationPolicy by identity now sees identities: with plaintext its DENY rules never matched, and its notPrincipals always did",
		"roll back; mtlsctl analyze names the policy"}},
	{[]plan.Kind{plan.Freeze}, Symptom{"mtlsctl connections shows mTLS where plaintext was expected", "another DestinationRule for the host overrides this one", "mtlsctl connections --from CLIENT --to SERVER:PORT shows it; do not continue with the next wave"}},
	{[]plan.Kind{plan.Keep, plan.Accept, plan.Tidy, plan.Safe}, Symptom{"a port has another mode than planned", "another policy of the same scope is older and applies instead", "mtlsctl describe WORKLOAD shows it; roll back, and make a new plan"}},
	{plan.Kinds(), Symptom{"istioctl proxy-status shows STALE, or NOT SENT for long", "a proxy rejected the configuration from istiod, or istiod cannot reach it", "the proxy's log shows why (kubectl logs POD -c istio-proxy); do not continue until it is SYNCED"}},
}

// stricter are the waves that make ports STRICT.
var stricter = []plan.Kind{plan.Workloads, plan.Namespaces, plan.MeshWide}

// symptoms are what a wave may look like when it fails.
func symptoms(w *plan.Wave) []Symptom {
	var out []Symptom
	for _, s := range slices.Concat(ambientSymptoms, trustSymptoms, failures) {
		if slices.Contains(s.kinds, w.Kind) {
			out = append(out, s.Symptom)
		}
	}
	return out
}
