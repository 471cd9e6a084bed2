package cluster

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// TestDiallingClean: a snapshot of an object that names whom somebody calls names the same hosts,
// and nothing else of its texts.
func TestDiallingClean(t *testing.T) {
	for name, text := range map[string]string{
		"ScaledObject":     `{"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "x", "namespace": "a"}, "spec": {"triggers": [{"type": "metrics-api", "metadata": {"url": "http://me:marked1@pay.shop:8080/marked2?token=marked3", "query": "marked4"}}]}}`,
		"AnalysisTemplate": `{"apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate", "metadata": {"name": "x", "namespace": "a"}, "spec": {"metrics": [{"name": "m", "provider": {"web": {"url": "http://pay.shop:8080/marked1", "headers": [{"key": "Authorization", "value": "marked2"}]}}}]}}`,
		"Mapping":          `{"apiVersion": "getambassador.io/v3alpha1", "kind": "Mapping", "metadata": {"name": "x", "namespace": "a"}, "spec": {"prefix": "/marked1/", "service": "https://pay.shop:8080", "tls": "upstream"}}`,
	} {
		var body map[string]any
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			t.Fatal(err)
		}
		c := cleaner{tokens: tokens{}}
		d := kubernetesDocument{body: body, kept: []byte(text)}
		if err := c.clean(&d); err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(d.body)
		if err != nil || strings.Contains(string(out), "marked") {
			t.Errorf("%s: %v, the snapshot has %s", name, err, out)
		}
		b, err := readAgain(manifest.Head{APIVersion: textOf(body["apiVersion"]), Kind: name}, d.body)
		if err != nil || len(b.Objects) != 1 {
			t.Fatalf("%s: %v, %s", name, err, out)
		}
		targets := b.Objects[0].Value.(*resolve.Dialling).Targets
		if len(targets) != 1 {
			t.Fatalf("%s: targets %+v", name, targets)
		}
		if found := reference.In(targets[0].Key, targets[0].Text); len(found) != 1 || found[0].Host != "pay.shop" || found[0].Port != 8080 {
			t.Errorf("%s: names %v", name, found)
		}
	}
}
