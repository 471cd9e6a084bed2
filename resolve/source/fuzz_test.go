package source_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// FuzzRead: no text makes the reader panic, and every document comes to
// something: an object, a problem, a note or a counted skip, never nothing.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", service, policy, service + "---\n" + policy, "a: {{ b }}\n", "- a\n", "text", "---\n...\n---", "null\n",
		`{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Service","metadata":{"name":"\ud83d\ude00"}}]}`,
		"apiVersion: v1\nkind: List\nitems: [&a {kind: List, apiVersion: v1, items: [*a, *a]}]\n",
		"apiVersion: v1\nkind: Service\nmetadata: &m {name: web, labels: {<<: *m}}\n",
		"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a}\nspec: {portLevelMtls: {x: {mode: BLAH}}, mtls: [1], selector: 1}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata: {mesh: \"a: [\"}\n",
		"apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {meshConfig: {defaultConfig: {tracing: {sampling: 1e9}}}}\n",
		"apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a}\nspec: {configPatches: [{patch: {value: {a: [1, 2.5, null, yes]}}}]}\n",
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {}, template: {spec: {containers: [{livenessProbe: {httpGet: {port: x}}}]}}}\n",
		"\xff\xfea\x00", "\xef\xbb\xbfa: b", "? {a: b}\n: c\n", "%YAML 1.2\n--- !!map {a: b}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		slow := time.AfterFunc(20*time.Second, func() { panic(fmt.Sprintf("slow on %q", data)) })
		defer slow.Stop()
		in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: bytes.NewReader(data), Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		came := len(in.Objects) + len(in.Problems) + len(in.Notes)
		for _, n := range in.Stats.Skipped {
			came += n
		}
		if came < in.Stats.Documents {
			t.Errorf("%d documents came to %d things: %v", in.Stats.Documents, came, summary(in))
		}
		for _, o := range in.Objects {
			if o.Value.GetName() == "" || o.Origin.At("spec").Line < 1 {
				t.Errorf("object %+v", o)
			}
		}
	})
}
