package cmd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// reportedCluster is a cluster with the objects of a bug report.
func reportedCluster(t *testing.T) (kubeconfig, dumps string) {
	t.Helper()
	dumps = filepath.Join("..", "testdata", "proxies", "bug-report")
	dir := t.TempDir()
	for _, name := range []string{"crs", "k8s-resources", "k8s-cluster-resources"} {
		text, err := os.ReadFile(filepath.Join(dumps, "cluster", name))
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Items []map[string]any }
		if err := sigsyaml.Unmarshal(text, &list); err != nil {
			t.Fatal(err)
		}
		var documents []string
		for _, item := range list.Items {
			one, err := sigsyaml.Marshal(item)
			if err != nil {
				t.Fatal(err)
			}
			documents = append(documents, string(one))
		}
		if err := os.WriteFile(filepath.Join(dir, name+".yaml"), []byte(strings.Join(documents, "---\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return newFakeCluster(t, dir), dumps
}

// TestSnapshotKeepsProxies: verify answers of a snapshot as of the cluster and the dumps, in every
// format; without --full Envoy's words are not in it.
func TestSnapshotKeepsProxies(t *testing.T) {
	t.Parallel()
	kubeconfig, dumps := reportedCluster(t)
	full := snapshotOf(t, kubeconfig, "--proxies", dumps, "--full")
	for _, word := range []string{"table", "json", "junit", "name"} {
		live := asked(t, "verify -A -o "+word, "--kubeconfig", kubeconfig, "--proxies", dumps)
		kept := asked(t, "verify -o "+word, "-f", full)
		if diff := cmp.Diff(unflagged(live), unflagged(kept)); diff != "" {
			t.Errorf("%s: cluster and snapshot differ (-cluster +snapshot)\n%.3000s", word, diff)
		}
	}
	brief := snapshotOf(t, kubeconfig, "--proxies", dumps)
	text, err := os.ReadFile(brief)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "example.audit") || !strings.Contains(string(text), "pay-7d9-b") {
		t.Error("the snapshot has Envoy's words, or lacks the proxies")
	}
	states := `-o=jsonpath={range .items[*]}{.pod} {.port} {.host} {.state} {.code} {.why}{"\n"}{end}`
	live, kept := asked(t, "verify -A", "--kubeconfig", kubeconfig, "--proxies", dumps, states), asked(t, "verify", "-f", brief, states)
	if live != kept || !strings.Contains(live, "pay-7d9-b 8080  differs MTLS0601 rejected") {
		t.Errorf("cluster and snapshot differ\n%s", cmp.Diff(live, kept))
	}
	// A snapshot without proxies has nothing to compare with.
	s, _, errs := captured()
	if code := cmd.Main([]string{"verify", "-f", snapshotOf(t, kubeconfig)}, s); code != 2 || !strings.Contains(errs.String(), "verify needs --proxies") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// TestHostileDump: whatever a dump calls things, every format is read by its own parser, and no
// line is a command to a pipeline or a terminal.
func TestHostileDump(t *testing.T) {
	t.Parallel()
	kubeconfig, _ := reportedCluster(t)
	for i, name := range strange {
		word, err := json.Marshal(name)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "dump.json")
		text := fmt.Sprintf(`{"configs": [{"bootstrap": {"node": {"id": "sidecar~10.0.0.11~pay-7d9-a.shop~d", "metadata": {"ISTIO_VERSION": %[1]s, "OWNER": %[1]s, "LABELS": {"app": %[1]s}}}}},
			{"dynamic_listeners": [{"name": %[1]s, "error_state": {"details": %[1]s}, "active_state": {"listener": {"name": "virtualInbound", "traffic_direction": "INBOUND", "filter_chains": [{"name": %[1]s}]}}}]},
			{"dynamic_active_clusters": [{"cluster": {"name": "outbound|80||pay.shop.svc.cluster.local", "metadata": {"filter_metadata": {"istio": {"config": "/a/namespaces/x/destination-rule/y"}}}}}]},
			{"dynamic_warming_secrets": [{"name": %[1]s}]}]}`, word)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for format := range strings.FieldsSeq("table json name markdown csv sarif junit github html") {
			s, out, errs := captured()
			if code := cmd.Main([]string{"verify", "-A", "--kubeconfig", kubeconfig, "--proxies", file, "-o", format}, s); code != 1 || out.Len() == 0 {
				t.Fatalf("%d %s: exit %d: %s", i, format, code, errs)
			}
			plainLines(t, errs.String(), "")
			readsBack(t, format, out.Bytes())
		}
	}
}
