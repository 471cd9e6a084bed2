package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// canaries are values that must never be seen again, in shapes that have their ways of
// getting out: plain, in URLs well formed and not, where a regular expression is wanted, as
// a number where a text is.
var canaries = []any{
	"kanari0secret", "https://user:kanari1secret@db.shop:8443/p?x=kanari1secret#kanari1secret", "(kanari2secret", 424242424242,
	"user:kanari4secret@db.shop:5432/app", "jdbc:postgresql://u:kanari5secret@db.shop/x;password=kanari5secret",
	"http://us%65r:kanari6%73ecret@db.shop/", "http://user:kanari7secret@db.shop:port/", "--password=kanari8secret", "{kanari9secret: [",
	"postgres://kanari10secret@db.shop",
}

// seen are the canaries in a text.
func seen(text []byte) (found []string) {
	for _, word := range []string{"kanari", "424242424242"} {
		for rest := string(text); ; {
			i := strings.Index(rest, word)
			if i < 0 {
				break
			}
			found = append(found, rest[max(0, i-90):min(len(rest), i+30)])
			rest = rest[i+len(word):]
		}
	}
	return found
}

// versions are those of the kinds with leaves.
var versions = map[string]string{
	"PeerAuthentication": "security.istio.io/v1", "RequestAuthentication": "security.istio.io/v1", "AuthorizationPolicy": "security.istio.io/v1",
	"Telemetry": "telemetry.istio.io/v1", "EnvoyFilter": "networking.istio.io/v1alpha3", "Pod": "v1", "Service": "v1", "CronJob": "batch/v1",
	"Deployment": "apps/v1", "EndpointSlice": "discovery.k8s.io/v1", "Ingress": "networking.k8s.io/v1",
	"MutatingWebhookConfiguration": "admissionregistration.k8s.io/v1", "HTTPRoute": "gateway.networking.k8s.io/v1",
	"GRPCRoute": "gateway.networking.k8s.io/v1", "TLSRoute": "gateway.networking.k8s.io/v1", "TCPRoute": "gateway.networking.k8s.io/v1alpha2",
	"ReferenceGrant": "gateway.networking.k8s.io/v1beta1", "BackendTLSPolicy": "gateway.networking.k8s.io/v1", "Gateway.gateway.networking.k8s.io": "gateway.networking.k8s.io/v1",
}

// bases are what objects of a kind need to be read.
var bases = map[string]string{
	"VirtualService":      `{hosts: [db.shop.svc.cluster.local], http: [{route: [{destination: {host: db.shop.svc.cluster.local}}]}]}`,
	"DestinationRule":     `{host: db.shop.svc.cluster.local, subsets: [{name: v1}]}`,
	"AuthorizationPolicy": `{selector: {matchLabels: {app: db}}, rules: [{from: [{source: {namespaces: [web]}}]}]}`,
	"EnvoyFilter":         `{configPatches: [{applyTo: CLUSTER, patch: {operation: MERGE, value: {}}}]}`,
	"WorkloadGroup":       `{template: {serviceAccount: vm}}`,
	"Deployment":          `{selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web, env: [{name: DB_URL}]}]}}}`,
	"Pod":                 `{containers: [{name: web, image: web, env: [{name: DB_URL}]}]}`,
	"CronJob":             `{jobTemplate: {spec: {template: {metadata: {labels: {app: job}}, spec: {containers: [{name: job, image: job, env: [{name: DB_URL}]}]}}}}}`,
	"Service":             `{selector: {app: web}, ports: [{name: http, port: 80}]}`,
}

// object is an empty one of a kind.
func object(t testing.TB, kind, name string) map[string]any {
	t.Helper()
	o := map[string]any{}
	word, _, _ := strings.Cut(kind, ".")
	version := versions[kind]
	if version == "" {
		version = "networking.istio.io/v1"
	}
	text := fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: %s, namespace: shop}}", version, word, name)
	if bases[kind] != "" {
		text = text[:len(text)-1] + ", spec: " + bases[kind] + "}"
	}
	if err := sigsyaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// put sets the field at a path, with objects and lists on the way to it.
func put(at map[string]any, path []string, value any) {
	key, list := strings.CutSuffix(path[0], "[]")
	if key == "*" {
		key = "x-key"
	}
	switch {
	case len(path) == 1 && list:
		at[key] = []any{value}
	case len(path) == 1:
		at[key] = value
	case list:
		items, _ := at[key].([]any)
		if len(items) == 0 {
			items = []any{map[string]any{}}
		}
		item, ok := items[0].(map[string]any)
		if !ok {
			item = map[string]any{}
			items[0] = item
		}
		at[key] = items
		put(item, path[1:], value)
	default:
		below, ok := at[key].(map[string]any)
		if !ok {
			below = map[string]any{}
			at[key] = below
		}
		put(below, path[1:], value)
	}
}

// secrets are objects with a kanari in every field that is a value: those of Istio one
// object for each field, since most fields exclude others, all others together.
// strict leaves out what no API server takes.
func secrets(t testing.TB, strict bool) (objects []map[string]any, meshes []string) {
	together := map[string]map[string]any{}
	var settings [shapes]map[string]any
	for n, l := range leaves() {
		if l.path[0] == "status" || l.path[0] == "metadata" && l.path[1] != "annotations" || public.Of(l.kind).At(l.keys()).Name() {
			continue
		}
		if strict && l.special {
			continue
		}
		for shape, value := range canaries {
			if strict {
				value = fmt.Sprint(value)
			}
			name := fmt.Sprintf("o%d-%d", n, shape)
			_, alone := messages[l.kind]
			switch {
			case l.kind == "MeshConfig":
				if settings[shape] == nil {
					settings[shape] = map[string]any{}
				}
				put(settings[shape], l.path, value)
				continue
			case !alone:
				key := fmt.Sprintf("%s-%d", l.kind, shape)
				if together[key] == nil {
					together[key] = object(t, l.kind, fmt.Sprintf("all-%d", shape))
					objects = append(objects, together[key])
				}
				put(together[key], l.path, value)
				continue
			}
			o := object(t, l.kind, name)
			put(o, l.path, value)
			objects = append(objects, noted(o, value))
		}
	}
	for _, s := range settings {
		text, err := sigsyaml.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		meshes = append(meshes, string(text))
	}
	return objects, append(meshes, "rootNamespace: [\nkanari: kanari11secret\n", "- kanari12secret", "kanari13secret: 1\nrootNamespace: kanari: x\n")
}

// shapes is how many canaries there are.
const shapes = 11

// noted adds the annotations by which values get out a second time.
func noted(o map[string]any, value any) map[string]any {
	text, err := json.Marshal(o)
	if err != nil {
		return o
	}
	annotations := map[string]any{
		"kubectl.kubernetes.io/last-applied-configuration": string(text), "note": fmt.Sprint(value), "proxy.istio.io/overrides": fmt.Sprint(value),
		"sidecar.istio.io/userVolume": fmt.Sprint(value), "proxy.istio.io/config": "proxyMetadata: {PASSWORD: '" + fmt.Sprint(value) + "'}",
	}
	o["metadata"].(map[string]any)["annotations"] = annotations
	return o
}

// documents is a file of objects.
func documents(t testing.TB, objects []map[string]any) string {
	t.Helper()
	var b strings.Builder
	for _, o := range objects {
		text, err := sigsyaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("---\n" + string(text))
	}
	return b.String()
}
