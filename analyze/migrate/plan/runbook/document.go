package runbook

import (
	"fmt"
	"maps"
	"strings"

	"go.yaml.in/yaml/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// apiVersions are those of the kinds that a plan makes or changes.
var apiVersions = map[resolve.Kind]string{
	resolve.KindPeerAuthentication: "security.istio.io/v1", resolve.KindDestinationRule: "networking.istio.io/v1", resolve.KindSidecar: "networking.istio.io/v1",
	resolve.KindAuthorizationPolicy: "security.istio.io/v1", resolve.KindServiceEntry: "networking.istio.io/v1", resolve.KindGateway: "networking.istio.io/v1",
	resolve.KindDeployment: "apps/v1", resolve.KindStatefulSet: "apps/v1", resolve.KindDaemonSet: "apps/v1",
	resolve.KindKubeGateway: "gateway.networking.k8s.io/v1", resolve.KindService: "v1",
	resolve.KindNamespace: "v1", resolve.KindRollout: "argoproj.io/v1alpha1", resolve.KindDeploymentConfig: "apps.openshift.io/v1",
}

// document is a value of maps, lists, strings, numbers and bools as YAML, keys sorted: what
// sigs.k8s.io/yaml makes of it by way of JSON, at a third of the cost.
func document(value map[string]any) ([]byte, error) { return yaml.Marshal(integral(value)) }

// integral makes numbers that are whole integers, which JSON does not tell from others: YAML
// would write 1000000 as 1e+06.
func integral(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			switch inner.(type) {
			case map[string]any, []any, float64:
				v[key] = integral(inner)
			}
		}
	case []any:
		for i := range v {
			v[i] = integral(v[i])
		}
	case float64:
		if whole := int64(v); float64(whole) == v {
			return whole
		}
	}
	return value
}

// body is the object of a change as it is written.
func body(c *plan.Change) (map[string]any, error) {
	o := c.Is
	if c.How == plan.Delete {
		o = c.Was
	}
	if m, ok := o.Value.(*resolve.MeshConfig); ok {
		return configMap(m), nil
	}
	version, known := apiVersions[o.Kind]
	if !known {
		return nil, fmt.Errorf("a plan cannot write a %s", o.Kind)
	}
	out := map[string]any{"apiVersion": version, "kind": o.Kind.Word(), "metadata": map[string]any{"name": o.Value.GetName()}}
	if ns := o.Value.GetNamespace(); ns != "" {
		out["metadata"].(map[string]any)["namespace"] = ns
	}
	switch v := o.Value.(type) {
	case *resolve.Controller:
		part(out, v, configures(c))
	case *corev1.Service: // server-side apply leaves what others own, and the rest of it is not all known
		if labels := v.GetLabels(); len(labels) > 0 {
			out["metadata"].(map[string]any)["labels"] = labels
		}
	default:
		if c.How != plan.Delete {
			addMetadata(out, v)
		}
	}
	return out, nil
}

// configMap is that of a mesh configuration, as far as a plan writes it: server-side apply leaves its
// other keys alone.
func configMap(m *resolve.MeshConfig) map[string]any {
	data := map[string]any{"mesh": m.Text}
	if m.NetworksText != "" {
		data["meshNetworks"] = m.NetworksText // a reader of this file alone would miss the networks
	}
	meta := map[string]any{"name": m.Source.Name, "namespace": m.Namespace}
	if len(m.Labels) > 0 {
		meta["labels"] = m.Labels
	}
	return map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}
}

// addMetadata adds what somebody wrote into an object: not what the API server keeps with it.
func addMetadata(body map[string]any, o metav1.Object) {
	meta := body["metadata"].(map[string]any)
	if labels := o.GetLabels(); len(labels) > 0 {
		meta["labels"] = labels
	}
	annotations := maps.Clone(o.GetAnnotations())
	delete(annotations, resolve.LastApplied)
	if len(annotations) > 0 {
		meta["annotations"] = annotations
	}
	spec, _ := analyze.Tree(o)["spec"].(map[string]any)
	if body["spec"] = spec; spec == nil {
		body["spec"] = map[string]any{}
	}
}

// part adds the pod labels of a workload, all that are known: server-side apply takes
// from the field manager what it leaves out, and from nobody else. Of the workload's own
// labels only those of plans are in it. Taking it back is the same with the labels as
// they were: the manager gives the new ones up, and they go. Such an object is never
// empty, which the API server would refuse.
// So is the annotation of the proxy's configuration where configured.
func part(body map[string]any, c *resolve.Controller, configured bool) {
	own := map[string]string{}
	for k, v := range c.Labels {
		if strings.HasPrefix(k, plan.LabelPrefix) {
			own[k] = v
		}
	}
	if len(own) > 0 {
		body["metadata"].(map[string]any)["labels"] = own
	}
	meta := map[string]any{"labels": c.Template.Labels}
	if text, set := c.Template.Annotations[resolve.ProxyConfigAnnotation]; set && configured {
		meta["annotations"] = map[string]string{resolve.ProxyConfigAnnotation: text}
	}
	inner := map[string]any{"metadata": meta}
	field := string(c.TemplateField)
	if field == "" {
		field = "spec.template"
	}
	path := strings.Split(field, ".")
	for i := len(path) - 1; i > 0; i-- {
		inner = map[string]any{path[i]: inner}
	}
	body[path[0]] = inner
}

// configures reports a change of a workload whose proxy's configuration this plan has written, or
// writes: server-side apply would take it away.
func configures(c *plan.Change) bool {
	for _, o := range []resolve.Object{c.Was, c.Is} {
		if v, ok := o.Value.(*resolve.Controller); ok && strings.Contains(v.Template.Annotations[resolve.ProxyConfigAnnotation], public.EnableHBONE) {
			return true
		}
	}
	return false
}
