package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// reports are questions whose answers must be the same of a cluster and of its snapshot.
var reports = []string{
	"describe -A", "describe -A -o json", "describe -A -o wide", "connections -A", "graph -A --edges possible -o dot", "connections -A --expand -o json", "analyze -A", "analyze -A -o json", "analyze -A -o sarif",
	"migrate-plan -A", "migrate-plan -A -o json", "migrate-plan -A --status -o json",
}

// snapshotOf takes a snapshot of a cluster.
func snapshotOf(t *testing.T, kubeconfig string, more ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	s, _, errs := captured()
	if code := cmd.Main(append([]string{"snapshot", "--kubeconfig", kubeconfig, "--output-file", file}, more...), s); code != 0 && code != 3 {
		t.Fatalf("snapshot: exit %d\n%s", code, errs)
	}
	return file
}

// asked is the answer to a question.
func asked(t *testing.T, line string, of ...string) string {
	t.Helper()
	s, out, errs := captured()
	if code := cmd.Main(append(strings.Fields(line), of...), s); code == 2 || out.Len() == 0 {
		t.Fatalf("%s %v: exit %d\n%s", line, of, code, errs)
	}
	return out.String()
}

// TestSnapshotAnswers: every report of a snapshot is that of its cluster, byte for byte, for
// all stories and for a world of values that the snapshot has not.
func TestSnapshotAnswers(t *testing.T) {
	t.Parallel()
	stories, err := filepath.Glob(filepath.Join("..", "testdata", "mesh", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range append(stories, secretWorld(t, true)) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			kubeconfig := newFakeCluster(t, dir)
			file := snapshotOf(t, kubeconfig)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tells(t, text)
			again := snapshotOf(t, kubeconfig)
			if other, _ := os.ReadFile(again); string(other) != string(text) {
				t.Errorf("two snapshots of one cluster differ\n%.2000s", cmp.Diff(string(text), string(other)))
			}
			for _, line := range reports {
				live, kept := asked(t, line, "--kubeconfig", kubeconfig), asked(t, strings.Replace(line, " -A", "", 1), "-f", file)
				if diff := cmp.Diff(unflagged(live), unflagged(kept)); diff != "" {
					t.Errorf("%s: cluster and snapshot differ (-cluster +snapshot)\n%.3000s", line, diff)
				}
				tells(t, []byte(live))
			}
			for _, args := range [][]string{
				{"diff", "--kubeconfig", kubeconfig, "-A", "-f", dir}, {"diff", "--kubeconfig", kubeconfig, "-A", "-o", "json", "-f", dir},
				{"diff", file, "-f", dir}, {"diff", dir, file}, {"diff", file, dir, "-o", "markdown"},
			} {
				s, out, errs := captured()
				if code := cmd.Main(args, s); code == 2 {
					t.Fatalf("%v: %s", args, errs)
				}
				tells(t, append(out.Bytes(), errs.Bytes()...))
			}
		})
	}
}
