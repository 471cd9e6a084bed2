package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// DeclaredClientOutside finds clients without a sidecar that are configured to call what
// takes mTLS only (4).
var DeclaredClientOutside = register(&analyze.Check{
	Code:      "MTLS0401",
	Name:      "declared-client-outside",
	Severity:  analyze.Error,
	Blocks:    true,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A client without a sidecar is configured to call a STRICT port",
	Why: `The client's environment, its arguments, a ConfigMap that it mounts or a route names the host, and it has no proxy to present
a certificate: it sends plaintext, for which a STRICT port has no filter chain. Every such call fails with a reset
connection, and the runs of a Job or CronJob fail with it. A Job's sidecar has to end when the Job ends, otherwise the Job
never completes: use a native sidecar, an init container that Kubernetes stops last. The usual reason: the namespace of the
server became STRICT, and a job, a third-party ingress controller or a namespace without injection was forgotten.`,
	Fix:      "inject a sidecar into the client; accept the risk: make the port an exception (portLevelMtls: {PORT: {mode: PERMISSIVE}}) until then",
	Docs:     []string{"https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/"},
	Controls: available,
	Before: callsWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata: {name: batch}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: batch}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: report}}
        spec:
          containers:
            - name: report
              env: [{name: PAY_URL, value: "http://pay.shop/report"}]
`,
	After: callsWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata: {name: batch, labels: {istio-injection: enabled}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: batch}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: report}}
        spec:
          containers:
            - name: report
              env: [{name: PAY_URL, value: "http://pay.shop/report"}]
`,
	Run: func(p *analyze.Pass) {
		for _, w := range p.Workloads() {
			if w.Membership.Dataplane != resolve.DataplaneNone {
				continue
			}
			for _, d := range p.DependenciesOf(w) {
				if d.By.Kind == resolve.KindAuthorizationPolicy {
					continue // it lets in whoever shows an identity, which this client cannot
				}
				if port, server := strictBehind(d); server != nil {
					f := analyze.Finding{
						Object: d.By, Origin: d.Origin, Field: d.Field, Subject: fmt.Sprint(w.Ref, d.Host.Name, port),
						Message: fmt.Sprintf("%s%s and calls %s:%d, whose port %d of %s is STRICT: every such call fails%s (%s)",
							subject(d, w), without(w), shortHost(d.Host), port, server.Port, server, runs(w), d.Says),
						Mild:     d.Handed,
						Fix:      wayIn(w, server),
						Involved: involved(d, w, server),
					}
					if other := takesPlaintext(d); other != 0 {
						f.Confidence, f.Mild = analyze.Likely, true
						f.Message += fmt.Sprintf("; the input does not show whether it calls port %d instead, which accepts plaintext", other)
					}
					p.Report(f)
				}
			}
		}
	},
})

// without is what a client has in the place of a sidecar of this mesh.
func without(w *inbound.Workload) string {
	if w.OtherMesh != "" {
		return "has the proxy of " + w.OtherMesh + ", which has no certificate of this mesh,"
	}
	return "has no sidecar"
}

// wayIn is what lets a client without a sidecar call a STRICT port: one that cannot have a
// sidecar is given none.
func wayIn(w *inbound.Workload, server *outbound.Endpoint) string {
	exception := fmt.Sprintf("accept the risk: make port %d of %s PERMISSIVE with portLevelMtls", server.Port, server.Workload.Short())
	if why := remedy.NeverInjected(w); why != "" {
		return fmt.Sprintf("route its calls through a gateway of the mesh (it cannot have a sidecar: %[2]s); %[1]s", exception, why)
	}
	return fmt.Sprintf("inject a %[2]s into %[1]s; %[3]s until then", w.Short(), fitting(w), exception)
}

// takesPlaintext is another port of the host that the call may be to and that takes it, 0
// where the port is said or none does.
func takesPlaintext(d *declared.Call) int32 {
	if d.Port != 0 {
		return 0
	}
	for i := range d.Host.Ports {
		for _, e := range d.Host.Ports[i].Endpoints {
			if e.Workload != nil && e.Workload.Decision(e.Port).Mode != resolve.Strict {
				return d.Host.Ports[i].Number
			}
		}
	}
	return 0
}

// strictBehind is the first port of the host that the call may be to and that has a
// STRICT endpoint, nil where none has.
func strictBehind(d *declared.Call) (port int32, server *outbound.Endpoint) {
	for i := range d.Host.Ports {
		hp := &d.Host.Ports[i]
		if !d.On(hp.Number) {
			continue
		}
		for j := range hp.Endpoints {
			e := &hp.Endpoints[j]
			if e.Workload == nil {
				continue
			}
			for k := range e.Workload.Ports {
				if q := &e.Workload.Ports[k]; q.Number == e.Port && q.Decision.Mode == resolve.Strict {
					return hp.Number, e
				}
			}
		}
	}
	return 0, nil
}

// ends reports a workload whose pods are to end: Istio's proxy has to end with them (1.6).
func ends(w *inbound.Workload) bool {
	return w.Ref.Kind == resolve.KindJob || w.Ref.Kind == resolve.KindCronJob
}

// runs says what failing calls mean for a workload that runs to its end.
func runs(w *inbound.Workload) string {
	if ends(w) {
		return ", and so do its runs"
	}
	return ""
}

// fitting is the sidecar that a workload needs.
func fitting(w *inbound.Workload) string {
	if ends(w) {
		return "native sidecar (annotation sidecar.istio.io/nativeSidecar: \"true\", so that it ends with the job)"
	}
	return "sidecar"
}

// subject names the client where another object is the finding's.
func subject(d *declared.Call, w *inbound.Workload) string {
	if d.By == w.Ref {
		return ""
	}
	return fmt.Sprintf("%s of %s ", w.Short(), w.Ref.Namespace)
}

// involved are the others that the sentence speaks of.
func involved(d *declared.Call, client *inbound.Workload, server *outbound.Endpoint) []resolve.Ref {
	refs := []resolve.Ref{d.Host.Ref, server.Workload.Ref}
	if d.By != client.Ref {
		refs = append(refs, client.Ref)
	}
	return refs
}
