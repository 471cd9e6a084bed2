package apiserver

import (
	"slices"
	"strings"
	"testing"
)

// TestHidden: annotations hide findings in a cluster, in a snapshot of it and in files alike.
func TestHidden(t *testing.T) {
	const world = "worlds/hidden.yaml"
	s := start(t)
	s.tell(t, world)
	config := s.as("root").kubeconfig(t)
	const hidden = `jsonpath={range .hidden[*]}{.code} {.object.name} {.by}{"\n"}{end}{.items[*].code}`
	cluster := mtlsctl(t, "analyze", "-A", "--kubeconfig", config, "-o", hidden)
	const want = "MTLS0306 one istioctl\nMTLS0101 soon annotation\nMTLS0306 two annotation\nMTLS0101"
	if got := sorted(cluster.stdout); got != sorted(want) {
		t.Errorf("of a cluster, hidden and left are\n%s\nwant\n%s\n%s", got, sorted(want), cluster.stderr)
	}
	files := mtlsctl(t, "analyze", "-f", world, "-f", s.dump(t, own), "-o", hidden)
	if files.stdout != cluster.stdout {
		t.Errorf("of files, hidden and left are\n%s\nof a cluster\n%s", files.stdout, cluster.stdout)
	}
	file := t.TempDir() + "/mesh.yaml"
	mtlsctl(t, "snapshot", "--kubeconfig", config, "--output-file", file)
	if snapshot := mtlsctl(t, "analyze", "-f", file, "-o", hidden); snapshot.stdout != cluster.stdout {
		t.Errorf("of a snapshot, hidden and left are\n%s\nof the cluster\n%s", snapshot.stdout, cluster.stdout)
	}
}

// sorted are the lines in order: by which finding an answer begins does not matter here.
func sorted(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
