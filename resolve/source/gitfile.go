package source

import (
	"context"
	slashpath "path"
	"strings"
)

// RevisionOf is the revision of a path git:REV:PATH, "" for any other path.
func RevisionOf(path string) string {
	if !strings.HasPrefix(path, gitScheme) {
		return ""
	}
	g, err := parseGitPath(path)
	if err != nil {
		return ""
	}
	return g.revision
}

// FileOf reads a file of a git revision; path is from the current directory. found is false
// where the revision has no such file.
func FileOf(ctx context.Context, revision, path string) (text []byte, found bool, err error) {
	g := gitPath{gitScheme + revision + ":" + path, revision, "./" + path}
	tree, top, err := g.find(ctx)
	if err != nil {
		return nil, false, err
	}
	return g.blob(ctx, tree, top)
}

// NearestOf reads the file of a name that a git revision has in the current directory, else
// in the nearest one above it; at is its place from the top of the repository.
func NearestOf(ctx context.Context, revision, name string) (at string, text []byte, found bool, err error) {
	g := gitPath{gitScheme + revision + ":./", revision, "."}
	tree, dir, err := g.find(ctx)
	if err != nil {
		return "", nil, false, err
	}
	for {
		at = slashpath.Join(dir, name)
		if text, found, err = g.blob(ctx, tree, at); found || err != nil || dir == "" {
			return at, text, found, err
		}
		if dir = slashpath.Dir(dir); dir == "." {
			dir = ""
		}
	}
}

// blob is a file of the tree.
func (g gitPath) blob(ctx context.Context, tree, path string) ([]byte, bool, error) {
	listed, err := git(ctx, "", "ls-tree", "-z", "--full-tree", tree, "--", path)
	if err != nil {
		return nil, false, &GitError{Word: g.word, Reason: err.Error()}
	}
	meta, _, _ := strings.Cut(strings.TrimSuffix(listed, "\x00"), "\t")
	fields := strings.Fields(meta)
	if len(fields) != 3 || fields[1] != "blob" || fields[0] == "120000" {
		return nil, false, nil
	}
	text, err := git(ctx, "", "cat-file", "blob", fields[2])
	if err != nil {
		return nil, false, &GitError{Word: g.word, Reason: err.Error()}
	}
	return []byte(text), true, nil
}
