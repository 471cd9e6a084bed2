package source_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

func TestWhatIsNoObjectIsSaidOnce(t *testing.T) {
	t.Parallel()
	const template = "a: {{ .b }}\n"
	dir := write(t, map[string]string{
		"chart/Chart.yaml": "name: chart\n", "chart/values.yaml": "a: 1\n", "chart/templates/a.yaml": template + "---\n" + template, "chart/templates/b.yaml": template,
		"base/kustomization.yaml": "namePrefix: a-\n", "over/kustomization.yml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
		"old/a.yaml": "apiVersion: rbac.istio.io/v1alpha1\nkind: ServiceRole\n", "old/b.yaml": "apiVersion: rbac.istio.io/v1alpha1\nkind: ServiceRole\n",
	})
	in := read(t, source.Options{Files: []string{dir}, Unrendered: true})
	var got []string
	for _, n := range in.Notes {
		got = append(got, strings.ReplaceAll(n.Position.String()+": "+n.Message+" | "+n.Hint, dir+string(filepath.Separator), ""))
	}
	want := []string{
		"base/kustomization.yaml:1: 2 kustomization.yaml files were not built | -k base builds what is really applied",
		"chart/Chart.yaml:1: 2 documents are not Kubernetes objects: Chart.yaml, values.yaml | ",
		"chart/templates/a.yaml:1: 3 documents are templates in 2 files of the Helm chart chart, not read | --helm chart,VALUES renders it with a file of values",
		"old/a.yaml:1: ignored by Istio since 1.6: rbac.istio.io ServiceRole (2), in 2 files of this directory | replaced by AuthorizationPolicy of security.istio.io",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(in.Problems) > 0 {
		t.Errorf("problems %v", in.Problems)
	}
}
