package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// hiddenRule is a DestinationRule that a plan has to change, with a value in it.
const hiddenRule = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec:
  host: db
  trafficPolicy:
    tls: {mode: DISABLE}
    loadBalancer: {consistentHash: {httpCookie: {name: session, ttl: 5s, attributes: [{name: Domain, value: kanari}]}}}
`

// TestPlanNeedsValues: an object of which a snapshot leaves out values is not written.
func TestPlanNeedsValues(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	around, err := os.ReadFile(filepath.Join("..", "testdata", "secrets", "around.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(around), "---\napiVersion: networking.istio.io/v1")
	text = strings.Replace(text, "mode: STRICT", "mode: PERMISSIVE", 1)
	client := "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web, env: [{name: DB, value: \"db:5432\"}]}]}}}}\n"
	if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(text+client+hiddenRule), 0o600); err != nil {
		t.Fatal(err)
	}
	kubeconfig := newFakeCluster(t, dir)
	for _, c := range []struct {
		more   []string
		writes bool
		says   string
	}{
		{nil, false, "error: write DestinationRule shop/db: the snapshot does not contain all values of the object\nhint: plan from the cluster, from its files, or from a snapshot with --full\n"},
		{[]string{"--full"}, true, "wrote "},
	} {
		out := filepath.Join(t.TempDir(), "plan")
		s, stdout, errs := captured()
		code := cmd.Main([]string{"migrate-plan", "-f", snapshotOf(t, kubeconfig, c.more...), "--out", out, "--fail-on", "never"}, s)
		if code != 3 || !strings.Contains(errs.String(), c.says) { // the fake cluster has not all of Istio's kinds
			t.Errorf("of a snapshot %v: exit %d, want 3 and why\n%s%s", c.more, code, errs, stdout)
		}
		if _, err := os.Stat(filepath.Join(out, "plan.json")); (err == nil) != c.writes {
			t.Errorf("snapshot %v: plan.json: %v", c.more, err)
		}
	}
}
