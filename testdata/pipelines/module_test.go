package pipelines

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// modulePath is what the examples install.
const modulePath = "github.com/mtlsctl/mtlsctl"

// offered is the repository as it is now, as a module that a proxy offers.
type offered struct{ folder, version string }

var offer = sync.OnceValues(func() (offered, error) {
	dir, err := scratch()
	if err != nil {
		return offered{}, err
	}
	files, err := tracked()
	if err != nil {
		return offered{}, err
	}
	archive, version, err := archived(files)
	if err != nil {
		return offered{}, fmt.Errorf("go install cannot install the repository: %w", err)
	}
	o := offered{filepath.Join(dir, "proxy"), version}
	needed, err := os.ReadFile(root + "/go.mod")
	if err != nil {
		return offered{}, err
	}
	for file, content := range map[string][]byte{
		"list": []byte(version + "\n"), version + ".info": []byte(`{"Version":"` + version + `"}`),
		version + ".mod": needed, version + ".zip": archive,
	} {
		if err := put(filepath.Join(o.folder, modulePath, "@v", file), content); err != nil {
			return offered{}, err
		}
	}
	return o, nil
})

// archived makes a module's zip of files, without the modules of testdata. Its version
// follows from what they hold, so that go's caches neither lie nor grow.
func archived(files []source) ([]byte, string, error) {
	hash, all := sha256.New(), []zip.File{}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(root, string(f)))
		if err != nil {
			return nil, "", err
		}
		fmt.Fprintf(hash, "%s %d\n%s", f, len(content), content)
		all = append(all, f)
	}
	checked, err := zip.CheckFiles(all)
	if err != nil {
		return nil, "", err
	}
	all = all[:0]
	for _, f := range checked.Valid {
		all = append(all, source(f))
	}
	version := fmt.Sprintf("v0.0.0-pipelines.x%x", hash.Sum(nil)[:6])
	var b bytes.Buffer
	err = zip.Create(&b, module.Version{Path: modulePath, Version: version}, all)
	return b.Bytes(), version, err
}

// goProxy is an environment in which go install github.com/mtlsctl/mtlsctl@latest gets the
// repository as it is now: go asks a folder with its zip before the proxies that it asks
// anyway. Nothing else stands in for anything: go resolves, downloads, verifies and builds.
// What is installed lands below gopath.
func goProxy(t *testing.T, gopath string) []string {
	t.Helper()
	o, err := offer()
	if err != nil {
		t.Fatal(err)
	}
	return append(goFolders(t, gopath), "GOPROXY=file://"+filepath.ToSlash(o.folder)+","+goEnv(t, "GOPROXY"), "GONOSUMDB="+modulePath)
}

// goFolders installs below a folder, and keeps what is built and downloaded where go
// keeps it.
func goFolders(t *testing.T, gopath string) []string {
	t.Helper()
	return []string{"GOPATH=" + gopath, "GOBIN=", "GOMODCACHE=" + goEnv(t, "GOMODCACHE"), "GOCACHE=" + goEnv(t, "GOCACHE")}
}

func goEnv(t *testing.T, variable string) string {
	t.Helper()
	value, err := goTool(".", "env", variable)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// forgetModule takes what was offered out of go's module cache.
func forgetModule() {
	cache, err := goTool(".", "env", "GOMODCACHE")
	if err != nil {
		return
	}
	dirs, _ := filepath.Glob(filepath.Join(cache, modulePath+"@v0.0.0-pipelines.*"))
	for _, dir := range dirs {
		filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error { // go makes folders that nobody may write to
			if err == nil && d.IsDir() {
				os.Chmod(path, 0o755)
			}
			return nil
		})
		os.RemoveAll(dir)
	}
	downloads := filepath.Join(cache, "cache", "download", modulePath, "@v")
	files, _ := filepath.Glob(filepath.Join(downloads, "v0.0.0-pipelines.*"))
	for _, file := range append(files, filepath.Join(downloads, "list")) {
		os.Remove(file)
	}
}

// source is a file of the repository, as golang.org/x/mod/zip takes it.
type source string

func (s source) Path() string                 { return string(s) }
func (s source) Lstat() (os.FileInfo, error)  { return os.Lstat(filepath.Join(root, string(s))) }
func (s source) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(root, string(s))) }

// tracked are the repository's own files as they are now, committed or not.
func tracked() ([]source, error) {
	listed, err := gitTool(root, "ls-files", "-z", "-c", "-o", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	var files []source
	for file := range strings.SplitSeq(listed, "\x00") {
		if info, err := os.Lstat(filepath.Join(root, file)); file != "" && err == nil && info.Mode().IsRegular() {
			files = append(files, source(file))
		}
	}
	return files, nil
}
