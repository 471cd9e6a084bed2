package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	slashpath "path"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// gitScheme begins a path of a git revision: git:REV:PATH.
const gitScheme = "git:"

// gitPath is git:REV:PATH taken apart: PATH is from the top of the repository, or
// from the current directory where it begins with ./ or ../, as in git show.
type gitPath struct{ word, revision, path string }

func parseGitPath(word string) (gitPath, error) {
	revision, p, _ := strings.Cut(strings.TrimPrefix(word, gitScheme), ":")
	if revision == "" {
		return gitPath{}, &GitError{word, "has no revision", "for example git:main:deploy/ or git:HEAD~1:./deploy"}
	}
	return gitPath{word, revision, p}, nil
}

// GitError is why a git revision cannot be read.
type GitError struct {
	// Word is what was asked for; Reason why it cannot be had; Hint what to do.
	Word, Reason, Hint string
}

// Error implements error.
func (e *GitError) Error() string { return e.Word + ": " + e.Reason }

// AbsentError is a path that a git revision does not have.
type AbsentError struct{ *GitError }

// Unwrap makes it a GitError too.
func (e *AbsentError) Unwrap() error { return e.GitError }

// gitEntry is a file of a revision.
type gitEntry struct {
	kind   string // "blob", "commit" for a submodule, "link"
	object string
	path   string
	size   int
}

// gitArgument lists the files of a revision like those of a directory.
func (l *listing) gitArgument(ctx context.Context, word string) error {
	g, err := parseGitPath(word)
	if err != nil {
		return err
	}
	tree, top, err := g.find(ctx)
	if err != nil {
		return err
	}
	entries, err := g.list(ctx, tree, top)
	if err != nil {
		return err
	}
	before := len(l.texts)
	if !l.raw {
		entries = l.gitCharts(ctx, g, tree, top, entries)
	}
	if err := l.gitEntries(ctx, g, tree, top, entries); err != nil {
		return err
	}
	if len(l.texts) == before {
		l.note(g.word, "no .yaml, .yml or .json file in this directory", "")
	}
	return nil
}

// find is the tree of the revision, and the path from its top.
func (g gitPath) find(ctx context.Context) (tree, top string, err error) {
	if tree, err = g.tree(ctx); err == nil {
		top, err = g.fromTop(ctx)
	}
	return tree, top, err
}

// tree is the tree of the revision.
func (g gitPath) tree(ctx context.Context) (string, error) {
	out, err := git(ctx, "", "rev-parse", "--quiet", "--verify", "--end-of-options", g.revision+"^{tree}")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", &GitError{g.word, "git is not installed", "git show and kubectl kustomize can write the revision to files"}
	case err != nil && strings.Contains(err.Error(), "not a git repository"):
		return "", &GitError{g.word, "the current directory is not in a git repository", "run it in the repository"}
	case err != nil && strings.Contains(err.Error(), "dubious ownership"):
		return "", &GitError{g.word, "git does not trust the repository: it belongs to another user", "to trust it: git config --global --add safe.directory DIR"}
	case err != nil:
		return "", &GitError{g.word, fmt.Sprintf("the repository has no revision %q", g.revision), "git branch -a lists branches; in a shallow clone, as in CI, fetch it first: git fetch --depth 1 origin " + shell.Word(g.revision) + ", then use FETCH_HEAD"}
	}
	return strings.TrimSpace(out), nil
}

// fromTop is the path from the top of the repository, "" for all of it.
func (g gitPath) fromTop(ctx context.Context) (string, error) {
	p := g.path
	if p == "." || p == ".." || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") {
		prefix, err := git(ctx, "", "rev-parse", "--show-prefix")
		if err != nil {
			return "", &GitError{g.word, err.Error(), ""}
		}
		p = slashpath.Join(strings.TrimSuffix(prefix, "\n"), p)
	}
	p = slashpath.Clean(p)
	if p == ".." || strings.HasPrefix(p, "../") || strings.HasPrefix(p, "/") {
		return "", &GitError{g.word, "the path is outside the repository", "paths of a revision are from its top, or from the current directory with ./"}
	}
	return strings.TrimPrefix(p, "."), nil
}

// list lists every file at or below a path, in the order in which a directory is
// read.
func (g gitPath) list(ctx context.Context, tree, top string) ([]gitEntry, error) {
	args := []string{"ls-tree", "-r", "-l", "-z", "--full-tree", tree}
	if top != "" {
		args = append(args, "--", top)
	}
	out, err := git(ctx, "", args...)
	if err != nil {
		return nil, &GitError{g.word, err.Error(), ""}
	}
	var entries []gitEntry
	for record := range strings.SplitSeq(out, "\x00") {
		meta, name, ok := strings.Cut(record, "\t")
		fields := strings.Fields(meta)
		if !ok || len(fields) != 4 {
			continue
		}
		e := gitEntry{kind: fields[1], object: fields[2], path: name}
		e.size, _ = strconv.Atoi(fields[3]) // "-" for a submodule
		if fields[0] == "120000" {
			e.kind = "link"
		}
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return nil, &AbsentError{&GitError{g.word, fmt.Sprintf("revision %s has no %s", g.revision, cmp.Or(top, "file")), "paths of a revision are from its top, or from the current directory with ./"}}
	}
	slices.SortFunc(entries, func(a, b gitEntry) int {
		return slices.Compare(strings.Split(a.path, "/"), strings.Split(b.path, "/"))
	})
	return entries, nil
}

// gitEntries takes the manifests among the files, and what kustomizations say of
// them.
func (l *listing) gitEntries(ctx context.Context, g gitPath, tree, top string, entries []gitEntry) error {
	var wanted []gitEntry
	for _, e := range entries {
		name := gitScheme + g.revision + ":" + e.path
		switch named := e.path == top; {
		case !named && (!isManifest(e.path) && !manifest.IsKustomization(e.path) || slices.Contains(strings.Split(slashpath.Dir(e.path), "/"), ".git")):
			if e.kind == "commit" {
				l.note(name, "a submodule is not read", "")
			}
		case e.kind == "commit":
			l.note(name, "a submodule is not read", "")
		case !l.again(name):
			wanted = append(wanted, e)
		}
	}
	texts, err := g.contents(ctx, tree, wanted)
	if err != nil {
		return err
	}
	for i, e := range wanted {
		l.gitText(g, e, top, texts[i])
	}
	return nil
}

func (l *listing) gitText(g gitPath, e gitEntry, top string, content gitContent) {
	name := gitScheme + g.revision + ":" + e.path
	switch {
	case content.data == nil && content.what == "tree":
		l.note(name, "a link to a directory is not followed", "-f "+name+" reads it")
		return
	case content.data == nil:
		l.note(name, "a link to a file outside the revision is not followed", "")
		return
	}
	if manifest.IsKustomization(e.path) {
		l.kustomizations = append(l.kustomizations, kustomization{name, content.data})
	}
	if isManifest(e.path) || e.path == top {
		l.texts = append(l.texts, text{name: name, named: e.path == top, open: func() ([]byte, error) { return content.data, nil }})
	}
}
