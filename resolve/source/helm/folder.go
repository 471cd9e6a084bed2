package helm

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/ignore"
)

// mostFiles is how many files a chart may have.
const mostFiles = 20_000

// Folder reads the files of a chart from its directory. Left are those that it passes over,
// each with the reason: links that lead out of the chart, and what is no file. The error is an
// *Error where there is too much of the chart, else that of the system.
func Folder(dir string) (files []File, left []string, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	w := &walker{root: root, rules: ignore.Empty()}
	if text, err := root.ReadFile(ignore.HelmIgnore); err == nil {
		if rules, err := ignore.Parse(bytes.NewReader(text)); err == nil {
			w.rules = rules
		}
	}
	w.rules.AddDefaults()
	// Before anything is read: a directory that somebody names a chart may be any directory.
	if info, err := root.Stat("Chart.yaml"); err != nil || !info.Mode().IsRegular() {
		return nil, nil, &Error{Reason: "there is no file Chart.yaml in it"}
	}
	top, err := root.Stat(".")
	if err != nil {
		return nil, nil, err
	}
	err = w.directory(".", []fs.FileInfo{top})
	slices.SortFunc(w.files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return w.files, w.left, err
}

// walker collects the files of a chart. Nothing that it opens is outside of the root.
type walker struct {
	root  *os.Root
	rules *ignore.Rules
	files []File
	left  []string
	size  int64
}

// directory takes what is in a directory; above are those that lead to it, so that a link to one
// of them is not followed for ever.
func (w *walker) directory(name string, above []fs.FileInfo) error {
	entries, err := fs.ReadDir(w.root.FS(), name)
	if err != nil {
		return err
	}
	for _, e := range entries {
		at := path.Join(name, e.Name())
		info, err := w.root.Stat(at)
		switch {
		case err != nil && e.Type()&fs.ModeSymlink != 0:
			w.left = append(w.left, at+" is a link that leads out of the chart, or to nothing")
			continue
		case err != nil:
			return err
		case w.rules.Ignore(at, info):
			continue
		case info.IsDir():
			if slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }) {
				w.left = append(w.left, at+" is a link to a directory that it is in")
				continue
			}
			err = w.directory(at, append(slices.Clone(above), info))
		default:
			err = w.file(at, info)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) file(name string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() { // nobody may ever write to a pipe
		w.left = append(w.left, name+" is not a regular file")
		return nil
	}
	if err := w.room(name, info.Size()); err != nil {
		return err
	}
	f, err := w.root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, archive.MaxDecompressedFileSize))
	if err != nil {
		return err
	}
	w.files = append(w.files, File{name, data})
	return nil
}

// room is why a file is one too many.
func (w *walker) room(name string, size int64) error {
	w.size += size
	switch {
	case size > archive.MaxDecompressedFileSize:
		return &Error{Reason: fmt.Sprintf("%s has more than %d MiB, the most that Helm reads of a file", name, archive.MaxDecompressedFileSize>>20)}
	case w.size > archive.MaxDecompressedChartSize:
		return &Error{Reason: fmt.Sprintf("its files have more than %d MiB", archive.MaxDecompressedChartSize>>20)}
	case len(w.files) == mostFiles:
		return &Error{Reason: fmt.Sprintf("it has more than %d files", mostFiles)}
	}
	return nil
}

// Kept are the files that Helm does not ignore, of a chart that was not read from a directory.
func Kept(files []File) ([]File, error) {
	w := &walker{rules: ignore.Empty()}
	for _, f := range files {
		if f.Name == ignore.HelmIgnore {
			if rules, err := ignore.Parse(bytes.NewReader(f.Data)); err == nil {
				w.rules = rules
			}
		}
	}
	w.rules.AddDefaults()
	for _, f := range files {
		if w.ignores(f.Name) {
			continue
		}
		if err := w.room(f.Name, int64(len(f.Data))); err != nil {
			return nil, err
		}
		w.files = append(w.files, f)
	}
	return w.files, nil
}

// ignores reports a file that Helm ignores, or that is in a directory that it ignores.
func (w *walker) ignores(name string) bool {
	parts := strings.Split(name, "/")
	for i := range parts {
		if w.rules.Ignore(strings.Join(parts[:i+1], "/"), entry{parts[i], i+1 < len(parts)}) {
			return true
		}
	}
	return false
}

// entry is what the rules ask of a file.
type entry struct {
	name string
	dir  bool
}

// Name implements fs.FileInfo.
func (e entry) Name() string { return e.name }

// Size implements fs.FileInfo.
func (e entry) Size() int64 { return 0 }

// Mode implements fs.FileInfo.
func (e entry) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir
	}
	return 0
}

// ModTime implements fs.FileInfo.
func (e entry) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (e entry) IsDir() bool { return e.dir }

// Sys implements fs.FileInfo.
func (e entry) Sys() any { return nil }
