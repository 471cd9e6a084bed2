package runbook

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// renamed is a wave of a change of the trust domain in a few words.
func renamed(w *plan.Wave) string {
	switch w.Kind {
	case plan.Aliases:
		return "trustDomainAliases: both trust domains"
	case plan.Identities:
		return "name both trust domains in " + kinds(w)
	case plan.Switch:
		return changed(w)
	case plan.Renew:
		return "new certificates for " + certified(w)
	}
	return "remove the former trust domain"
}

// changed is what the mesh configuration says of the domain now.
func changed(w *plan.Wave) string {
	for i := range w.Changes {
		if m, ok := w.Changes[i].Is.Value.(*resolve.MeshConfig); ok {
			return "trustDomain: " + m.Config.GetTrustDomain()
		}
	}
	return "change the trust domain"
}

func certified(w *plan.Wave) string {
	if len(w.Joining) == 0 {
		return "every proxy"
	}
	return count(w.Joining)
}

// Named is the object of a change as people find it: the ConfigMap, or what else holds a mesh
// configuration.
func Named(c *plan.Change) string {
	if m, ok := c.Is.Value.(*resolve.MeshConfig); ok {
		return m.Source.String()
	}
	return c.Ref().String()
}

// renaming is how to go through one wave of a change of the trust domain.
func renaming(p *plan.Plan, w *plan.Wave) Guide {
	g := Guide{What: What(w), Why: Why(w), Before: waits(p, w), Watch: watches[w.Kind], Symptoms: symptoms(w)}
	if len(verbsOf(w.Changes)) > 0 {
		g.Look, g.Apply, g.Rollback = look(w), applying(Folder(w), w.Changes), applying(Folder(w)+"/rollback", w.Undo())
		g.Rollback[0].Text = "roll back later waves first, the last one first; one wave at a time"
	}
	for i := range w.Changes {
		if m, ok := w.Changes[i].Is.Value.(*resolve.MeshConfig); ok {
			g.Apply = append(g.Apply, written(m, &w.Changes[i], w.Changes[i].Was, w.Changes[i].Is))
			g.Rollback = append(g.Rollback, written(m, &w.Changes[i], w.Changes[i].Is, w.Changes[i].Was))
		}
	}
	switch w.Kind {
	case plan.Switch:
		restart := Step{"restart istiod: until then it names endpoints by the former trust domain, and refuses machines that connect with the other one", restarting(w)}
		g.Apply, g.Rollback = append(g.Apply, restart), append(g.Rollback, restart)
	case plan.Renew:
		g.Apply = []Step{{"wait: each proxy renews its certificate after half of its life (SECRET_TTL, 24h by default), without a restart; to have it sooner, restart the workloads, in any order", again(w)}}
		g.Rollback = []Step{{Text: "nothing to roll back: both trust domains are accepted. After a rollback of the wave trust-domain, certificates return to the former one in the same way"}}
	}
	g.Rollback = append(g.Rollback, Step{"all proxies are in sync", []string{"istioctl proxy-status"}})
	g.Verify = arrived(w)
	g.Queries = refusals
	return g
}

// waits is what has to be so before the wave.
func waits(p *plan.Plan, w *plan.Wave) (out []Step) {
	for i := range p.Waves {
		if i > 0 && p.Waves[i].Number == w.Number {
			out = append(out, Step{Text: fmt.Sprintf("wave %d is applied in every cluster of the mesh, and its watch time is over", p.Waves[i-1].Number)})
		}
	}
	for i := range w.Wait {
		text := "check: " + Said(&w.Wait[i])
		if fix := w.Wait[i].Fix; fix != "" {
			text += "; " + fix
		}
		out = append(out, Step{Text: text})
	}
	return append(out, Step{"all proxies are in sync with the changes so far: every column shows SYNCED, none STALE", []string{"istioctl proxy-status"}})
}

// written is the change of a mesh configuration as whoever owns its text makes it: the next run of
// that would undo any other.
func written(m *resolve.MeshConfig, c *plan.Change, was, is resolve.Object) Step {
	fields := plan.TrustFields(was.Value.(*resolve.MeshConfig).Config, is.Value.(*resolve.MeshConfig).Config)
	var texts []string
	for _, f := range fields {
		value, _ := json.Marshal(f.Value) // of strings and lists of them
		texts = append(texts, fmt.Sprintf("meshConfig.%s: %s", f.Path, value))
	}
	said := strings.Join(texts, ", ")
	switch {
	case m.Source.Kind == "ConfigMap" && c.How == plan.Set:
		return Step{Text: "if Helm, istioctl or an operator writes " + m.Source.String() + ", set the same there, otherwise its next run undoes this: " + said}
	case m.Source.Kind == "ConfigMap":
		return Step{Text: "edit data.mesh of " + m.Source.String() + ", and what writes it: " + said, Commands: []string{fmt.Sprintf("kubectl edit configmap %s -n %s", shell.Word(m.Source.Name), shell.Word(m.Namespace))}}
	}
	return Step{Text: fmt.Sprintf("set in %s, below spec or spec.values as it has meshConfig now, and apply it as you always do: %s", m.Source, said)}
}

// restarting are the commands that restart the istiods of the wave.
func restarting(w *plan.Wave) (out []string) {
	for i := range w.Changes {
		m, ok := w.Changes[i].Is.Value.(*resolve.MeshConfig)
		if !ok {
			continue
		}
		name := "istiod"
		if m.Revision != "" && m.Revision != resolve.DefaultRevision {
			name += "-" + m.Revision
		}
		out = append(out, fmt.Sprintf("kubectl rollout restart deployment %s -n %s", shell.Word(name), shell.Word(m.Namespace)), fmt.Sprintf("kubectl rollout status deployment %s -n %s", shell.Word(name), shell.Word(m.Namespace)))
	}
	return out
}

// again are the commands that restart workloads.
func again(w *plan.Wave) (out []string) {
	for _, r := range w.Joining {
		name, ns := r.Name, shell.Word(r.Namespace)
		switch r.Kind {
		case resolve.KindRollout:
			out = append(out, fmt.Sprintf("kubectl argo rollouts restart %s -n %s", shell.Word(name), ns))
		case resolve.KindDeploymentConfig:
			out = append(out, fmt.Sprintf("oc rollout latest %s -n %s", shell.Word("dc/"+name), ns))
		default:
			out = append(out, fmt.Sprintf("kubectl rollout restart %s -n %s", shell.Word(strings.ToLower(r.Kind.Word())+"/"+name), ns))
		}
	}
	return out
}

// arrived shows that a wave did what it should.
func arrived(w *plan.Wave) []Step {
	out := []Step{{"all proxies are in sync: SYNCED everywhere; istiod reads its ConfigMap within seconds of the change, a mounted file within two minutes", []string{"istioctl proxy-status"}}}
	const show = `istioctl proxy-config secret POD.NAMESPACE -o json | jq -r '.dynamicActiveSecrets[] | select(.name == "default") | .secret.tlsCertificate.certificateChain.inlineBytes' | base64 -d | openssl x509 -noout -enddate -ext subjectAltName`
	switch w.Kind {
	case plan.Aliases:
		out = append(out, Step{"a server accepts both trust domains: its inbound listener lists a prefix for each", []string{`istioctl proxy-config listener POD.NAMESPACE --port 15006 -o json | grep -o 'spiffe://[^/"]*' | sort | uniq -c`}})
	case plan.Switch:
		out = append(out, Step{"a pod that starts now has a certificate of the new trust domain", []string{show}})
	case plan.Renew:
		out = append(out, Step{"no proxy has a certificate of another trust domain than the mesh configuration", []string{"mtlsctl verify -A"}}, Step{"the certificate of one proxy: its name and its end", []string{show}})
	}
	return append(out, Step{"no new broken or denied calls", []string{"mtlsctl connections -A --verdict broken"}})
}

// refusals are queries that show calls which fail for their certificates, or are denied.
var refusals = []Query{
	{"failed requests, by client and server: no more than before the wave (UF: no connection)", `sum by (source_workload, destination_workload, response_flags) (rate(istio_requests_total{reporter="source", response_code="503", response_flags=~".*UF.*"}[5m]))`},
	{"denied requests, by client and server: no more than before the wave", `sum by (source_workload, destination_workload) (rate(istio_requests_total{reporter="destination", response_code="403"}[5m]))`},
	{"failed TLS handshakes, by client (proxies report this metric if proxyStatsMatcher includes \".*ssl.*\")", "sum by (namespace, pod, cluster_name) (rate(envoy_cluster_ssl_fail_verify_san[5m])) > 0"},
}

// trustSymptoms are what failure of these waves looks like.
var trustSymptoms = []failure{
	{[]plan.Kind{plan.Switch, plan.Renew, plan.Retire}, Symptom{"503 UF with CERTIFICATE_VERIFY_FAILED: SAN matcher at the client", "the client does not expect the trust domain of the server's certificate: its proxy is not in sync, or the certificate is older than the wave", "roll back this wave; istioctl proxy-config secret shows the certificate, istioctl proxy-config cluster the expected names"}},
	{[]plan.Kind{plan.Switch, plan.Renew, plan.Retire}, Symptom{"an alert \"certificate unknown\" or a reset at the client, and fail_verify_san at the server", "the server does not accept the trust domain of the client's certificate", "roll back this wave; a gateway or proxy of another mesh may need the new trust domain too"}},
	{[]plan.Kind{plan.Identities, plan.Switch, plan.Renew, plan.Retire}, Symptom{"403 \"RBAC: access denied\"", "a policy names the former trust domain only, in a field that this plan does not change (an EnvoyFilter, an external authorizer)", "roll back this wave; mtlsctl analyze names policies with a foreign trust domain (MTLS0507)"}},
	{[]plan.Kind{plan.Switch, plan.Renew}, Symptom{"proxies do not become ready: \"failed to sign CSR\" in the log of istiod or of the external CA", "an external CA signs the former trust domain only", "roll back this wave; let the CA sign the new one"}},
}
