package cmd

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

// checkouts are the variables by which pipelines say where the repository is: the paths
// that GitHub and GitLab show findings beside begin there.
var checkouts = []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"}

// placeIn makes paths relative to the repository's top where a pipeline names it, else to
// the working directory. What lies elsewhere keeps its path.
func placeIn(s console.Streams) func(string) string {
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	top := dir
	for _, name := range checkouts {
		if at := s.Env(name); at != "" && below(at, dir) != "" {
			top = at
		}
	}
	return func(file string) string {
		whole := file
		if !filepath.IsAbs(whole) {
			whole = filepath.Join(dir, whole)
		}
		if short := below(top, whole); short != "" {
			return filepath.ToSlash(short)
		}
		return file
	}
}

// below is a path as seen from a directory that it lies in, "" where it does not.
func below(dir, file string) string {
	short, err := filepath.Rel(dir, file)
	if err != nil || short == ".." || strings.HasPrefix(short, ".."+string(filepath.Separator)) {
		return ""
	}
	return short
}
