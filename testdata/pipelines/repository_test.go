package pipelines

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// repository is a git repository of the test's own whose deploy/ is the shop of
// testdata/mesh, which has errors, with more files; origin/main is an older commit without
// them, so that all of them are new.
func repository(t *testing.T, more map[string]string) string {
	t.Helper()
	needs(t, "git")
	dir := t.TempDir()
	write(t, filepath.Join(dir, "README.md"), "manifests\n")
	git(t, dir, "init", "-q", "-b", "main")
	git(t, dir, "remote", "add", "origin", "https://github.com/example/mesh.git")
	commit(t, dir)
	git(t, dir, "update-ref", "refs/remotes/origin/main", "HEAD")
	if err := os.CopyFS(filepath.Join(dir, "deploy"), os.DirFS(root+"/testdata/mesh/shop")); err != nil {
		t.Fatal(err)
	}
	for name, text := range more {
		write(t, filepath.Join(dir, name), text)
	}
	commit(t, dir)
	return dir
}

// commit commits all that a folder holds.
func commit(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "add", "-A")
	git(t, dir, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "all")
}

// git runs git in a folder, and returns what it printed.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := gitTool(dir, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func gitTool(dir string, args ...string) (string, error) {
	c := exec.Command("git", args...)
	c.Dir, c.Env = dir, plain()
	var failed bytes.Buffer
	c.Stderr = &failed
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("git %q in %s: %w\n%s", args, dir, err, failed.String())
	}
	return string(out), nil
}

// write writes a file, and the folders that it lies in.
func write(t *testing.T, file, text string) {
	t.Helper()
	if err := put(file, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func put(file string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}

// read returns a file.
func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
