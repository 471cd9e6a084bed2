package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// logins are URLs with user information, well formed and not.
var logins = []string{
	"http://user:kanari@127.0.0.1:1/x", "http://kanari@127.0.0.1:1", "user:kanari@127.0.0.1:1", "http://user:kan ari@127.0.0.1:1", "http://user:kanari@[::1:x/",
	"http://us%65r:kanari@127.0.0.1:1/?x=%zz", "jdbc:postgresql://user:kanari@db.shop/x", "postgres://user:kanari@db.shop:port", "https://user:kan(kanari/x@127.0.0.1:1",
	"user%3Akanari%40127.0.0.1",
}

// TestUserInformation: a URL with user information is printed by no command, not in errors
// either, wherever it was given.
func TestUserInformation(t *testing.T) {
	t.Parallel()
	around := filepath.Join("..", "testdata", "secrets", "around.yaml")
	for i, login := range logins {
		dir := t.TempDir()
		write := func(name, text string) string {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return file
		}
		kubeconfig := write("kubeconfig", fmt.Sprintf("{apiVersion: v1, kind: Config, current-context: x, clusters: [{name: x, cluster: {server: %q}}], contexts: [{name: x, context: {cluster: x, user: x}}], users: [{name: x, user: {}}]}", login))
		write("k/kustomization.yaml", fmt.Sprintf("resources: [%q]\n", login))
		hosts := write("hosts.yaml", fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: db, namespace: shop}\nspec: {host: %q, trafficPolicy: {tls: {mode: DISABLE}}}\n---\n"+
			"apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: db, namespace: shop}\nspec: {hosts: [%q], ports: [{number: 80, name: http, protocol: HTTP}]}\n---\n"+
			"apiVersion: v1\nkind: Service\nmetadata: {name: out, namespace: shop}\nspec: {type: ExternalName, externalName: %q, ports: [{port: 80}]}\n", login, login, login))
		file := snapshotOf(t, newFakeCluster(t, dir, filepath.Dir(around)))
		if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "kanari") {
			t.Errorf("login %d: it is in a snapshot: %v\n%s", i, err, text)
		}
		for _, args := range [][]string{
			{"describe", "-A", "--kubeconfig", kubeconfig}, {"snapshot", "--kubeconfig", kubeconfig}, {"analyze", "-f", around, "--prometheus", login},
			{"describe", "-k", filepath.Join(dir, "k")}, {"describe", "-f", login}, {"describe", login, "-f", around}, {"connections", "--to", login, "-f", around},
			{"diff", login, around}, {"diff", "git:" + login + ":x", around}, {"traffic", "record", "--prometheus", login},
			{"analyze", "-f", hosts, "-f", around}, {"analyze", "-f", hosts, "-f", around, "-o", "json"}, {"analyze", "-f", hosts, "-f", around, "-o", "sarif"},
			{"connections", "-f", hosts, "-f", around, "-o", "json"}, {"connections", "-f", hosts, "-f", around}, {"connections", "-f", hosts, "-f", around, "-o", "jsonpath={.items[*].host}"},
			{"describe", "dr/db.shop", "-f", hosts, "-f", around}, {"describe", "dr/db.shop", "-f", hosts, "-f", around, "-o", "yaml"},
		} {
			s, out, errs := captured()
			cmd.Main(args, s)
			if text := out.String() + errs.String(); strings.Contains(text, "kanari") {
				at := strings.Index(text, "kanari")
				t.Errorf("login %d: mtlsctl %s %s prints it: %q", i, args[0], args[1], text[max(0, at-100):min(len(text), at+40)])
			}
		}
	}
}
