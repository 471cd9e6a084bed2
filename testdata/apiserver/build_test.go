package apiserver

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// root is the repository, whose go.mod names the versions that mtlsctl knows.
const root = "../.."

// binaries is the folder with kube-apiserver, etcd and kubectl: KUBEBUILDER_ASSETS,
// else the user's cache, which is filled on first need.
var binaries = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv("KUBEBUILDER_ASSETS"); dir != "" {
		return dir, nil
	}
	version, err := goTool(".", "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "mtlsctl", "apiserver-"+version)
	stamp := "-X k8s.io/component-base/version.gitVersion=" + version
	for _, b := range []struct{ name, path string }{
		{"etcd", "go.etcd.io/etcd/server/v3"},
		{"kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"},
		{"kubectl", "k8s.io/kubernetes/cmd/kubectl"},
	} {
		if err := build(filepath.Join(dir, b.name), b.path, stamp); err != nil {
			return "", err
		}
	}
	return dir, nil
})

// build makes an executable that is not there yet. It appears whole or not at
// all, so that an interrupted build is begun again.
func build(file, path, stamp string) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	began, half := time.Now(), fmt.Sprintf("%s.%d", file, os.Getpid())
	defer os.Remove(half)
	fmt.Printf("building %s: minutes when nothing of it is in Go's cache\n", path)
	if _, err := goTool(".", "build", "-trimpath", "-ldflags", "-s -w "+stamp, "-o", half, path); err != nil {
		return err
	}
	fmt.Printf("built %s in %v\n", path, time.Since(began).Round(time.Second))
	return os.Rename(half, file)
}

// scratch is where the run's own executables are; TestMain removes it.
var scratch = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "mtlsctl-live-") })

// program builds a main package of a folder for this run.
func program(name, folder, path string) (string, error) {
	dir, err := scratch()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, name)
	_, err = goTool(folder, "build", "-trimpath", "-o", file, path)
	return file, err
}

// moduleDir is where the sources of a module are that the repository requires.
func moduleDir(module string) (string, error) {
	if _, err := goTool(root, "mod", "download", module); err != nil {
		return "", err
	}
	return goTool(root, "list", "-m", "-f", "{{.Dir}}", module)
}

// goTool runs go in a folder, without cgo, and returns what it printed.
func goTool(folder string, args ...string) (string, error) {
	c := exec.Command("go", args...)
	c.Dir, c.Env = folder, append(os.Environ(), "CGO_ENABLED=0")
	var failed bytes.Buffer
	c.Stderr = &failed
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, failed.String())
	}
	return strings.TrimSpace(string(out)), nil
}
