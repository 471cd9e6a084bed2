package source

import (
	"errors"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// ReadMeshConfig reads the file of --mesh-config: the first document that is
// or holds a mesh configuration. Here a problem is an error, for the user said
// that this file counts.
func ReadMeshConfig(name string) (*meshv1alpha1.MeshConfig, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read mesh configuration %s: %w", name, reason(err))
	}
	for _, doc := range split(name, data) {
		if doc.blank() {
			continue
		}
		top, err := doc.parse()
		if err != nil {
			return nil, fmt.Errorf("read mesh configuration %s:%d: %s", name, err.line, err.message)
		}
		if config, problems := meshDocument(doc, top); config != nil || len(problems) > 0 {
			return config, meshErrors(problems)
		}
	}
	return nil, fmt.Errorf("read mesh configuration %s: it holds neither a MeshConfig nor a ConfigMap, IstioOperator or Istio with one", name)
}

func meshDocument(doc document, top *yaml.Node) (*meshv1alpha1.MeshConfig, []resolve.Problem) {
	d := &decoder{doc: doc}
	h := head{scalar(top, "apiVersion"), scalar(top, "kind")}
	if r, ok := h.reading(); ok && r.carrier {
		d.ref = resolve.Ref{Kind: r.kind, Namespace: scalar(top, "metadata", "namespace"), Name: scalar(top, "metadata", "name")}
		m, _ := r.decode(d, top).(*resolve.MeshConfig)
		if m == nil {
			return nil, d.problems
		}
		return m.Config, d.problems
	}
	if h.kind != "" || top == nil || top.Kind != yaml.MappingNode {
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
