package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// planRecord is the file by which a folder is known as that of a plan.
const planRecord = "plan.json"

// folderRecord is what it holds.
type folderRecord struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Plan       string `json:"plan"`
	// Whole is false while a run writes, and after one that was interrupted.
	Whole bool `json:"whole"`
	// Files are the digests of the others, by their paths below the folder.
	Files map[string]string `json:"files"`
}

// planFolder is the folder of --out.
type planFolder struct {
	dir string
	was folderRecord
	// root is the folder while it is written to: nothing leads out of it.
	root *os.Root
}

// openFolder looks at a folder before anything is read: nil for "". One with files that
// no plan wrote, or that somebody changed since, is left alone.
func openFolder(dir string) (*planFolder, error) {
	if dir == "" {
		return nil, nil
	}
	f := &planFolder{dir: dir}
	if at, err := os.Lstat(dir); err == nil && at.Mode()&fs.ModeSymlink != 0 {
		return nil, console.Usage("name the folder itself", "--out %s: it is a link", dir)
	}
	root, err := os.OpenRoot(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f, nil
	case err != nil:
		return nil, f.unusable(err)
	}
	defer root.Close()
	text, err := root.ReadFile(planRecord)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, f.unusable(err)
	case json.Unmarshal(text, &f.was) != nil || f.was.Kind != "PlanFolder":
		return nil, console.Usage("name another folder", "--out %s: mtlsctl did not write its %s", dir, planRecord)
	}
	for name := range f.was.Files {
		if !planFile.MatchString(name) {
			return nil, console.Usage("name another folder", "--out %s: its %s names %q, which is not a file of a plan", dir, planRecord, name)
		}
	}
	return f, f.check(root)
}

// planFile are the names of a plan's files: nobody can make it remove another one by writing
// its name into the record.
var planFile = regexp.MustCompile(`^(README\.md|[0-9]{2,}-[a-z-]+/(rollback/)?[a-z]+\.yaml)$`)

func (f *planFolder) unusable(err error) error {
	return console.Usage("it must be a writable folder", "--out %s: %s", f.dir, err)
}

// check refuses a folder with files of somebody else, and with links.
func (f *planFolder) check(root *os.Root) error {
	err := fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		digest, ours := f.was.Files[name]
		switch {
		case !d.Type().IsRegular():
			return console.Usage("name an empty folder, or move the file away", "--out %s: %s is not a regular file", f.dir, name)
		case name == planRecord && f.was.Kind != "":
			return nil
		case strings.HasSuffix(name, temporary): // of a run that was interrupted
			return root.Remove(name)
		case !ours:
			return console.Usage("name an empty folder, or move the file away", "--out %s: %s is not a file of a plan", f.dir, name)
		case !f.was.Whole:
			return nil // an interrupted run: nobody knows how far it came
		}
		text, err := root.ReadFile(name)
		if err == nil && digestOf(text) != digest {
			return console.Usage("move it away, or name another folder", "--out %s: %s was changed since the plan was written", f.dir, name)
		}
		return err
	})
	var known *console.Failure
	if err != nil && !errors.As(err, &known) {
		return f.unusable(err)
	}
	return err
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// put writes one file whole, or not at all, below the folder and nowhere else.
func (f *planFolder) put(name string, text []byte) error {
	if dir := path.Dir(name); dir != "." {
		if err := f.root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return writeIn(f.root, name, 0o644, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// record writes what the folder holds.
func (f *planFolder) record(id string, whole bool, files map[string]string) error {
	text, err := json.MarshalIndent(folderRecord{wire.APIVersion, "PlanFolder", id, whole, files}, "", "  ")
	if err != nil {
		return err
	}
	return f.put(planRecord, append(text, '\n'))
}

// drop removes files, and the folders that they leave empty.
func (f *planFolder) drop(names []string) error {
	for _, name := range names {
		if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for dir := path.Dir(name); dir != "." && f.root.Remove(dir) == nil; {
			dir = path.Dir(dir)
		}
	}
	return nil
}

// replace makes the files those of a plan, and nothing else but kept ones of the run
// before. The record says first that this is going on, and the runbook, with which a
// person begins, comes last: what was interrupted looks like it.
func (f *planFolder) replace(id string, files map[string][]byte, keep func(name string) bool) (err error) {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return err
	}
	if f.root, err = os.OpenRoot(f.dir); err != nil {
		return err
	}
	defer f.root.Close()
	after, all := map[string]string{}, map[string]string{}
	var gone []string
	for name, digest := range f.was.Files {
		all[name] = digest
		if _, again := files[name]; !again && keep(name) {
			after[name] = digest
		} else if !again {
			gone = append(gone, name)
		}
	}
	for name, text := range files {
		after[name] = digestOf(text)
		all[name] = after[name]
	}
	slices.Sort(gone)
	if err := console.FirstError(f.record(id, false, all), f.drop([]string{startPage})); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != startPage {
			if err := f.put(name, files[name]); err != nil {
				return err
			}
		}
	}
	if err := f.drop(gone); err != nil {
		return err
	}
	if err := f.put(startPage, files[startPage]); err != nil {
		return fmt.Errorf("write the runbook: %w", err)
	}
	return f.record(id, true, after)
}
