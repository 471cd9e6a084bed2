package source_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// built are the objects of a kustomization, and what was said of it.
func built(in *source.Input, dir string) string {
	var b strings.Builder
	for _, o := range in.Objects {
		b.WriteString(o.Ref().String() + " " + o.Value.GetLabels()["by"] + "\n")
	}
	for _, p := range in.Problems {
		b.WriteString("problem " + p.Message + "\n  " + p.Hint + "\n")
	}
	return filepath.ToSlash(strings.ReplaceAll(b.String(), dir+string(filepath.Separator), ""))
}

const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: NAME}\nspec: {template: {metadata: {labels: {app: NAME}}, spec: {containers: [{name: a, image: a}]}}}\n"

// overlays is a repository of kustomizations: a base that is missing, patches for what is in it and
// for what is not, charts that are there and one that is not.
var overlays = map[string]string{
	"base/kustomization.yaml": "resources: [pay.yaml]\n",
	"base/pay.yaml":           strings.ReplaceAll(deployment, "NAME", "pay"),
	"prod/kustomization.yaml": `
resources: [../base, 'https://example.com/base?ref=v1', more.yaml]
namespace: shop
patches:
- path: patches.yaml
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: pay.absent}
    spec: {replicas: 3}
- target: {kind: Deployment, name: none}
  patch: '[{"op": "remove", "path": "/spec"}]'
patchesStrategicMerge:
- absent.yaml
`,
	"prod/more.yaml":             strings.ReplaceAll(deployment, "NAME", "more"),
	"prod/patches.yaml":          "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: pay, labels: {by: patch}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: absent, labels: {by: patch}}\n",
	"prod/absent.yaml":           "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: absent, labels: {by: patch}}\n",
	"only/kustomization.yaml":    "resources: ['github.com/example/base//deploy?ref=v1']\n",
	"patched/kustomization.yaml": "resources: [../base]\npatches: [{path: 'https://example.com/patch.yaml'}]\n",

	"aimed/kustomization.yaml": `
resources: [../base, more.yaml]
generators: ['https://example.com/generator']
validators: ['https://example.com/validator']
crds: ['https://example.com/crd.yaml']
configMapGenerator:
- {name: kept, literals: [a=b]}
- {name: left, files: ['a=https://example.com/file']}
patches:
- {path: 'https://example.com/patch.yaml', target: {kind: Deployment, name: pay}}
- {path: 'https://example.com/none.yaml', target: {kind: Service}}
- patch: '[{"op": "add", "path": "/metadata/labels", "value": {"by": "patch"}}]'
  target: {kind: Deployment}
patchesJson6902:
- {path: 'https://example.com/json.yaml', target: {version: v1, kind: Deployment, name: third}}
- {patch: '[{"op": "replace", "path": "/metadata/labels/by", "value": "json"}]', target: {group: apps, version: v1, kind: Deployment, name: more}}
`,
	"aimed/more.yaml": strings.ReplaceAll(deployment, "NAME", "more") + "---\n" + strings.ReplaceAll(deployment, "NAME", "third"),

	"charts/kustomization.yaml": `
resources: [../base]
namespace: moved
namePrefix: my-
helmGlobals: {chartHome: ../home}
helmCharts:
- {name: web, releaseName: live, namespace: front, valuesFile: values.yaml, valuesInline: {by: inline}}
- {name: web, releaseName: merged, valuesInline: {by: inline, mode: {a: STRICT}}, valuesMerge: merge}
- {name: web, releaseName: replaced, valuesInline: {mode: {a: DISABLE}}, valuesMerge: replace, additionalValuesFiles: [more.yaml], includeCRDs: true, skipHooks: true}
- {name: gone, repo: 'https://charts.example.com', version: 1.2.3}
- {name: web, releaseName: nosy, valuesFile: ../home/web/values.yaml}
- {name: broken, releaseName: broken}
patches:
- target: {kind: Deployment, name: live}
  patch: '[{"op": "add", "path": "/metadata/labels/by", "value": "patch"}]'
`,
	"charts/values.yaml":           "by: file\n",
	"charts/more.yaml":             "by: more\n",
	"home/web/Chart.yaml":          "apiVersion: v2\nname: web\nversion: 1.0.0\n",
	"home/web/values.yaml":         "by: own\n",
	"home/web/crds/a.yaml":         "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\n",
	"home/web/templates/a.yaml":    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}, labels: {by: {{ .Values.by }}}}\nspec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: a}]}}}\n",
	"home/web/templates/job.yaml":  "apiVersion: batch/v1\nkind: Job\nmetadata: {name: {{ .Release.Name }}, annotations: {helm.sh/hook: test}}\nspec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: a}]}}}\n",
	"home/web/templates/pa.yaml":   "{{ with .Values.mode }}\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: {{ $.Release.Name }}}\nspec: {selector: {matchLabels: {app: web}}, portLevelMtls: {8080: {mode: {{ .a }}}}}\n{{ end }}",
	"home/broken/Chart.yaml":       "apiVersion: v2\nname: broken\nversion: 1.0.0\n",
	"home/broken/templates/a.yaml": "\n{{ fail \"not like this\" }}",
}

func TestKustomizeOffline(t *testing.T) {
	t.Parallel()
	dir := write(t, overlays)
	for folder, want := range map[string]string{
		"prod": `Deployment shop/pay patch
Deployment shop/more 
problem kustomize: built without a part, which is not local, and nothing is fetched: https://example.com/base (in prod/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
`,
		"only": `problem kustomize: built without a part, which is not local, and nothing is fetched: github.com/example/base//deploy (in only/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
`,
		"patched": `problem kustomize: it names files that are not local, and nothing is fetched: https://example.com/patch.yaml (in patched/kustomization.yaml)
  the answer does not contain it; --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
`,
		"aimed": `Deployment default/more json
problem kustomize: built without a part, which is not local, and nothing is fetched: https://example.com/crd.yaml (in aimed/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
problem kustomize: built without a part, which is not local, and nothing is fetched: https://example.com/file (in aimed/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
problem kustomize: built without a part, which is not local, and nothing is fetched: https://example.com/generator (in aimed/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
problem kustomize: built without a part, which is not local, and nothing is fetched: https://example.com/json.yaml (in aimed/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
problem kustomize: built without a part, which is not local, and nothing is fetched: https://example.com/none.yaml (in aimed/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
problem kustomize: built without a part, which is not local, and nothing is fetched: https://example.com/patch.yaml (in aimed/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
problem kustomize: built without a part, which is not local, and nothing is fetched: https://example.com/validator (in aimed/kustomization.yaml)
  --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -
`,
		"charts": `Deployment moved/my-pay 
Deployment front/my-live patch
Job default/my-live 
Deployment default/my-merged own
Job default/my-merged 
PeerAuthentication default/my-merged 
Deployment default/my-replaced more
PeerAuthentication default/my-replaced 
problem kustomize: built without a part, which is the Helm chart broken (in charts/kustomization.yaml): it was not rendered: templates/a.yaml:2: not like this
  kustomize build --enable-helm charts fails the same way
problem kustomize: built without a part, which is the Helm chart gone (in charts/kustomization.yaml): there is no home/gone-1.2.3/gone
  helm pull --untar --untardir home/gone-1.2.3 --repo https://charts.example.com gone --version 1.2.3 fetches it
problem kustomize: built without a part, which is the Helm chart web (in charts/kustomization.yaml): it was not rendered: the file of values ../home/web/values.yaml is outside charts, which kustomize rejects
  kustomize build --enable-helm charts fails the same way
`,
	} {
		if diff := cmp.Diff(want, built(read(t, source.Options{Kustomize: []string{filepath.Join(dir, folder)}}), dir)); diff != "" {
			t.Errorf("%s: %s", folder, diff)
		}
	}
}

// TestGitKustomizeOffline: a revision is built as its directory is.
func TestGitKustomizeOffline(t *testing.T) {
	dir := repository(t, overlays)
	for _, folder := range []string{"prod", "charts"} {
		files, git := read(t, source.Options{Kustomize: []string{folder}}), read(t, source.Options{Kustomize: []string{"git:HEAD:" + folder}})
		was := built(files, dir)
		if diff := cmp.Diff(was, strings.NewReplacer("git:HEAD:", "", " /", " ").Replace(built(git, dir))); diff != "" || !strings.Contains(was, "Deployment") {
			t.Errorf("%s: %s", folder, diff)
		}
	}
}
