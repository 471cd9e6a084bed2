package source_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// worlds are two applications with overlays for two environments, a component, a chart that a
// kustomization renders, and files that no kustomization has a part in.
var worlds = map[string]string{
	"apps/pay/base/kustomization.yaml":          "resources: [pay.yaml]\n",
	"apps/pay/base/pay.yaml":                    strings.ReplaceAll(deployment, "NAME", "pay"),
	"apps/pay/base/forgotten.yaml":              strings.ReplaceAll(deployment, "NAME", "forgotten"),
	"apps/pay/base/patches/labels.yaml":         "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: pay, labels: {by: patch}}\n",
	"apps/pay/overlays/dev/kustomization.yaml":  "resources: [../../base]\nnamespace: dev\n",
	"apps/pay/overlays/prod/kustomization.yaml": "resources: [../../base, extra/only.yaml]\nnamespace: prod\ncomponents: [../../strict]\n",
	"apps/pay/overlays/prod/extra/only.yaml":    strings.ReplaceAll(deployment, "NAME", "only"),
	"apps/pay/strict/kustomization.yaml":        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatches: [{path: patch.yaml}]\n",
	"apps/pay/strict/patch.yaml":                "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: pay, labels: {by: component}}\n",
	"apps/web/prod/kustomization.yaml":          "helmCharts: [{name: web, releaseName: web, namespace: prod}]\n",
	"apps/web/prod/charts/web/Chart.yaml":       "apiVersion: v2\nname: web\nversion: 1.0.0\n",
	"apps/web/prod/charts/web/templates/a.yaml": strings.ReplaceAll(deployment, "NAME", "{{ .Release.Name }}"),
	"mesh/policy.yaml":                          "apiVersion: v1\nkind: Namespace\nmetadata: {name: mesh}\n",
}

func TestOverlays(t *testing.T) {
	dir := repository(t, worlds)
	of := func(name string) string {
		in := read(t, source.Options{Files: []string{"."}, Overlays: strings.Split(name, ",")})
		git := read(t, source.Options{Files: []string{"git:HEAD:"}, Overlays: strings.Split(name, ",")})
		said := built(in, dir)
		for _, n := range in.Notes {
			said += "note " + n.Message + "\n"
		}
		if diff := cmp.Diff(built(in, dir), built(git, dir)); diff != "" {
			t.Errorf("%s of a revision: %s", name, diff)
		}
		return said
	}
	const beside = "note 2 files below kustomizations that no kustomization lists, not read: apps/pay/base/forgotten.yaml, apps/pay/base/patches/labels.yaml\n"
	for name, want := range map[string]string{
		"prod":               "Namespace mesh \nDeployment prod/pay component\nDeployment prod/only \nDeployment default/web \n" + beside,
		"dev":                "Namespace mesh \nDeployment dev/pay \n" + beside,
		"overlays/prod/,dev": "Namespace mesh \nDeployment prod/pay component\nDeployment prod/only \nDeployment dev/pay \n" + beside,
	} {
		if diff := cmp.Diff(want, of(name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	in := read(t, source.Options{Files: []string{".", "-", "apps/pay/base/pay.yaml"}, Stdin: strings.NewReader("apiVersion: v1\nkind: Namespace\nmetadata: {name: typed}\n"), Overlays: []string{"dev"}})
	if got := built(in, dir); !strings.Contains(got, "Namespace typed") {
		t.Errorf("what is named is read: %s", got)
	}
	for _, name := range []string{"base", "strict", "pro", "qa"} {
		_, err := source.Read(t.Context(), source.Options{Files: []string{"."}, Overlays: []string{name}})
		var unknown *source.OverlayError
		if !errors.As(err, &unknown) || unknown.Name != name {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff([]string{"apps/pay/overlays/dev", "apps/pay/overlays/prod", "apps/web/prod"}, unknown.Known); diff != "" {
			t.Error(diff)
		}
	}
	var told []string
	for _, n := range read(t, source.Options{Files: []string{"."}}).Notes {
		if strings.Contains(n.Message, "overlays") {
			told = append(told, n.Message+" | "+n.Hint)
		}
	}
	want := []string{"2 overlays build on the same base, and their files are read as if all of them were applied together: apps/pay/overlays/dev, apps/pay/overlays/prod | --overlay NAME reads what one of them applies; dev is such a NAME"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}
