package conformance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// proxyConfig is the annotation by which a plan lets sidecars accept HBONE.
const proxyConfig = "proxy.istio.io/config"

// planned are the API versions of what plans write.
var planned = map[resolve.Kind]string{
	resolve.KindPeerAuthentication: "security.istio.io/v1", resolve.KindDestinationRule: "networking.istio.io/v1", resolve.KindSidecar: "networking.istio.io/v1", resolve.KindNamespace: "v1",
	resolve.KindAuthorizationPolicy: "security.istio.io/v1", resolve.KindKubeGateway: gatewayAPI + "/v1",
}

// applied is the world after somebody applied changes at a time, as the API server
// would have it: what is new is as old as that, the rest keeps its age.
func (w world) applied(changes []plan.Change, at time.Time) (world, error) {
	w = w.clone()
	for i := range changes {
		c := &changes[i]
		ref := c.Ref()
		if m, ok := c.Is.Value.(*resolve.MeshConfig); ok {
			ref = resolve.Ref{Kind: "ConfigMap", Namespace: m.Namespace, Name: m.Name}
		}
		found := slices.IndexFunc(w, func(d document) bool {
			return d.kind() == ref.Kind.Word() && d.namespace() == ref.Namespace && d.name() == ref.Name && (ref.Kind != resolve.KindKubeGateway || d.group() == gatewayAPI)
		})
		if (found < 0) != (c.How == plan.Create) {
			return nil, fmt.Errorf("%s %s: the world has document %d of that name", c.How, ref, found)
		}
		switch c.How {
		case plan.Create:
			d, err := written(c.Is)
			if err != nil {
				return nil, err
			}
			d.meta()["creationTimestamp"] = at.UTC().Format(time.RFC3339)
			w = append(w, d)
		case plan.Replace:
			d, err := written(c.Is)
			if err != nil {
				return nil, err
			}
			if age := w[found].meta()["creationTimestamp"]; age != nil {
				d.meta()["creationTimestamp"] = age
			}
			w[found] = d
		case plan.Label:
			d, err := relabelled(w[found], c.Is)
			if err != nil {
				return nil, err
			}
			w[found] = d
		case plan.Set:
			d, err := configuredBy(w[found], c.Is)
			if err != nil {
				return nil, err
			}
			w[found] = d
		case plan.Delete:
			w = slices.Delete(w, found, found+1)
		}
	}
	return w, nil
}

// written is an object as the document that a user would apply.
func written(o resolve.Object) (document, error) {
	version, ok := planned[o.Kind]
	if !ok {
		return nil, fmt.Errorf("a plan writes %s, which this suite cannot", o.Kind)
	}
	var d document
	if err := into(o.Value, &d); err != nil {
		return nil, fmt.Errorf("%s: %w", o.Ref(), err)
	}
	d["apiVersion"], d["kind"] = version, o.Kind.Word()
	delete(d, "status")
	delete(d.meta(), "creationTimestamp")
	return d, nil
}

// configuredBy is the ConfigMap of a control plane with the text of a mesh configuration.
func configuredBy(d document, o resolve.Object) (document, error) {
	var out document
	if err := into(d, &out); err != nil {
		return nil, err
	}
	data, ok := out["data"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s has no data", o.Ref())
	}
	data["mesh"] = o.Value.(*resolve.MeshConfig).Text
	return out, nil
}

// relabelled is a workload whose own labels and those of its pods are an object's.
func relabelled(d document, o resolve.Object) (document, error) {
	var out document
	if err := into(d, &out); err != nil {
		return nil, err
	}
	if o.Kind == resolve.KindService {
		setLabels(out.meta(), o.Value.GetLabels())
		return out, nil
	}
	v, ok := o.Value.(*resolve.Controller)
	if !ok {
		return nil, fmt.Errorf("%s has no pod template", o.Ref())
	}
	setLabels(out.meta(), v.Labels)
	template, ok := out.at(strings.Split(string(v.TemplateField), ".")...).(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s has no template at %q", o.Ref(), v.TemplateField)
	}
	meta, ok := template["metadata"].(map[string]any)
	if !ok {
		meta = map[string]any{}
		template["metadata"] = meta
	}
	setLabels(meta, v.Template.Labels)
	if text, set := v.Template.Annotations[proxyConfig]; set {
		annotate(meta, proxyConfig, text)
	} else if annotations, ok := meta["annotations"].(map[string]any); ok {
		delete(annotations, proxyConfig)
	}
	return out, nil
}

func setLabels(meta map[string]any, labels map[string]string) {
	delete(meta, "labels")
	if len(labels) == 0 {
		return
	}
	all := map[string]any{}
	for k, v := range labels {
		all[k] = v
	}
	meta["labels"] = all
}
