package source_test

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestAltered: what kustomizations that are read past do to the objects of the files that they
// build of, directly, by a base and by a component.
func TestAltered(t *testing.T) {
	t.Parallel()
	const (
		app       = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: pay}\nspec: {template: {spec: {containers: [{name: pay}]}}}\n"
		inject    = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: pay}\nspec: {template: {metadata: {labels: {sidecar.istio.io/inject: \"true\"}}}}\n"
		image     = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: pay}\nspec: {replicas: 2, template: {spec: {containers: [{name: pay, image: b, env: [{name: A, value: b}]}]}}}\n"
		plainBase = "resources: [app.yaml]\n"
	)
	pay := resolve.Ref{Kind: resolve.KindDeployment, Namespace: "default", Name: "pay"}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nothing":          {map[string]string{"base/kustomization.yaml": plainBase}, ""},
		"no kustomization": {nil, ""},
		"patched":          {map[string]string{"base/kustomization.yaml": plainBase + "patches: [{path: p.yaml}]\n", "base/p.yaml": inject}, "base patches Deployment pay"},
		"patched inline":   {map[string]string{"base/kustomization.yaml": plainBase + "patchesStrategicMerge:\n- |\n  " + strings.ReplaceAll(inject, "\n", "\n  ") + "\n"}, "base patches Deployment pay"},
		"image and env":    {map[string]string{"base/kustomization.yaml": plainBase + "patches: [{path: p.yaml}]\n", "base/p.yaml": image}, ""},
		"by a target": {map[string]string{"base/kustomization.yaml": plainBase + "patches: [{target: {kind: Deployment, name: p.*}, patch: '[{op: add, path: /spec/template/metadata/labels/x, value: a}]'}]\n"},
			"base patches Deployment pay"},
		"target elsewhere": {map[string]string{"base/kustomization.yaml": plainBase + "patches: [{target: {kind: Service}, patch: '[{op: add, path: /spec/x, value: a}]'}]\n"}, ""},
		"replicas by a target": {map[string]string{"base/kustomization.yaml": plainBase + "patches: [{target: {kind: Deployment}, patch: '[{op: replace, path: /spec/replicas, value: 2}]'}]\n"},
			""},
		"moved":        {map[string]string{"base/kustomization.yaml": plainBase + "namespace: shop\n"}, "base moves Deployment pay to namespace shop"},
		"renamed":      {map[string]string{"base/kustomization.yaml": plainBase + "namePrefix: x-\n"}, "base renames Deployment pay"},
		"of a base":    {map[string]string{"base/kustomization.yaml": plainBase, "over/kustomization.yaml": "resources: [../base]\nnamespace: shop\n"}, "over moves Deployment pay to namespace shop"},
		"by component": {map[string]string{"base/kustomization.yaml": plainBase + "components: [../part]\n", "part/kustomization.yaml": "kind: Component\npatches: [{path: p.yaml}]\n", "part/p.yaml": inject}, "base patches Deployment pay"},
		"in a circle":  {map[string]string{"base/kustomization.yaml": "resources: [app.yaml, ../over]\n", "over/kustomization.yaml": "resources: [../base]\nnameSuffix: -x\n"}, "over renames Deployment pay"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"base/app.yaml": app}
			maps.Copy(files, c.files)
			dir := write(t, files)
			in := read(t, source.Options{Files: []string{dir}})
			got := ""
			if a, ok := in.Altered.Of(pay, filepath.Join(dir, "base", "app.yaml")); ok {
				got = filepath.Base(a.Folder) + " " + a.How
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
