package source_test

import "testing"

func TestEveryOddityIsSurvived(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want []string
	}{
		"a Helm template costs only itself": {"{{- if .Values.x }}\napiVersion: v1\nkind: Service\n{{- end }}\n---\n" + service,
			[]string{"6 Service shop/web", "1 note: 1 document is a template in 1 file, not read", "skipped 1 template"}},
		"a template that happens to be YAML": {"apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.x }}\n",
			[]string{"1 note: 1 document is a template in 1 file, not read", "skipped 1 template"}},
		"a template with other line breaks, and tags": {"!!map apiVersion: v1\r! kind: Service\rmetadata:\r  name: {{ .Values.x\r",
			[]string{"1 note: 1 document is a template in 1 file, not read", "skipped 1 template"}},
		"a template in quotes": {"apiVersion: v1\nkind: Service\nmetadata:\n  name: \"{{ .x }}\"\n",
			[]string{"1 note: 1 document is a template in 1 file, not read", "skipped 1 template"}},
		"braces in bytes that are no text": {"PK\x03\x04\x00\xff{{\x00\xfe}}\n",
			[]string{"1 problem: not valid YAML: control characters are not allowed"}},
		"a broken document between good ones": {service + "---\na: 1\n b: 2\n---\n" + policy,
			[]string{"1 Service shop/web", "8 PeerAuthentication shop/web", "6 problem: not valid YAML: mapping values are not allowed in this context"}},
		"a broken document of a kind that is read": {"apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n name: b\n---\n" + service,
			[]string{"7 Service shop/web", "5 problem: not valid YAML: did not find expected key"}},
		"an unclosed bracket is said where it opens": {"apiVersion: v1\nkind: Service\nmetadata: {name: web\nspec: 1\n",
			[]string{"3 problem: not valid YAML: did not find expected ',' or '}'"}},
		"ytt leaves nulls": {"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: #@ f()\n  labels: #@ g()\n  annotations: {a: #@ h()\n  }\n",
			[]string{"1 note: 1 document is a ytt template in 1 file, not read", "skipped 1 template"}},
		"a comment that only looks like ytt": {"apiVersion: v1\nkind: Service\nmetadata: {name: web} #@todo\n", []string{"1 Service default/web"}},
		"an expression of Chainsaw": {"apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: ($namespace)}\n",
			[]string{"1 note: 1 document belongs to a Chainsaw test in 1 file, not read", "skipped 1 template"}},
		"a fragment beside a Chainsaw test": {"apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\n---\napiVersion: v1\nkind: Pod\nmetadata: {labels: {a: b}}\n",
			[]string{"1 note: 2 documents belong to Chainsaw tests in 1 file, not read", "skipped 1 nameless Pod", "skipped 1 template"}},
		"an Argo CD Application": {"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n",
			[]string{"1 note: 1 Argo CD Application names sources that are read only with -f or -k", "skipped 1 Argo CD application"}},
		"a workflow with braces": {"jobs:\n  a: {{ matrix.a }}\n", []string{"1 note: 1 document is not a Kubernetes object: <stdin>", "skipped 1 non-object"}},
		"a bare list of objects": {"- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n",
			[]string{"1 problem: a bare list of objects is not read: kubectl rejects it", "skipped 1 list"}},
		"null maps and lists": {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: null, annotations: ~}\nspec: {selector: {}, template: {metadata: null, spec: {containers: [{name: web, ports: null}]}}}\n",
			[]string{"1 Deployment default/web"}},
		"labels that are no strings": {"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels:\n    version: 1.10\n    injected: yes\n    date: 2024-01-01\n",
			[]string{"1 Service default/web",
				`6 problem: metadata.labels.version 1.10 is a number where Kubernetes expects a string and rejects anything else`,
				`7 problem: metadata.labels.injected yes is a boolean in kubectl's YAML where Kubernetes expects a string and rejects anything else`}},
		"duplicate keys": {"apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports: [{port: 1}]\n  ports: [{port: 2}]\n",
			[]string{"1 Service default/web", `6 problem: spec.ports key "ports" is written twice, in line 5 and here; the last one applies`}},
		"a JSON patch":  {"- op: add\n  path: /spec\n", []string{"1 note: 1 document is not a Kubernetes object: <stdin>", "skipped 1 non-object"}},
		"a bare string": {"just a string\n", []string{"1 note: 1 document is not a Kubernetes object: <stdin>", "skipped 1 non-object"}},
		"a strategic merge patch": {"$patch: delete\n" + policy,
			[]string{"1 note: 1 document contains $patch: it is treated as a patch and not read", "skipped 1 patch"}},
		"a partial Deployment is a patch, or a text cut off": {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n",
			[]string{"1 problem: a controller without containers is not read: the text is incomplete, or it is a patch", "skipped 1 Deployment"}},
		"a Deployment without containers too": {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: null}}}\n",
			[]string{"1 problem: a controller without containers is not read: the text is incomplete, or it is a patch", "skipped 1 Deployment"}},
		"a mistyped kind": {"kind:apiVersion: v1\nmetadata: {name: web}\n",
			[]string{`1 problem: object "web" has neither apiVersion nor kind and is not read`, "skipped 1 incomplete object"}},
		"a kind without apiVersion": {"kind: Service\nmetadata: {name: web}\n",
			[]string{`1 problem: Service "web" has no apiVersion and is not read`, "skipped 1 incomplete object"}},
		"no name": {"apiVersion: v1\nkind: Service\nspec: {}\n",
			[]string{"1 problem: Service without metadata.name is not read", "skipped 1 nameless Service"}},
		"a name to generate": {"apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: once-}\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}\n",
			[]string{"1 Job default/once-"}},
		"values":              {"replicas: 3\nimage: {tag: v1}\n", []string{"1 note: 1 document is not a Kubernetes object: <stdin>", "skipped 1 non-object"}},
		"a broken Secret":     {"apiVersion: v1\nkind: Secret\nmetadata: {name: web\n", []string{"3 problem: not valid YAML: did not find expected ',' or '}'"}},
		"a Secret":            {"apiVersion: v1\nkind: Secret\nmetadata: {name: web}\ndata: {a: '!!!'}\n", []string{"skipped 1 Secret"}},
		"another Gateway":     {"apiVersion: networking.x-k8s.io/v1\nkind: Gateway\nmetadata: {name: web}\n", []string{"skipped 1 Gateway.networking.x-k8s.io"}},
		"another Service":     {"apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{image: a}]}}}\n", []string{"1 Service default/web"}},
		"another policy":      {"apiVersion: policy.linkerd.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: web}\n", []string{"skipped 1 AuthorizationPolicy.policy.linkerd.io"}},
		"a CRD names a kind":  {"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  names:\n    kind: PeerAuthentication\n", []string{"skipped 1 CustomResourceDefinition"}},
		"a legacy policy":     {"apiVersion: authentication.istio.io/v1alpha1\nkind: MeshPolicy\nmetadata: {name: default}\n", []string{"1 MeshPolicy default", "1 note: ignored by Istio since 1.6: authentication.istio.io MeshPolicy"}},
		"audit policies stay": {"apiVersion: audit.k8s.io/v1\nkind: Policy\n", []string{"skipped 1 Policy.audit.k8s.io"}},
		"an Argo Rollout beside its Deployment": {"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec: {workloadRef: {kind: Deployment, name: web}}\n",
			[]string{"1 note: 1 Rollout uses the pods of a Deployment and is not listed separately", "skipped 1 Rollout with workloadRef"}},
		"an anchor of another document": {"apiVersion: v1\nkind: Service\nmetadata: {name: &n web}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: *n}\n",
			[]string{"1 Service default/web", "7 problem: not valid YAML: unknown anchor 'n' referenced"}},
		"an anchor that holds itself": {"apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: &s\n  selector: &x {a: b, <<: *x}\n  ports: [{port: 1}]\n",
			[]string{"6 problem: not valid YAML: anchor 'x' value contains itself"}},
		"a null document":      {"---\nnull\n", []string{"skipped 1 text"}},
		"an empty list object": {"apiVersion: v1\nkind: List\nitems: []\n", []string{"skipped 1 empty List"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantSummary(t, readString(t, test.text), test.want...)
		})
	}
}
