package source_test

import (
	"strings"
	"testing"
)

const (
	service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
	policy  = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web, namespace: shop}\nspec: {mtls: {mode: STRICT}}\n"
)

func TestEveryFormatIsRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want []string
	}{
		"several documents": {service + "---\n" + policy, []string{"1 Service shop/web", "5 PeerAuthentication shop/web"}},
		"leading and trailing markers, comments and nothing between them": {
			"# licence\n---\n" + service + "---\n\n---\n# nothing\n---\n" + policy + "---\n", []string{"3 Service shop/web", "11 PeerAuthentication shop/web"}},
		"a marker with a comment":           {service + "--- # next\n" + policy, []string{"1 Service shop/web", "5 PeerAuthentication shop/web"}},
		"a marker with the document":        {"--- {apiVersion: v1, kind: Service, metadata: {name: web}}\n", []string{"1 Service default/web", `1 problem: not valid YAML: a line that begins with "---" contains more than a comment`}},
		"a document end":                    {service + "...\n---\n" + policy, []string{"1 Service shop/web", "6 PeerAuthentication shop/web"}},
		"a document end alone":              {service + "...\n" + policy, []string{"1 Service shop/web", `4 problem: everything after a line "..." is not read, because kubectl never applies it`}},
		"a directive":                       {"%YAML 1.1\n---\n" + service, []string{"3 Service shop/web", "1 problem: not valid YAML: did not find expected <document start>"}},
		"a byte order mark":                 {"\ufeff" + service, []string{"1 Service shop/web"}},
		"UTF-16 as PowerShell writes it":    {utf16le(service), []string{"1 Service shop/web"}},
		"lines that end in CR LF":           {strings.ReplaceAll(service+"---\n"+policy, "\n", "\r\n"), []string{"1 Service shop/web", "5 PeerAuthentication shop/web"}},
		"no line end at the end":            {strings.TrimSuffix(service, "\n"), []string{"1 Service shop/web"}},
		"tabs between tokens":               {"apiVersion:\tv1\nkind:\tService\t# tab\nmetadata:\n  name:\tweb\n", []string{"1 Service default/web"}},
		"quoted keys and values":            {"\"apiVersion\": 'v1'\n'kind': \"Service\"\nmetadata: {\"name\": web}\n", []string{"1 Service default/web"}},
		"JSON":                              {`{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}`, []string{"1 Service default/web"}},
		"JSON indented by tabs":             {"{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Service\",\n\t\"metadata\": {\"name\": \"web\"}\n}\n", []string{"1 Service default/web"}},
		"JSON with an emoji as two escapes": {`{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "annotations": {"a\/b": "\ud83d\ude00"}}}`, []string{"1 Service default/web"}},
		"a stream of JSON objects": {"{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"a\"}}\n{\"apiVersion\":\"v1\",\n\"kind\":\"Service\",\"metadata\":{\"name\":\"b\"}}{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"c\"}}",
			[]string{"1 Service default/a", "2 Service default/b", "3 Service default/c"}},
		"a List in a List": {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Service, metadata: {name: web}}\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: shop}\n",
			[]string{"7 Service default/web", "8 Namespace shop"}},
		"a typed list": {"apiVersion: v1\nkind: ServiceList\nitems:\n- metadata: {name: web}\n", []string{"4 Service default/web"}},
		"an OpenShift Template": {"apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n- apiVersion: apps.openshift.io/v1\n  kind: DeploymentConfig\n  metadata: {name: \"${NAME}\"}\n  spec:\n    replicas: ${{N}}\n    selector: {app: web}\n    template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}\n",
			[]string{"4 DeploymentConfig default/${NAME}", "1 problem: Template is not applied in this form: its objects are read without their parameters"}},
		"a marker inside a block scalar":     {"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    a: |\n      ---\n      kind: Pod\n      ---\n    b: \"x\n      --- y\"\n", []string{"1 Service default/web"}},
		"a kind named inside a block scalar": {"apiVersion: v1\nmetadata:\n  name: web\n  annotations:\n    a: |\n      kind: Secret\nkind: Service\n", []string{"1 Service default/web"}},
		"anchors and merge keys":             {"apiVersion: v1\nkind: Service\nmetadata: &m\n  name: web\n  labels: &l {a: b}\n  annotations:\n    <<: *l\n    c: d\n", []string{"1 Service default/web"}},
		"any version of a group":             {"apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {}, template: {spec: {containers: [{name: web}]}}}\n", []string{"1 Deployment default/web"}},
		"nothing":                            {"", nil},
		"nothing but comments":               {"# a\n\n# b\n", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantSummary(t, readString(t, test.text), test.want...)
		})
	}
}

func utf16le(s string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestADocumentOfFiveMegabytesIsRead(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  externalName: |\n")
	for b.Len() < 5<<20 {
		b.WriteString("    a line of text that goes on and on and on and on\n")
	}
	b.WriteString("---\n" + policy)
	in := readString(t, b.String())
	if len(in.Objects) != 2 || len(in.Problems) != 0 {
		t.Fatalf("got %d objects, problems %v", len(in.Objects), in.Problems)
	}
}
