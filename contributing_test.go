package main_test

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	roomRow  = regexp.MustCompile("(?m)^\\| `([a-z/]+)/` \\|.*$")
	goFile   = regexp.MustCompile("`([a-zA-Z0-9_./*-]+\\.go)`")
	testFile = regexp.MustCompile("`((?:testdata|render|resolve|analyze)/[a-zA-Z0-9_./-]+)`")
)

// TestContributing: the map of CONTRIBUTING.md has a row for each package and none besides,
// and the files that rows and instructions name are there.
func TestContributing(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)

	packages := map[string]bool{}
	for _, file := range sources(t) {
		if dir := folder(file); dir != "" {
			packages[dir] = true
		}
	}
	rows := map[string]bool{}
	for _, row := range roomRow.FindAllStringSubmatch(text, -1) {
		if rows[row[1]] = true; !packages[row[1]] {
			t.Errorf("CONTRIBUTING.md has a row for %s, which is no package", row[1])
		}
		for _, file := range goFile.FindAllStringSubmatch(row[0], -1) {
			if !there(t, path.Join(row[1], file[1])) {
				t.Errorf("the row of %s names %s, which is not there", row[1], file[1])
			}
		}
	}
	for dir := range packages {
		if !rows[dir] {
			t.Errorf("CONTRIBUTING.md has no row for %s: say what it does and what it never does", dir)
		}
	}

	names := everyName(t)
	for _, file := range slices.Concat(goFile.FindAllStringSubmatch(text, -1), testFile.FindAllStringSubmatch(text, -1)) {
		switch name := file[1]; {
		case strings.Contains(strings.ToLower(name), "mtls0120"): // the check that a reader adds
		case name == "testdata/fuzz": // of each package with a fuzz target
		case strings.Contains(name, "/") && !there(t, name):
			t.Errorf("CONTRIBUTING.md names %s, which is not there", name)
		case !strings.Contains(name, "/") && !strings.Contains(name, "*") && !names[name]:
			t.Errorf("CONTRIBUTING.md names %s, which no folder has", name)
		}
	}
}

func there(t *testing.T, pattern string) bool {
	t.Helper()
	found, err := filepath.Glob(filepath.FromSlash(pattern))
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}

// everyName is the name of each file, whatever its folder.
func everyName(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(".", func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // another test's file came and went
			return nil
		}
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if err == nil {
			names[d.Name()] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
