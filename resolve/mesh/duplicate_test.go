package mesh_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// twice are definitions of one name, in the order in which they are read.
func twice(t *testing.T, texts ...string) (problems, remarks []string) {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(strings.Join(texts, "---\n"))})
	if err != nil || len(in.Problems) > 0 {
		t.Fatal(err, in.Problems)
	}
	mesh := mesh.Build(config.Options{}, in.Objects)
	for _, p := range mesh.Problems() {
		problems = append(problems, p.Ref.String()+": "+p.Message)
	}
	for _, p := range mesh.Remarks() {
		remarks = append(remarks, p.Position.String()+": "+p.Message)
	}
	return problems, remarks
}

func TestDuplicatesNameWhatDiffersFromTheOneThatCounts(t *testing.T) {
	t.Parallel()
	rule := func(mode string) string {
		return "kind: DestinationRule\napiVersion: networking.istio.io/v1\nmetadata: {name: till}\nspec: {host: till, trafficPolicy: {tls: {mode: " + mode + "}}}\n"
	}
	account := func(name, label string) string {
		return "kind: ServiceAccount\napiVersion: v1\nmetadata: {name: " + name + ", labels: {a: " + label + "}}\n"
	}
	webhook := func(rev string) string {
		return "kind: MutatingWebhookConfiguration\napiVersion: admissionregistration.k8s.io/v1\nmetadata: {name: injector, labels: {istio.io/rev: " + rev + "}}\n"
	}
	configMap := "kind: ConfigMap\napiVersion: v1\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: 'enableAutoMtls: true'}\n"
	operator := "kind: IstioOperator\napiVersion: install.istio.io/v1alpha1\nmetadata: {name: mine}\nspec: {meshConfig: {enableAutoMtls: false}}\n"
	for name, test := range map[string]struct{ texts, problems, remarks []string }{
		"copies say nothing":                    {[]string{rule("DISABLE"), rule("DISABLE")}, nil, nil},
		"a copy of the last is none that loses": {[]string{rule("SIMPLE"), rule("DISABLE"), rule("SIMPLE")}, []string{"DestinationRule default/till: defined 3 times, differently; this one, the last, is used, not <stdin>:6"}, nil},
		"what decides no mode is one remark": {[]string{account("a", "one"), account("b", "one"), account("a", "two"), account("b", "two")}, nil,
			[]string{"<stdin>:9: defined several times, differently, and no mode depends on it: ServiceAccount default/a, ServiceAccount default/b"}},
		"a revision's webhook decides": {[]string{webhook("a"), webhook("b")}, []string{"MutatingWebhookConfiguration injector: defined 2 times, differently; this one, the last, is used, not <stdin>:1"}, nil},
		"a mesh configuration is named by what carries it": {[]string{configMap, operator},
			[]string{"IstioOperator istio-system/mine: the mesh configuration is defined 2 times, differently; this one, the last, is used, not ConfigMap <stdin>:1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems, remarks := twice(t, test.texts...)
			if diff := cmp.Diff(test.problems, problems) + cmp.Diff(test.remarks, remarks); diff != "" {
				t.Error(diff)
			}
		})
	}
}
