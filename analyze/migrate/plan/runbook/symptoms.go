package runbook

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
)

// Symptom is what failure looks like, why, and what to do (4.3).
type Symptom struct{ Sees, Cause, Do string }

// failures are what each kind of wave may look like when it fails, the most telling first.
var failures = []struct {
	kinds []plan.Kind
	Symptom
}{
	{stricter, Symptom{"filter_chain_not_found in the log of the server's proxy", "plaintext came in at a port that is STRICT now",
		"the line's downstream_remote_address is who it was: roll back, give it a sidecar, or keep the port as an exception"}},
	{stricter, Symptom{"503 UC, \"connection termination\" or a reset at the client", "the client sent plaintext: it has no sidecar, a DestinationRule says DISABLE, or its proxy does not know the host",
		"roll back; mtlsctl connections --from CLIENT --to SERVER:PORT argues the call"}},
	{[]plan.Kind{plan.Repair, plan.Keep, plan.Inject, plan.Freeze, plan.Accept, plan.Offer, plan.Tidy}, Symptom{"503 UF with WRONG_VERSION_NUMBER at the client", "the client sends mTLS to a port that takes plaintext only: DISABLE, no proxy in front of it, or excluded from it",
		"roll back; mtlsctl connections --to SERVER:PORT says which rule makes the client send it"}},
	{[]plan.Kind{plan.Repair, plan.Offer, plan.Workloads, plan.Namespaces, plan.MeshWide}, Symptom{"503 UF with CERTIFICATE_VERIFY_FAILED at the client", "the client verifies another name or CA than the server has: tls SIMPLE, or subjectAltNames of a DestinationRule",
		"take tls out of the DestinationRule, so that auto mTLS decides; its subjectAltNames must name the server's SPIFFE identity"}},
	{stricter, Symptom{"an alert \"certificate required\" at the client", "the client sends TLS of its own, without a certificate of the mesh: SIMPLE, or the application's",
		"let it send plaintext to its sidecar, or keep the port as an exception"}},
	{[]plan.Kind{plan.Inject, plan.Offer, plan.Workloads, plan.Namespaces, plan.MeshWide}, Symptom{"an alert \"unknown CA\" on either side", "the two ends have certificates of different roots: another cluster, or a root that was rotated half-way",
		"compare istioctl proxy-config secret of both ends; share the root before going on"}},
	{[]plan.Kind{plan.Inject, plan.Workloads, plan.Namespaces, plan.MeshWide}, Symptom{"probes fail, pods become unready or restart", "the kubelet has no certificate, and probes are not rewritten (sidecar.istio.io/rewriteAppHTTPProbers: \"false\"), or the probe is no HTTP, TCP or gRPC",
		"let the agent answer probes, or keep the probed port PERMISSIVE by portLevelMtls"}},
	{stricter, Symptom{"scrape targets are down (up == 0)", "Prometheus has no certificate of the mesh", "scrape by the merged port 15020, or with Istio's certificates, or keep the port PERMISSIVE by portLevelMtls"}},
	{stricter, Symptom{"\"failed calling webhook\" when objects are made; an APIService is unavailable", "kube-apiserver has no certificate of the mesh", "keep the hook's port PERMISSIVE by portLevelMtls"}},
	{append([]plan.Kind{plan.Inject}, stricter...), Symptom{"jobs fail, or never complete", "a job without a sidecar sends plaintext; one with a sidecar that is no native one never ends",
		"give the job a native sidecar (sidecar.istio.io/nativeSidecar: \"true\"), or roll back until it has one"}},
	{[]plan.Kind{plan.Inject}, Symptom{"connection refused while a pod starts", "the application calls before its proxy is ready", "proxy.istio.io/config: holdApplicationUntilProxyStarts, or native sidecars"}},
	{[]plan.Kind{plan.Repair, plan.Inject, plan.Offer}, Symptom{"403 \"RBAC: access denied\"", "an AuthorizationPolicy that names identities sees one now: over plaintext its DENY never fired, its notPrincipals always did",
		"roll back; mtlsctl analyze names the policy"}},
	{[]plan.Kind{plan.Freeze}, Symptom{"mtlsctl connections shows mTLS where plaintext was expected", "another DestinationRule for the host goes before this one", "mtlsctl connections --from CLIENT --to SERVER:PORT names it; go no further"}},
	{[]plan.Kind{plan.Keep, plan.Accept, plan.Tidy}, Symptom{"a port serves another mode than the plan says", "another policy of the same scope is older, and wins", "mtlsctl describe WORKLOAD shows which; roll back, and make the plan anew"}},
	{plan.Kinds(), Symptom{"istioctl proxy-status says STALE, or NOT SENT for long", "a proxy did not take what istiod sent, or istiod cannot reach it", "its log says why (kubectl logs POD -c istio-proxy); go no further until it is SYNCED"}},
}

// stricter are the waves that make ports STRICT.
var stricter = []plan.Kind{plan.Workloads, plan.Namespaces, plan.MeshWide}

// symptoms are what a wave may look like when it fails.
func symptoms(w *plan.Wave) []Symptom {
	var out []Symptom
	for _, s := range failures {
		if slices.Contains(s.kinds, w.Kind) {
			out = append(out, s.Symptom)
		}
	}
	return out
}
