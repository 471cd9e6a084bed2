package pipelines

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// npm packages by name, with the version that is tried. Later ones of gitlab-ci-local do
// not run on the Node.js of Debian.
var npmVersions = map[string]string{"gitlab-ci-local": "4.61.1", "codeclimate-types": "0.3.1", "typescript": "5.9.3", "mermaid": "11.12.0", "axe-core": "4.11.0"}

// mtlsctl is the binary of the repository, built once for the run.
var mtlsctl = sync.OnceValues(func() (string, error) {
	dir, err := scratch()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "bin", "mtlsctl")
	_, err = goTool(root, "build", "-o", file, ".")
	return file, err
})

// The main packages that go.mod pins.
var (
	act       = tool("act", "github.com/nektos/act", "github.com/nektos/act")
	helm      = tool("helm", "helm.sh/helm/v4", "helm.sh/helm/v4/cmd/helm")
	kustomize = tool("kustomize", "sigs.k8s.io/kustomize/kustomize/v5", "sigs.k8s.io/kustomize/kustomize/v5")
)

// tool builds a main package of a module unless the cache has that version, and returns
// the executable.
func tool(name, module, path string) func(*testing.T) string {
	build := sync.OnceValues(func() (string, error) {
		version, err := goTool(".", "list", "-m", "-f", "{{.Version}}", module)
		if err != nil {
			return "", err
		}
		return kept(name+"-"+version, func(half string) error {
			_, err := goTool(".", "build", "-ldflags", "-s -w", "-o", filepath.Join(half, name), path)
			return err
		})
	})
	return func(t *testing.T) string {
		t.Helper()
		dir, err := build()
		if err != nil {
			t.Fatalf("%s, which testdata/pipelines/go.mod pins: %v", name, err)
		}
		return filepath.Join(dir, name)
	}
}

// npm installs packages that the cache does not have, and returns their folder.
func npm(t *testing.T, names ...string) string {
	t.Helper()
	needs(t, "node", "npm")
	var wanted []string
	for _, name := range names {
		wanted = append(wanted, name+"@"+npmVersions[name])
	}
	dir, err := kept("npm-"+strings.Join(wanted, "-"), func(half string) error {
		c := exec.Command("npm", append([]string{"install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", half}, wanted...)...)
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("npm install %s: %w\n%s", strings.Join(wanted, " "), err, out)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("versions are in testdata/pipelines/tools_test.go: %v", err)
	}
	return filepath.Join(dir, "node_modules")
}

// filling holds a lock for each folder of the cache: tests that run side by side want the
// same one, and only the first fills it.
var filling sync.Map

// kept is a folder of the user's cache, filled when it is not there. It appears whole
// or not at all.
func kept(name string, fill func(string) error) (string, error) {
	lock, _ := filling.LoadOrStore(name, &sync.Mutex{})
	lock.(*sync.Mutex).Lock()
	defer lock.(*sync.Mutex).Unlock()
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "mtlsctl", "pipelines", name)
	if isFolder(dir) {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	began := time.Now()
	half, err := os.MkdirTemp(filepath.Dir(dir), name+".half-") // another run has another
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(half)
	if err := fill(half); err != nil {
		return "", err
	}
	fmt.Printf("built %s in %v\n", name, time.Since(began).Round(time.Second))
	if err := os.Rename(half, dir); err != nil && !isFolder(dir) { // another run was faster
		return "", err
	}
	return dir, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// needs skips the test where a program of the system is missing; in CI it fails.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed: .ci/run has to", program)
		}
		t.Skipf("%s is not installed", program)
	}
}

// goTool runs go in a folder, and returns what it printed. It builds as go test does, so
// that neither builds again what the other has built.
func goTool(folder string, args ...string) (string, error) {
	c := exec.Command("go", args...)
	c.Dir = folder
	var failed bytes.Buffer
	c.Stderr = &failed
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, failed.String())
	}
	return strings.TrimSpace(string(out)), nil
}
