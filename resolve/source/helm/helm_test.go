package helm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

// chart makes files of a text in the form of a txtar archive. A chart without Chart.yaml gets one.
func chart(text string) []helm.File {
	var files []helm.File
	has := false
	for _, f := range txtar.Parse([]byte(text)).Files {
		has = has || f.Name == "Chart.yaml"
		files = append(files, helm.File{Name: f.Name, Data: f.Data})
	}
	if !has {
		files = append(files, helm.File{Name: "Chart.yaml", Data: []byte("apiVersion: v2\nname: pay\nversion: 1.0.0\n")})
	}
	return files
}

// rendered renders a chart with a renderer of its own.
func rendered(t *testing.T, r *helm.Release) (*helm.Rendered, error) {
	t.Helper()
	renderer := &helm.Renderer{}
	t.Cleanup(renderer.Close)
	return renderer.Render(t.Context(), r)
}

// told is what was rendered, each line with the line of the template that it comes from.
func told(r *helm.Rendered) string {
	var b strings.Builder
	for _, t := range r.Templates {
		for i, line := range strings.Split(strings.TrimSuffix(string(t.Text), "\n"), "\n") {
			if i == 0 {
				fmt.Fprintf(&b, "== %s\n", t.Name)
				continue
			}
			at := "?"
			if t.Lines != nil {
				at = fmt.Sprint(t.Lines[i])
			}
			fmt.Fprintf(&b, "%s: %s\n", at, line)
		}
	}
	return b.String()
}

func TestRender(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text, want string
		release          helm.Release
	}{
		{"lines", `
-- values.yaml --
mode: STRICT
ports: [80, 8080]
labels: {a: b, c: d}
-- templates/_helpers.tpl --
{{- define "pay.labels" -}}
app: {{ .Chart.Name }}
release: {{ .Release.Name }}
{{- end -}}
-- templates/policy.yaml --
{{- if .Values.mode }}
# a comment
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include "pay.labels" . | nindent 4 }}
spec:
  mtls:
    mode: {{ .Values.mode }}
{{- end }}
---
apiVersion: v1
kind: Service
metadata: {name: a, labels: {{ .Values.labels | toJson }}}
spec:
  ports:
{{- range .Values.ports }}
    - port: {{ . }}

      name: {{ printf "http-%d" (int .) }}
{{- end }}
-- templates/NOTES.txt --
thank you
`, `== templates/policy.yaml
2: # a comment
3: apiVersion: security.istio.io/v1
4: kind: PeerAuthentication
5: metadata:
6:   name: pay
7:   labels:
8:     app: pay
8:     release: pay
9: spec:
10:   mtls:
11:     mode: STRICT
14: ---
14: apiVersion: v1
15: kind: Service
16: metadata: {name: a, labels: {"a":"b","c":"d"}}
17: spec:
18:   ports:
20:     - port: 80
21: 
22:       name: http-80
20:     - port: 8080
21: 
22:       name: http-8080
`, helm.Release{}},
		{"checksum", `
-- templates/config.yaml --
kind: ConfigMap
data:
  a: {{ randAlphaNum 4 | quote }}
-- templates/deploy.yaml --
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  annotations:
    checksum: {{ include (print $.Template.BasePath "/config.yaml") . | sha256sum | trunc 3 }}
spec: {}
`, `== templates/config.yaml
1: kind: ConfigMap
2: data:
3:   a: "` + "%s" + `"
== templates/deploy.yaml
1: kind: Deployment
2: metadata:
3:   name: pay
4:   annotations:
5:     checksum: %s
6: spec: {}
`, helm.Release{}},
		{"whole object of a library, test hook, empty, crd, JSON, stuck marker", `
-- crds/crd.yaml --
kind: CustomResourceDefinition
spec: "{{ not a template }}"
-- templates/_lib.tpl --
{{- define "lib" }}
kind: Service
metadata:
  name: {{ .Release.Namespace }}
{{- end }}
-- templates/a.yaml --
{{/* a comment */}}
{{ include "lib" . }}
-- templates/b.yaml --
{{- if .Values.none }}
kind: Service
{{- end }}
-- templates/json.yaml --
{"kind": "Service"}
-- templates/stuck.yaml --
kind: A
---kind: B
-- templates/tests/test.yaml --
kind: Pod
metadata:
  annotations: {helm.sh/hook: test}
---
kind: Job
metadata:
  annotations: {helm.sh/hook: "pre-install,test"}
---
kind: Old
metadata:
  annotations: {helm.sh/hook: "crd-install,pre-install"}
`, `== crds/crd.yaml
1: kind: CustomResourceDefinition
2: spec: "{{ not a template }}"
== templates/a.yaml
2: kind: Service
2: metadata:
2:   name: shop
== templates/json.yaml
1: {"kind": "Service"}
== templates/stuck.yaml
1: kind: A
2: ---
2: kind: B
== templates/tests/test.yaml
5: kind: Job
6: metadata:
7:   annotations: {helm.sh/hook: "pre-install,test"}
`, helm.Release{Namespace: "shop"}},
		{"values and capabilities", `
-- values.yaml --
a: own
b: own
c: own
-- templates/a.yaml --
a: {{ .Values.a }}{{ .Values.b }}{{ .Values.c }}
istio: {{ .Capabilities.APIVersions.Has "security.istio.io/v1/PeerAuthentication" }}
prometheus: {{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}
apps: {{ .Capabilities.APIVersions.Has "apps/v1" }}
kube: {{ .Capabilities.KubeVersion }}
found: {{ lookup "v1" "Secret" "a" "b" | len }}
env: {{ .Release.IsInstall }} {{ getHostByName "localhost" }}
`, `== templates/a.yaml
1: a: ownfileset
2: istio: true
3: prometheus: true
4: apps: true
5: kube: v1.29.3
6: found: 0
7: env: true 
`, helm.Release{
			Values: []helm.File{{Name: "v", Data: []byte("b: file\nc: file\n")}}, Set: []string{"c=set"}, KubeVersion: "1.29.3", APIVersions: []string{"monitoring.coreos.com/v1"},
		}},
		{"dependencies", `
-- Chart.yaml --
apiVersion: v2
name: pay
version: 1.0.0
dependencies:
- {name: redis, version: 1.x, repository: "https://charts.example.com"}
- {name: redis, version: 1.x, alias: cache}
- {name: postgres, version: 2.x, repository: "https://charts.example.com"}
- {name: kafka, version: 2.x, condition: kafka.enabled}
-- values.yaml --
kafka: {enabled: false}
cache: {size: 2}
global: {zone: a}
-- charts/re-dis/Chart.yaml --
apiVersion: v2
name: redis
version: 1.2.3
-- charts/re-dis/values.yaml --
size: 1
-- charts/re-dis/templates/a.yaml --
name: {{ .Chart.Name }}
size: {{ .Values.size }}
zone: {{ .Values.global.zone }}
-- charts/kafka/Chart.yaml --
apiVersion: v2
name: kafka
version: 2.2.3
-- charts/kafka/templates/a.yaml --
name: kafka
`, `== charts/re-dis/templates/a.yaml
1: name: cache
2: size: 2
3: zone: a
== charts/re-dis/templates/a.yaml
1: name: redis
2: size: 1
3: zone: a
`, helm.Release{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.release.Chart = chart(c.text)
			got, err := rendered(t, &c.release)
			if err != nil {
				t.Fatal(err)
			}
			text := told(got)
			if strings.Contains(c.want, "%s") {
				at := func(key string) string {
					_, rest, _ := strings.Cut(text, key)
					word, _, _ := strings.Cut(rest, "\n")
					return strings.Trim(word, `"`)
				}
				c.want = fmt.Sprintf(c.want, at("a: "), at("checksum: "))
			}
			if diff := cmp.Diff(c.want, text); diff != "" {
				t.Error(diff)
			}
			if c.name == "dependencies" {
				if diff := cmp.Diff([]string{"postgres 2.x of https://charts.example.com"}, got.Missing); diff != "" {
					t.Error(diff)
				}
			}
			again, err := rendered(t, &c.release)
			if err != nil || told(again) != text {
				t.Errorf("rendered again it differs: %v\n%s", err, told(again))
			}
		})
	}
}

// TestHostile: a chart that would take a machine down takes down a process that has limits, and
// is told with a sentence. The renderer goes on with the next.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"endless", "-- templates/a.yaml --\n{{ range $i := 9000000000000000000 }}{{ end }}", "it takes longer than 2s to render"},
		{"endless list", "-- templates/a.yaml --\n{{ range until 2000000000 }}x{{ end }}", "it needs more than 128 MiB of memory to render"},
		{"a gigabyte at once", "-- templates/a.yaml --\n{{ repeat 1000000000 \"x\" }}", "it needs more than 128 MiB of memory to render"},
		{"a gigabyte bit by bit", "-- templates/a.yaml --\n{{ range $i := 100000000 }}0123456789{{ end }}", "it needs more than 128 MiB of memory to render"},
		{"much", "-- templates/a.yaml --\n{{ range $i := 1000000 }}0123456789{{ end }}", "it renders to more than 1 MiB"},
		{"templates of templates", "-- templates/_a.tpl --\n{{ define \"a\" }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}\n-- templates/a.yaml --\n{{ include \"a\" . }}", "include"},
		{"template of itself", "-- templates/_a.tpl --\n{{ define \"a\" }}{{ template \"a\" . }}{{ end }}\n-- templates/a.yaml --\n{{ template \"a\" . }}", "include"},
		{"tpl of itself", "-- templates/a.yaml --\n{{ tpl .Values.x . }}\n-- values.yaml --\nx: '{{ tpl .Values.x . }}'\n", "to render"},
		{"regexp", "-- templates/a.yaml --\n\n{{ mustRegexMatch \"(\" \"a\" }}", "templates/a.yaml:2: "},
		{"required", "-- templates/a.yaml --\na: 1\nb: {{ required \"an image is needed\" .Values.x }}", "templates/a.yaml:2: an image is needed"},
		{"fail", "-- templates/a.yaml --\n{{ fail \"no\" }}", "no"},
		{"syntax", "-- templates/a.yaml --\n\n{{ if }}", "templates/a.yaml:2: "},
		{"function", "-- templates/a.yaml --\n{{ env \"HOME\" }}", `function "env" not defined`},
		{"values", "-- values.yaml --\n- a\n-- templates/a.yaml --\n", "cannot load values.yaml"},
		{"name", "-- Chart.yaml --\nname: {{ x }}\n", "cannot load Chart.yaml"},
		{"version", "-- Chart.yaml --\napiVersion: v3\nname: a\nversion: 1.0.0\n", `its apiVersion is "v3"`},
		{"nothing", "-- Chart.yaml --\n", "chart.metadata"},
		{"schema", "-- values.schema.json --\n{\"required\": [\"x\"]}\n-- templates/a.yaml --\na: 1", "missing property 'x'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			renderer := &helm.Renderer{Limits: helm.Limits{Time: 2 * time.Second, Memory: 128 << 20, Output: 1 << 20}}
			if c.name != "endless" {
				renderer.Limits.Time = 5 * time.Minute
			}
			if c.want == "include" { // the depth ends it before the memory does
				c.want, renderer.Limits.Memory = "templates include each other without an end", 1<<30
			}
			defer renderer.Close()
			got, err := renderer.Render(t.Context(), &helm.Release{Chart: chart(c.text)})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 600 {
				t.Errorf("got %v, %v; want %q", got, err, c.want)
			}
			good, err := renderer.Render(t.Context(), &helm.Release{Chart: chart("-- templates/a.yaml --\na: 1")})
			if err != nil || len(good.Templates) != 1 {
				t.Errorf("the next chart: %v, %v", good, err)
			}
		})
	}
}
