package conformance

import (
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

// document is one Kubernetes object as YAML knows it, so that anything can be
// dropped from it.
type document map[string]any

// world is one mesh: what both sides read.
type world []document

// parseWorld reads the documents of YAML texts, one after the other.
func parseWorld(texts ...string) (world, error) {
	var w world
	for _, text := range texts {
		for part := range strings.SplitSeq("\n"+text, "\n---") {
			var d document
			if err := yaml.Unmarshal([]byte(part), &d); err != nil {
				return nil, fmt.Errorf("%w in\n%s", err, part)
			}
			if len(d) > 0 {
				w = append(w, d)
			}
		}
	}
	return w, nil
}

// YAML writes the world as users would.
func (w world) YAML() string {
	var b strings.Builder
	for i, d := range w {
		if i > 0 {
			b.WriteString("---\n")
		}
		b.WriteString(d.YAML())
	}
	return b.String()
}

// YAML writes one document.
func (d document) YAML() string {
	text, err := yaml.Marshal(map[string]any(d))
	if err != nil {
		panic(err) // documents are made of maps, lists and scalars
	}
	return string(text)
}

// at walks to a field; nil when it is not there.
func (d document) at(path ...string) any {
	var v any = map[string]any(d)
	for _, key := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// text is a field that is a string, "" when it is not there.
func (d document) text(path ...string) string {
	s, _ := d.at(path...).(string)
	return s
}

func (d document) kind() string      { return d.text("kind") }
func (d document) name() string      { return d.text("metadata", "name") }
func (d document) namespace() string { return d.text("metadata", "namespace") }

// group is the API group, "" for the core.
func (d document) group() string {
	group, _, ok := strings.Cut(d.text("apiVersion"), "/")
	if !ok {
		return ""
	}
	return group
}

// ofIstio reports whether the document is configuration that istiod stores as
// such, in contrast to Kubernetes objects.
func (d document) ofIstio() bool {
	return strings.HasSuffix(d.group(), ".istio.io") && d.group() != "install.istio.io"
}

// into decodes a document, or a part of one, into a Go type.
func into(from, to any) error {
	text, err := yaml.Marshal(from)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(text, to)
}
