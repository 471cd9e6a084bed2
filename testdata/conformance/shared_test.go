package conformance

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/util/protomarshal"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// TestShared compares a mesh configuration over a shared one with what istiod makes of both: each over
// Istio's defaults, as istiod applies them, and as Merged does.
func TestShared(t *testing.T) {
	differences := 0
	for seed := range number(t, "SHARED", 500) {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		shared, own := meshText(r), meshText(r)
		want := mesh.DefaultMeshConfig()
		for _, text := range []string{shared, own} {
			next, err := mesh.ApplyMeshConfig(text, want)
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, text)
			}
			want = next
		}
		got := applied(t, mesh.DefaultMeshConfig(), config.Merged(configMapOf(t, "shared", shared), configMapOf(t, "istio", own)))
		if diff := cmp.Diff(fieldsThatCount(want), fieldsThatCount(got), protocmp.Transform()); diff != "" {
			differences++
			t.Errorf("seed %d: istiod -, mtlsctl +\n%s\nshared:\n%s\nown:\n%s", seed, diff, shared, own)
		}
	}
	t.Logf("%d differences", differences)
}

// configMapOf is a mesh configuration as mtlsctl reads it of a ConfigMap.
func configMapOf(t *testing.T, name, text string) *resolve.MeshConfig {
	t.Helper()
	doc := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: istio-system}\ndata:\n  mesh: |\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n"
	b := &manifest.Batch{}
	if err := b.ReadAll(t.Context(), manifest.Split("mesh.yaml", []byte(doc))); err != nil {
		t.Fatal(err)
	}
	if len(b.Objects) != 1 || len(b.Problems) > 0 {
		t.Fatalf("%d objects, problems %v of\n%s", len(b.Objects), b.Problems, doc)
	}
	return b.Objects[0].Value.(*resolve.MeshConfig)
}

// applied lays what a mesh configuration has over Istio's defaults.
func applied(t *testing.T, defaults, c *meshv1alpha1.MeshConfig) *meshv1alpha1.MeshConfig {
	t.Helper()
	text, err := protomarshal.ToYAML(c)
	if err != nil {
		t.Fatal(err)
	}
	out, err := mesh.ApplyMeshConfig(text, defaults)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// fieldsThatCount leaves out what lies in no mTLS answer, and where a zero that is written cannot be
// told from a default.
func fieldsThatCount(c *meshv1alpha1.MeshConfig) *meshv1alpha1.MeshConfig {
	c.GetDefaultConfig().ProxyHeaders = nil
	return c
}

// meshText is a mesh configuration by chance.
func meshText(r *rand.Rand) string {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	lines := []string{
		"enableAutoMtls: " + one("true", "false"), "rootNamespace: " + one("istio-config", "root", "istio-system"), "trustDomain: " + one("a.example", "b.example"),
		"trustDomainAliases: [" + one("d", "e, f", "f, d", "") + "]", "outboundTrafficPolicy: {mode: " + one("ALLOW_ANY", "REGISTRY_ONLY") + "}",
		"meshMTLS: {minProtocolVersion: " + one("TLSV1_2", "TLSV1_3") + "}", "tlsDefaults: {minProtocolVersion: TLSV1_3}", "meshMTLS: null",
		"defaultServiceExportTo: [" + one(`"*"`, `"."`) + "]", "defaultDestinationRuleExportTo: [" + one(`"*"`, `"."`) + "]",
		fmt.Sprintf("discoverySelectors: [{matchLabels: {mesh: %q}}]", one("a", "b")), "pathNormalization: {normalization: " + one("NONE", "BASE") + "}",
		"extensionProviders: [{name: " + one("p", "q") + ", envoyExtAuthzGrpc: {service: " + one("a.b.svc", "c.d.svc") + ", port: 80}}]",
		"defaultProviders: {" + one("metrics: [a]", "tracing: [b]", "accessLogging: [c], metrics: [d]") + "}",
		"defaultConfig:\n  proxyMetadata: {" + one("A: one", "B: two", "A: three, C: four") + "}\n  interceptionMode: " + one("REDIRECT", "TPROXY", "NONE"),
		"defaultConfig:\n  concurrency: " + one("0", "2", "null") + "\n  holdApplicationUntilProxyStarts: " + one("true", "false"),
		"caCertificates: [{spiffeBundleUrl: " + one("https://a.example", "https://b.example") + ", trustDomains: [" + one("a", "b") + "]}]",
		"inboundTrafficPolicy: {mode: " + one("PASSTHROUGH", "LOCALHOST") + "}", "serviceSettings: [{settings: {clusterLocal: true}, hosts: [" + one("a.b", "c.d") + "]}]",
	}
	seen, out := map[string]bool{}, []string{}
	for _, i := range r.Perm(len(lines))[:r.IntN(9)] {
		if key, _, _ := strings.Cut(lines[i], ":"); !seen[key] {
			seen[key] = true
			out = append(out, lines[i])
		}
	}
	if len(out) == 0 {
		return "accessLogFile: /dev/stdout"
	}
	return strings.Join(out, "\n")
}
