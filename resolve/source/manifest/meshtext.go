package manifest

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// MeshConfigIn is the mesh configuration in the text of a file that is said to have one: its
// first document that is one, or holds one.
func MeshConfigIn(name string, data []byte) (*meshv1alpha1.MeshConfig, error) {
	for _, doc := range Split(name, data) {
		if doc.blank() {
			continue
		}
		top, err := doc.Parse()
		if err != nil {
			return nil, fmt.Errorf("read mesh configuration %s:%d: %s", name, err.line, err.message)
		}
		if config, problems := meshDocument(doc, top); config != nil || len(problems) > 0 {
			return config, meshErrors(problems)
		}
	}
	return nil, fmt.Errorf("read mesh configuration %s: it holds neither a MeshConfig nor a ConfigMap, IstioOperator or Istio with one", name)
}

func meshDocument(doc Document, top *yaml.Node) (*meshv1alpha1.MeshConfig, []resolve.Problem) {
	d := &decoder{doc: doc}
	h := Head{Scalar(top, "apiVersion"), Scalar(top, "kind")}
	if r, ok := h.reading(); ok && r.carrier {
		d.ref = resolve.Ref{Kind: r.kind, Namespace: Scalar(top, "metadata", "namespace"), Name: Scalar(top, "metadata", "name")}
		m, _ := r.decode(d, top).(*resolve.MeshConfig)
		if m == nil {
			return nil, d.problems
		}
		return m.Config, d.problems
	}
	if h.Kind != "" || top == nil || top.Kind != yaml.MappingNode {
		return nil, nil
	}
	config := &meshv1alpha1.MeshConfig{}
	d.meshNode(doc, top, nil, config.ProtoReflect())
	return config, d.problems
}

func meshErrors(problems []resolve.Problem) error {
	var errs []error
	for _, p := range problems {
		text := fmt.Sprintf("read mesh configuration %s: %s", p.Position, p.Message)
		if p.Hint != "" {
			text += " (" + p.Hint + ")"
		}
		errs = append(errs, errors.New(text))
	}
	return errors.Join(errs...)
}
