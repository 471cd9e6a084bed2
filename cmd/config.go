package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// configName is the file that is looked for from the working directory upwards.
const configName = ".mtlsctl.yaml"

// configFlags say where the configuration of a project is.
type configFlags struct{ file string }

func (f *configFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.file, "config", "", "read the project's rules and exceptions from `FILE` (default: .mtlsctl.yaml, from the working directory upwards)")
	console.Carry(c.Flags(), "config")
}

// read reads the file that is named, else the nearest one, else nothing.
func (f *configFlags) read() (*project.Config, error) {
	file := f.file
	if file == "" {
		if file = nearestConfig("."); file == "" {
			return &project.Config{}, nil
		}
	}
	text, err := readSmall(file)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return parseConfig(shortPath(file), text)
}

func parseConfig(name string, text []byte) (*project.Config, error) {
	c, err := project.Parse(name, text)
	if err != nil {
		return nil, &console.Failure{Code: console.ExitInput, Message: err.Error(), Hints: []string{
			"an exception has namespace, name, mode, owner and reason; optionally kind, ports and expires",
			"an ignore rule has a reason, and one of code, kind, namespace, name and labels; optionally expires",
		}}
	}
	return c, nil
}

// readExceptions is read for a command that wants the exceptions only. One that has ended
// counts no more, and is said.
func (f *configFlags) readExceptions(s console.Streams) (*project.Config, error) {
	c, err := f.read()
	if err != nil {
		return nil, err
	}
	sayEnded(s, c)
	return c, nil
}

// sayEnded names the exceptions that have ended.
func sayEnded(s console.Streams, c *project.Config) {
	for _, e := range c.Ended(s.Now()) {
		console.Note(s, "note: %s: the exception for %s/%s expired on %s and no longer applies", e.At, e.Namespace, e.Name, project.LastDay(e.Expires))
	}
}

// sayIdle names the exceptions that are about no port of the mesh: a name that is
// misspelled would keep nothing out.
func sayIdle(s console.Streams, c *project.Config, m *mesh.Mesh) {
	for _, e := range project.NewRegister(c, m, s.Now()) {
		if e.State == project.Idle {
			console.Note(s, "note: %s: the exception for %s/%s matches no port of the input", e.At, e.Namespace, e.Name)
		}
	}
}

// nearestConfig is the configuration of a directory, else the nearest one above it up to the
// top of the git repository or the home directory, "" for none. Above these, and where there
// is neither, a file is somebody else's.
func nearestConfig(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for _, at := range upTo(dir) {
		file := filepath.Join(at, configName)
		if _, missing := os.Lstat(file); !errors.Is(missing, fs.ErrNotExist) {
			return file
		}
	}
	return ""
}

// upTo are a directory and those above it, up to the top of what is the user's own.
func upTo(dir string) []string {
	home, _ := os.UserHomeDir()
	var up []string
	for at := dir; ; at = filepath.Dir(at) {
		up = append(up, at)
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil || at == filepath.Clean(home) {
			return up
		}
		if filepath.Dir(at) == at {
			return up[:1]
		}
	}
}

// shortPath is a path as seen from the working directory, where that is no longer.
func shortPath(file string) string {
	dir, err := os.Getwd()
	if err != nil {
		return file
	}
	if short, err := filepath.Rel(dir, file); err == nil && len(short) < len(file) {
		return short
	}
	return file
}
