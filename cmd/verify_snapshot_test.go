package cmd_test

import (
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
