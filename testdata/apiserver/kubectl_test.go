package apiserver

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// kubectlIn runs the kubectl of the API server's version as if home were the home of
// its user, which is where it caches what it learns of servers, and path what it
// finds first of programs.
func kubectlIn(t *testing.T, home, path string, args ...string) output {
	t.Helper()
	dir, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	env := []string{
		"HOME=" + home, "KUBECONFIG=" + os.DevNull, "NO_COLOR=1",
		"PATH=" + strings.Join([]string{path, dir, os.Getenv("PATH")}, string(filepath.ListSeparator)),
	}
	out, _ := ended(t, filepath.Join(dir, "kubectl"), env, args...)
	return out
}

// kubectl changes the server as a user does, and returns what kubectl printed. It goes
// in as bare: the tokens of the others are mtlsctl's, which only reads.
func (s *server) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	home := filepath.Dir(s.audit)
	out := kubectlIn(t, home, home, append(args, "--kubeconfig", s.as("bare").kubeconfig(t))...)
	if out.code != 0 {
		t.Fatalf("kubectl %q: exit %d\n%s", args, out.code, out.stderr)
	}
	return out.stdout
}

// plugin is a folder with what makes mtlsctl a plugin of kubectl: itself by another
// name, and the script that kubectl asks for completions.
func plugin(t *testing.T) string {
	t.Helper()
	file, err := built()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(file, filepath.Join(dir, "kubectl-mtls")); err != nil {
		t.Fatal(err)
	}
	shipped, err := filepath.Abs(filepath.Join(root, ".release", "kubectl_complete-mtls"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(shipped, filepath.Join(dir, "kubectl_complete-mtls")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestKubectlPlugin runs mtlsctl through kubectl: it answers as it does alone, and
// completes.
func TestKubectlPlugin(t *testing.T) {
	s := start(t, bare)
	s.tell(t, "worlds/plain.yaml")
	config, home, path := s.as("root").kubeconfig(t), t.TempDir(), plugin(t)
	for _, args := range [][]string{
		{"version"},
		{"describe", "-A", "--kubeconfig", config},
		{"describe", "-A", "--kubeconfig", config, "-o", "json"},
		{"describe", "--context", "nowhere", "--kubeconfig", config},
		{"analyze", "-A", "--kubeconfig", config},
	} {
		t.Run(strings.ReplaceAll(strings.Join(args, " "), config, "FILE"), func(t *testing.T) {
			alone := mtlsctl(t, args...)
			through := kubectlIn(t, home, path, append([]string{"mtls"}, args...)...)
			identical(t, alone, through)
			if (alone.stdout == "") != (alone.code == 3) {
				t.Errorf("the plugin ends with exit %d, and answers %q", alone.code, alone.stdout)
			}
		})
	}
	for _, c := range []struct {
		args []string
		want string // a line of the answer, "" for none but the shell's
	}{
		{[]string{"describe", ""}, ""}, // of no cluster
		{[]string{"describe", "--kubeconfig", config, "-A", ""}, "deploy/web.apps"},
		{[]string{"describe", "--kubeconfig", config, "-n", "apps", "svc/"}, "svc/web"},
		{[]string{"describe", "--kubeconfig", config, "-n", "apps", "deploy", ""}, "web"},
		{[]string{"describe", "--kubeconfig", config, "-n", ""}, "apps"},
		{[]string{"connections", "--kubeconfig", config, "-A", "--from", "deploy/w"}, "deploy/web.apps"},
		{[]string{"connections", "--kubeconfig", config, "-A", "--to", ""}, "svc/web.apps"},
		{[]string{"diff", "--kubeconfig", config, "--context", ""}, "live"},
	} {
		t.Run(strings.ReplaceAll("complete "+strings.Join(c.args, " "), config, "FILE"), func(t *testing.T) { completes(t, home, path, c.args, c.want) })
	}
}

// completes asks kubectl for completions of a command line of the plugin, as a shell
// does: the last line it prints says what the shell may add.
func completes(t *testing.T, home, path string, args []string, want string) {
	t.Helper()
	out := kubectlIn(t, home, path, append([]string{"__complete", "mtls"}, args...)...)
	lines := strings.Split(strings.TrimSpace(out.stdout), "\n")
	if out.code != 0 || !strings.HasPrefix(lines[len(lines)-1], ":") || want != "" && !slices.Contains(lines, want) {
		t.Errorf("kubectl __complete mtls %q: exit %d, %q, want %q\n%s", args, out.code, lines, want, out.stderr)
	}
}
