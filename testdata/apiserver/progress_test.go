package apiserver

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestProgress: on a terminal mtlsctl says how far the lists have come, and nothing
// of it stays; into a pipe it says nothing.
func TestProgress(t *testing.T) {
	s := start(t)
	s.tell(t, fileOf("bookinfo"))
	config := s.through(t, true, trickling(lists("pods", false), 10, 150*time.Millisecond)).as("root").kubeconfig(t)
	file, err := built()
	if err != nil {
		t.Fatal(err)
	}
	command := strings.Join(append([]string{file}, describing(config, "--chunk-size", "500")...), " ")
	c := exec.Command("script", "-qec", command, os.DevNull)
	c.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=1")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "reading live: ") || !strings.Contains(string(out), "object") {
		t.Errorf("no progress on a terminal:\n%q", out)
	}
	if piped := mtlsctl(t, describing(config)...); strings.Contains(piped.stderr, "reading live") {
		t.Errorf("progress in a pipe:\n%s", piped.stderr)
	}
}
