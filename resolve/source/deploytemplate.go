package source

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

// templates render the templates of Go that ApplicationSets hold as a chart is rendered: in a process
// with limits, since nobody can stop a template.
type templates struct {
	ctx      context.Context
	renderer *helm.Renderer
}

// Render implements deploy.Templates.
func (t *templates) Render(texts []string, parameters []map[string]any) ([][]string, error) {
	values, err := json.Marshal(map[string]any{"sets": parameters})
	if err != nil {
		return nil, err
	}
	var defined, page strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&defined, "{{ define \"text-%d\" }}%s{{ end }}\n", i, text)
	}
	page.WriteString("texts:\n{{- range .Values.sets }}\n-")
	for i := range texts {
		fmt.Fprintf(&page, "\n  - {{ include \"text-%d\" . | toJson }}", i)
	}
	page.WriteString("\n{{- end }}\n")
	rendered, err := t.renderer.Render(t.ctx, &helm.Release{
		Name: "set", Namespace: "argocd", Values: []helm.File{{Name: "parameters", Data: values}}, ApplicationSet: true,
		Chart: []helm.File{
			{Name: "Chart.yaml", Data: []byte("apiVersion: v2\nname: set\nversion: 1.0.0\n")},
			{Name: "templates/_texts.tpl", Data: []byte(defined.String())}, {Name: "templates/page.yaml", Data: []byte(page.String())},
		},
	})
	if err != nil {
		return nil, err
	}
	var out struct {
		Texts [][]string `json:"texts"`
	}
	if len(rendered.Templates) != 1 || yaml.Unmarshal(rendered.Templates[0].Text, &out) != nil || len(out.Texts) != len(parameters) {
		return nil, fmt.Errorf("its templates render to no texts")
	}
	return out.Texts, nil
}
