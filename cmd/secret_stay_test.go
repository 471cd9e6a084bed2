package cmd_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// carriers are objects whose values nobody describes: their kinds have no fields for them.
func carriers(strict bool) []map[string]any {
	var list []map[string]any
	for shape, value := range canaries {
		text := fmt.Sprint(value)
		if strict {
			value = text
		}
		name := func(kind, apiVersion, name string, rest map[string]any) {
			o := map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": fmt.Sprintf("%s-%d", name, shape), "namespace": "shop"}}
			for k, v := range rest {
				o[k] = v
			}
			list = append(list, noted(o, value))
		}
		env := []any{
			map[string]any{"name": "DB_URL", "value": text}, map[string]any{"name": "PASSWORD", "value": value}, map[string]any{"name": "DB_HOST", "value": text},
		}
		pod := map[string]any{
			"metadata": map[string]any{"labels": map[string]any{"app": "web"}, "annotations": map[string]any{
				"proxy.istio.io/overrides": text, "sidecar.istio.io/userVolume": text, "sidecar.istio.io/userVolumeMount": text, "x": text, "sidecar.istio.io/bootstrapOverride": text,
			}},
			"spec": map[string]any{"containers": []any{map[string]any{"name": "web", "image": "web", "env": env, "args": []any{text, "--db=" + text}, "command": []any{"sh", "-c", "curl " + text}}}},
		}
		controlled := map[string]any{"spec": map[string]any{"selector": map[string]any{"matchLabels": map[string]any{"app": "web"}}, "template": pod}}
		name("Deployment", "apps/v1", "web", controlled)
		name("Rollout", "argoproj.io/v1alpha1", "roll", controlled)
		name("Secret", "v1", "secret", map[string]any{"stringData": map[string]any{"password": value}, "data": map[string]any{"x": value}})
		name("ConfigMap", "v1", "files", map[string]any{"data": map[string]any{"db.properties": "url=" + text + "\npassword=" + text, "DB_URL": text, "n": value}})
		name("Widget", "example.com/v1", "widget", map[string]any{"spec": map[string]any{"password": value}})
		name("EnvoyFilter", "networking.istio.io/v1alpha3", "filter", map[string]any{"spec": map[string]any{"configPatches": []any{map[string]any{
			"applyTo": "CLUSTER", "patch": map[string]any{"operation": "MERGE", "value": map[string]any{"transport_socket": map[string]any{"key": value}, "name": text}},
		}}}})
		name("AuthorizationPolicy", "security.istio.io/v1", "when", map[string]any{"spec": map[string]any{"rules": []any{map[string]any{
			"when": []any{map[string]any{"key": "request.headers[x-token]", "values": []any{text}}, map[string]any{"key": "request.auth.claims[a]", "notValues": []any{text}}},
		}}}})
	}
	return list
}

// secretWorld is a directory of files full of canaries.
func secretWorld(t *testing.T, strict bool) string {
	t.Helper()
	dir := t.TempDir()
	around, err := os.ReadFile(filepath.Join("..", "testdata", "secrets", "around.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	objects, meshes := secrets(t, strict)
	for i, mesh := range meshes {
		objects = append(objects, map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": fmt.Sprintf("istio-r%d", i), "namespace": "istio-system"}, "data": map[string]any{"mesh": mesh},
		})
	}
	for name, text := range map[string]string{"around.yaml": string(around), "fields.yaml": documents(t, objects), "carriers.yaml": documents(t, carriers(strict))} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestSecretsStay: no value of the input comes out in any command, format or error.
func TestSecretsStay(t *testing.T) {
	t.Parallel()
	dir, out := secretWorld(t, false), t.TempDir()
	base := filepath.Join("..", "testdata", "secrets", "around.yaml")
	for _, line := range []string{
		"describe", "describe -o wide", "describe -o json", "describe -o yaml", "describe -o markdown", "describe -o name", "describe deploy/web-0.shop deploy/web-1.shop",
		"describe svc/db.shop", "describe ns/shop", "describe deploy/web-4.shop -o json", "describe dr/db.shop -o json",
		"connections", "graph -o json", "graph --edges possible -o dot", "connections -o json", "connections --expand -o wide", "connections --from deploy/web-1.shop --to db.shop:5432",
		"analyze", "analyze -o json", "analyze -o yaml", "analyze -o sarif", "analyze -o junit", "analyze -o github", "analyze -o gitlab", "analyze -o html", "analyze -o csv", "analyze -o markdown",
		"migrate-plan", "migrate-plan -o json", "migrate-plan --status", "migrate-plan --status -o json", "migrate-plan --explain deploy/web-1.shop", "migrate-plan --out " + out,
		"diff " + base, "diff " + base + " -o json",
	} {
		args := strings.Fields(line)
		if args[0] == "diff" {
			args = append(args[:2:2], append([]string{dir}, args[2:]...)...)
		} else {
			args = append(args, "-f", dir)
		}
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			s, stdout, stderr := captured()
			code := cmd.Main(args, s)
			if stdout.Len() == 0 || code == 2 {
				t.Fatalf("it says nothing (exit %d):\n%s", code, stderr)
			}
			for _, text := range []*bytes.Buffer{stdout, stderr} {
				tells(t, text.Bytes())
			}
		})
	}
	t.Cleanup(func() { tellsBelow(t, out) })
}

// tells fails for every way by which a canary gets out.
func tells(t *testing.T, text []byte) {
	t.Helper()
	for i, found := range seen(text) {
		if i < 5 {
			t.Errorf("a value comes out: %q", found)
		}
	}
}

func tellsBelow(t *testing.T, dir string) {
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		tells(t, text)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
