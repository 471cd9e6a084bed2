package runbook

import (
	"fmt"
	"maps"
	"strings"

	"go.yaml.in/yaml/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// apiVersions are those of the kinds that a plan makes or changes.
var apiVersions = map[resolve.Kind]string{
	resolve.KindPeerAuthentication: "security.istio.io/v1", resolve.KindDestinationRule: "networking.istio.io/v1", resolve.KindSidecar: "networking.istio.io/v1",
	resolve.KindDeployment: "apps/v1", resolve.KindStatefulSet: "apps/v1", resolve.KindDaemonSet: "apps/v1",
	resolve.KindRollout: "argoproj.io/v1alpha1", resolve.KindDeploymentConfig: "apps.openshift.io/v1",
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
	version, known := apiVersions[o.Kind]
	if !known {
		return nil, fmt.Errorf("a plan cannot write a %s", o.Kind)
	}
	out := map[string]any{"apiVersion": version, "kind": o.Kind.Word(), "metadata": map[string]any{"name": o.Value.GetName(), "namespace": o.Value.GetNamespace()}}
	switch v := o.Value.(type) {
	case *resolve.Controller:
		part(out, v)
	default:
		if c.How != plan.Delete {
			addMetadata(out, v)
		}
	}
	return out, nil
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
func part(body map[string]any, c *resolve.Controller) {
	own := map[string]string{}
	for k, v := range c.Labels {
		if strings.HasPrefix(k, plan.LabelPrefix) {
			own[k] = v
		}
	}
	if len(own) > 0 {
		body["metadata"].(map[string]any)["labels"] = own
	}
	inner := map[string]any{"metadata": map[string]any{"labels": c.Template.Labels}}
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
