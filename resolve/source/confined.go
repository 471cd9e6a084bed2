package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// confined is the file system of a disk without what is outside of a directory, to which links and
// paths with .. would lead: whoever writes the files of a repository says what is read of it.
type confined struct {
	filesys.FileSystem
	root string
}

var errOutside = errors.New("it is outside the directory that is read")

// inside reports a path that leads to something in the directory.
func (c confined) inside(path string) bool {
	real, err := filepath.EvalSymlinks(path)
	return err == nil && isBelow(c.root, real)
}

// Exists implements filesys.FileSystem.
func (c confined) Exists(path string) bool { return c.inside(path) && c.FileSystem.Exists(path) }

// IsDir implements filesys.FileSystem.
func (c confined) IsDir(path string) bool { return c.inside(path) && c.FileSystem.IsDir(path) }

// Open implements filesys.FileSystem.
func (c confined) Open(path string) (filesys.File, error) {
	if !c.inside(path) {
		return nil, errOutside
	}
	return c.FileSystem.Open(path)
}

// ReadFile implements filesys.FileSystem.
func (c confined) ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !c.inside(path):
		return nil, errOutside
	case !info.Mode().IsRegular(): // nobody may ever write to a pipe
		return nil, errors.New("it is not a regular file")
	case info.Size() > largestFile:
		return nil, errLarge
	}
	return c.FileSystem.ReadFile(path)
}

// ReadDir implements filesys.FileSystem.
func (c confined) ReadDir(path string) ([]string, error) {
	if !c.inside(path) {
		return nil, errOutside
	}
	return c.FileSystem.ReadDir(path)
}

// CleanedAbs implements filesys.FileSystem.
func (c confined) CleanedAbs(path string) (filesys.ConfirmedDir, string, error) {
	dir, file, err := c.FileSystem.CleanedAbs(path)
	if err == nil && !isBelow(c.root, dir.Join(file)) {
		return "", "", errOutside
	}
	return dir, file, err
}

// Glob implements filesys.FileSystem.
func (c confined) Glob(pattern string) ([]string, error) {
	found, err := c.FileSystem.Glob(pattern)
	var kept []string
	for _, path := range found {
		if c.inside(path) {
			kept = append(kept, path)
		}
	}
	return kept, err
}

// Walk implements filesys.FileSystem.
func (c confined) Walk(path string, walk filepath.WalkFunc) error {
	if !c.inside(path) {
		return &fs.PathError{Op: "read", Path: path, Err: errOutside}
	}
	return c.FileSystem.Walk(path, walk)
}
