package apiserver

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func fileOf(story string) string { return filepath.Join(root, "testdata", "mesh", story) }

// reports are the commands that answer for a whole mesh.
var reports = []string{"describe", "analyze", "connections"}

// answers are the reports, where everything stands, and the way from there.
var answers = append(slices.Clone(reports), "migrate-plan --status", "migrate-plan")

// asked runs one of the answers.
func asked(t *testing.T, answer string, args ...string) output {
	t.Helper()
	return mtlsctl(t, append(strings.Fields(answer), args...)...)
}

// TestStories tells the stories of the repository to a server each.
func TestStories(t *testing.T) {
	for _, story := range []string{"bookinfo", "shop", "market"} {
		t.Run(story, func(t *testing.T) {
			s := start(t)
			if pods := s.tell(t, fileOf(story)); len(pods) < 6 {
				t.Fatalf("only %d pods", len(pods))
			}
			config := s.as("root").kubeconfig(t)
			t.Run("told", func(t *testing.T) { s.told(t, story) })
			t.Run("cluster", func(t *testing.T) { s.saysWhat(t, story, config) })
			t.Run("snapshot", func(t *testing.T) { replays(t, config) })
		})
	}
}

// told shows that a story that was told to a server is the same story: what a bare
// client reads from there, as a file, gives the same answers.
func (s *server) told(t *testing.T, story string) {
	live, rest := s.dump(t, everything), s.dump(t, own)
	for _, report := range answers {
		t.Run(report, func(t *testing.T) {
			files := asked(t, report, "-f", fileOf(story), "-f", rest, "-o", "json")
			same(t, files, asked(t, report, "-f", live, "-o", "json"))
		})
	}
}

// saysWhat compares what mtlsctl says about the cluster with what it says about
// the files, and shows that the server was asked.
func (s *server) saysWhat(t *testing.T, story, config string) {
	rest := s.dump(t, own)
	for _, report := range answers {
		t.Run(report, func(t *testing.T) {
			files := asked(t, report, "-f", fileOf(story), "-f", rest, "-o", "json")
			same(t, files, asked(t, report, "-A", "--kubeconfig", config, "-o", "json"))
		})
	}
	if len(s.requests(t)) == 0 {
		t.Error("the audit log shows no request by mtlsctl")
	}
}

// replays takes a snapshot of a cluster: as a file it gives byte for byte what the
// cluster gives, and so does the next one.
func replays(t *testing.T, config string) {
	first, second := filepath.Join(t.TempDir(), "mesh.yaml"), filepath.Join(t.TempDir(), "mesh.yaml")
	for _, file := range []string{first, second} {
		if out := mtlsctl(t, "snapshot", "--kubeconfig", config, "--output-file", file); out.code != 0 {
			t.Fatalf("exit %d\n%s", out.code, out.stderr)
		}
	}
	if a, b := content(t, first), content(t, second); a != b {
		t.Errorf("two snapshots of one cluster differ:\n%s\n%s", a, b)
	}
	if strings.Contains(content(t, first), "s3cret") {
		t.Error("the snapshot has a password of an environment in it")
	}
	for _, report := range answers {
		for _, format := range []string{"table", "json", "yaml"} {
			t.Run(report+" "+format, func(t *testing.T) {
				cluster := asked(t, report, "-A", "--kubeconfig", config, "-o", format)
				file := asked(t, report, "-f", first, "-o", format)
				identical(t, cluster, file)
			})
		}
	}
}
