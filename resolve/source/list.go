package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// listing collects the texts that the arguments name.
type listing struct {
	texts    []text
	problems []resolve.Problem
	notes    []manifest.Note
	seen     map[string]bool
	// kustomizations are the kustomization files of the directories.
	kustomizations []kustomization
	// raw says that charts are read as they are; asked are those that releases name.
	raw   bool
	asked map[string]bool
	// root is the directory that is listed.
	root string
}

func listTexts(ctx context.Context, o Options) (*listing, error) {
	l := &listing{seen: map[string]bool{}, raw: o.Unrendered, asked: map[string]bool{}}
	var errs []error
	for _, r := range o.Releases {
		l.asked[identity(r.Chart)] = true
	}
	for _, dir := range o.deployed {
		l.asked[identity(dir)] = true
	}
	for _, name := range o.Files {
		errs = append(errs, l.argument(ctx, name, o))
	}
	for _, t := range o.Texts {
		l.texts = append(l.texts, text{name: t.Name, named: true, open: func() ([]byte, error) { return t.Data, nil }})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := l.chooseOverlays(ctx, o); err != nil {
		return nil, err
	}
	for _, dir := range o.Kustomize {
		if strings.HasPrefix(dir, gitScheme) {
			t, err := gitKustomizeText(ctx, dir, o)
			l.texts, errs = append(l.texts, t), append(errs, err)
			continue
		}
		if _, err := os.Stat(dir); err != nil {
			errs = append(errs, fmt.Errorf("build %s: %w", dir, reason(err)))
		}
		l.texts = append(l.texts, kustomizeText(ctx, dir, o))
	}
	for _, r := range o.Releases {
		errs = append(errs, l.release(ctx, r))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := l.render(ctx, o); err != nil {
		return nil, err
	}
	l.markPatchFiles()
	l.tellUndrawn()
	for i := range l.texts {
		if l.texts[i].of != "" {
			continue // what is rendered is no text of a file
		}
		if instead, there := o.Instead[l.texts[i].name]; there {
			l.texts[i].open = func() ([]byte, error) { return instead, nil }
		}
	}
	return l, nil
}

func (l *listing) argument(ctx context.Context, name string, o Options) error {
	if strings.HasPrefix(name, gitScheme) {
		return l.gitArgument(ctx, name)
	}
	if name == "-" {
		if !l.again("-") {
			l.texts = append(l.texts, stdinText(o.Stdin))
		}
		return nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return &fs.PathError{Op: "read", Path: name, Err: reason(err)}
	}
	if !info.IsDir() {
		l.file(name, true)
		return nil
	}
	before := len(l.texts)
	l.root = name
	if err := l.directory(name); err != nil {
		return &fs.PathError{Op: "read", Path: name, Err: reason(err)}
	}
	if len(l.texts) == before {
		l.note(name, "no .yaml, .yml or .json file in this directory", "")
	}
	return nil
}

// directory takes the files of dir in lexical order. A directory below it that
// cannot be listed is a problem, dir itself is the caller's error.
func (l *listing) directory(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	own := l.chartIn(dir, entries)
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if own && chartOwns(e.Name()) {
			continue
		}
		if err := l.entry(dir, path, e); err != nil {
			l.unreadable(path, err)
		}
	}
	return nil
}

// entry takes one entry of a directory. Its error is that of listing a directory.
func (l *listing) entry(dir, path string, e fs.DirEntry) error {
	if manifest.IsKustomization(path) {
		l.kustomize(path)
	}
	kind, linked := kindOf(path, e)
	switch {
	case kind.IsDir() && (e.Name() == ".git" || isMounted(dir, e.Name())):
	case kind.IsDir() && linked:
		l.note(path, "a link to a directory is not followed", "-f "+path+" reads it")
	case kind.IsDir():
		return l.directory(path)
	case !isManifest(e.Name()):
	case !kind.IsRegular(): // nobody may ever write to a pipe
		l.note(path, "not a regular file, and not opened", "-f "+path+" reads it")
	default:
		l.file(path, false)
	}
	return nil
}

func (l *listing) file(path string, named bool) {
	if !l.again(path) {
		l.texts = append(l.texts, fileText(path, named))
	}
}

// again reports whether path was listed before, by whatever spelling.
func (l *listing) again(path string) bool {
	key := identity(path)
	seen := l.seen[key]
	l.seen[key] = true
	return seen
}

// identity is the same for every spelling of a path.
func identity(path string) string {
	if strings.HasPrefix(path, gitScheme) {
		return path
	}
	if abs, err := filepath.Abs(path); err == nil && path != "-" {
		return abs
	}
	return path
}

func (l *listing) note(path, message, hint string) {
	l.notes = append(l.notes, manifest.Note{Position: resolve.Position{File: path}, Message: message, Hint: hint})
}

func (l *listing) unreadable(path string, err error) {
	l.problems = append(l.problems, unreadable(path, err))
}

func unreadable(path string, err error) resolve.Problem {
	return resolve.Problem{
		Position: resolve.Position{File: path},
		Message:  "cannot be read: " + reason(err).Error(),
		Hint:     "everything in it is missing from the answer; check its permissions",
	}
}

func isManifest(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// kindOf is the type of a file, or of what a link leads to. A link to nothing
// counts as a file: opening it says what is wrong.
func kindOf(path string, e fs.DirEntry) (kind fs.FileMode, linked bool) {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type(), false
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, true
	}
	return info.Mode().Type(), true
}

// reason is the part of err that does not repeat the path.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
