package trim

import (
	"encoding/json"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// KeepApplied keeps the part of it that some answer depends on: labels, annotations of
// Istio, and what spec picks of the spec.
func KeepApplied(out, m *metav1.ObjectMeta, spec func(map[string]any) map[string]any) {
	short := Applied(m.Annotations[resolve.LastApplied], spec)
	if short == "" {
		return
	}
	if out.Annotations == nil {
		out.Annotations = map[string]string{}
	}
	out.Annotations[resolve.LastApplied] = short
}

// Applied is "" for a text that is none.
func Applied(text string, spec func(map[string]any) map[string]any) string {
	var object map[string]any
	if text == "" || json.Unmarshal([]byte(text), &object) != nil {
		return ""
	}
	kept := map[string]any{}
	if meta := metaOnly(object); len(meta) > 0 {
		kept["metadata"] = meta
	}
	if s, ok := object["spec"].(map[string]any); ok && spec != nil {
		kept["spec"] = spec(s)
	}
	short, err := json.Marshal(kept)
	if err != nil {
		return ""
	}
	return string(short)
}

// metaOnly is the metadata of an object or template: its labels, and the annotations
// that Istio reads.
func metaOnly(object map[string]any) map[string]any {
	meta, _ := object["metadata"].(map[string]any)
	kept := map[string]any{}
	if labels, ok := meta["labels"].(map[string]any); ok && len(labels) > 0 {
		kept["labels"] = labels
	}
	annotations, _ := meta["annotations"].(map[string]any)
	ours := map[string]any{}
	for name, value := range annotations {
		if isOurs(name) {
			ours[name] = "" // that there is one is all that a merge asks for
			switch {
			case name == public.ProxyConfig:
				text, _ := value.(string)
				ours[name] = ProxyConfig(text)
			case public.Annotation(name):
				ours[name] = value
			}
		}
	}
	if len(ours) > 0 {
		kept["annotations"] = ours
	}
	return kept
}

// servicePart is what of a Service's spec is merged.
func servicePart(spec map[string]any) map[string]any {
	return Only(spec, "selector", "ports")
}

// templatePart is the metadata of the pods that a controller makes.
func templatePart(spec map[string]any) map[string]any {
	if job, ok := spec["jobTemplate"].(map[string]any); ok {
		inner, _ := job["spec"].(map[string]any)
		return map[string]any{"jobTemplate": map[string]any{"spec": templatePart(inner)}}
	}
	template, _ := spec["template"].(map[string]any)
	return map[string]any{"template": map[string]any{"metadata": metaOnly(template)}}
}

// Only is a map with none but these keys.
func Only(m map[string]any, keys ...string) map[string]any {
	kept := map[string]any{}
	for key, value := range m {
		if slices.Contains(keys, key) {
			kept[key] = value
		}
	}
	return kept
}
