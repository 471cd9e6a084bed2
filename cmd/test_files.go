package cmd

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

// findTests reads the tests of files, and of all YAML files below directories.
func findTests(paths []string) ([]*expect.Test, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		below, err := yamlBelow(path)
		if err != nil {
			return nil, err
		}
		files = append(files, below...)
	}
	var tests []*expect.Test
	for _, file := range console.Unique(files) {
		text, err := readSmall(file)
		if err != nil {
			return nil, err
		}
		found, err := expect.Parse(filepath.ToSlash(file), text)
		if err != nil {
			return nil, testError(err)
		}
		tests = append(tests, found...)
	}
	if len(tests) == 0 {
		return nil, &console.Failure{Code: console.ExitInput, Message: "no test in " + console.Some(paths, 4) + ": nothing was checked", Hints: []string{
			"a test is a YAML document of kind MeshTest: mtlsctl test --help shows one",
		}}
	}
	return tests, nil
}

// testError is the failure of a file that has a test which cannot be read.
func testError(err error) error {
	return &console.Failure{Code: console.ExitInput, Message: err.Error(), Hints: []string{"mtlsctl test --help shows the fields of a MeshTest"}}
}

// yamlBelow are the YAML files below a directory, in lexical order.
func yamlBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case d.Type().IsRegular() && slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path)):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}
