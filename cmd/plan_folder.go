package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/render"
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
}

// openFolder looks at a folder before anything is read: nil for "". One with files that
// no plan wrote, or that somebody changed since, is left alone.
func openFolder(dir string) (*planFolder, error) {
	if dir == "" {
		return nil, nil
	}
	f := &planFolder{dir: dir}
	text, err := os.ReadFile(filepath.Join(dir, planRecord))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, usage("it has to be a folder that can be written to", "--out %s: %s", dir, err)
	case json.Unmarshal(text, &f.was) != nil || f.was.Kind != "PlanFolder":
		return nil, usage("name another folder", "--out %s: its %s is none that mtlsctl wrote", dir, planRecord)
	}
	return f, f.check()
}

// check refuses a folder with files of somebody else.
func (f *planFolder) check() error {
	err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(f.dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		digest, ours := f.was.Files[name]
		switch {
		case name == planRecord && f.was.Kind != "" || strings.HasSuffix(name, temporary):
			return nil
		case !ours:
			return usage("name a folder of its own, or move the file away", "--out %s: %s is no file of a plan", f.dir, name)
		case !f.was.Whole:
			return nil // an interrupted run: nobody knows how far it came
		}
		text, err := os.ReadFile(path)
		if err == nil && digestOf(text) != digest {
			return usage("move it away, or name another folder", "--out %s: somebody changed %s since the plan was written", f.dir, name)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var known *failure
	if err != nil && !errors.As(err, &known) {
		return usage("it has to be a folder that can be written to", "--out %s: %s", f.dir, err)
	}
	return err
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// temporary ends the names of files that are not yet whole.
const temporary = ".mtlsctl-new"

// put writes one file whole, or not at all.
func (f *planFolder) put(name string, text []byte) error {
	path := filepath.Join(f.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+temporary, text, 0o644); err != nil {
		return err
	}
	return os.Rename(path+temporary, path)
}

// record writes what the folder holds.
func (f *planFolder) record(id string, whole bool, files map[string]string) error {
	text, err := json.MarshalIndent(folderRecord{render.APIVersion, "PlanFolder", id, whole, files}, "", "  ")
	if err != nil {
		return err
	}
	return f.put(planRecord, append(text, '\n'))
}

// drop removes files, and the folders that they leave empty.
func (f *planFolder) drop(names []string) error {
	for _, name := range names {
		path := filepath.Join(f.dir, filepath.FromSlash(name))
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for dir := filepath.Dir(path); dir != filepath.Clean(f.dir) && os.Remove(dir) == nil; {
			dir = filepath.Dir(dir)
		}
	}
	return nil
}

// replace makes the files those of a plan, and nothing else but kept ones of the run
// before. The record says first that this is going on, and the runbook, with which a
// person begins, comes last: what was interrupted looks like it.
func (f *planFolder) replace(id string, files map[string][]byte, keep func(name string) bool) error {
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
	if err := firstError(f.record(id, false, all), f.drop([]string{runbook})); err != nil {
		return err
	}
	for _, name := range sortedKeys(files) {
		if name != runbook {
			if err := f.put(name, files[name]); err != nil {
				return err
			}
		}
	}
	if err := f.drop(gone); err != nil {
		return err
	}
	if err := f.put(runbook, files[runbook]); err != nil {
		return fmt.Errorf("write the runbook: %w", err)
	}
	return f.record(id, true, after)
}
