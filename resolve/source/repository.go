package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	slashpath "path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

// repository is a directory of which deployments name directories: of a disk, or of a git revision.
// Nothing outside of it is read.
type repository struct {
	// word is what -f says; top is the directory in files.
	word, top string
	files     filesys.FileSystem
	// names are the paths of all files from top, sorted.
	names []string
	// below is where top is in its git repository, "" for the top of it; addresses are those of the
	// repository.
	below     string
	addresses []string
	// revision reads the files of a git revision, nil for a disk.
	revision *revision
}

// revision is a git revision that was found.
type revision struct {
	git  gitPath
	tree string
}

// mostNames is how many files of a repository are looked at.
const mostNames = 200_000

// largestFile is how large a file may be that somebody names as a manifest, or as values.
const largestFile = 16 << 20

// errLarge is said of a larger one.
var errLarge = errors.New("it has more than 16 MiB")

// openRepository lists the files of a directory, nil for what is none.
func openRepository(ctx context.Context, word string) (*repository, error) {
	if strings.HasPrefix(word, gitScheme) {
		return openRevision(ctx, word)
	}
	info, err := os.Stat(word)
	if err != nil || !info.IsDir() {
		return nil, nil // what cannot be read is told where it is read
	}
	r := &repository{word: word, top: filepath.Clean(word), files: confined{filesys.MakeFsOnDisk(), word}}
	err = filepath.WalkDir(r.top, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // which is told where it is read
		case e.IsDir() && (e.Name() == ".git" || isMounted(filepath.Dir(path), e.Name())):
			return fs.SkipDir
		case e.IsDir() || len(r.names) == mostNames:
			return ctx.Err()
		}
		name, err := filepath.Rel(r.top, path)
		r.names = append(r.names, filepath.ToSlash(name))
		return errors.Join(err, ctx.Err())
	})
	slices.Sort(r.names)
	r.placeInGit(ctx)
	return r, err
}

func openRevision(ctx context.Context, word string) (*repository, error) {
	g, err := parseGitPath(word)
	if err != nil {
		return nil, err
	}
	tree, top, err := g.find(ctx)
	if err != nil {
		return nil, err
	}
	entries, err := g.list(ctx, tree, top)
	if err != nil {
		return nil, err
	}
	r := &repository{word: word, top: "/" + top, below: top, revision: &revision{g, tree}}
	if len(entries) == 1 && entries[0].path == top {
		return nil, nil // a file
	}
	for _, e := range entries {
		if e.kind != "commit" && len(r.names) < mostNames {
			r.names = append(r.names, strings.TrimPrefix(strings.TrimPrefix(e.path, top), "/"))
		}
	}
	slices.Sort(r.names)
	if r.files, err = g.files(ctx, tree); err != nil {
		return nil, err
	}
	r.addresses = remotes(ctx, ".")
	return r, nil
}

// placeInGit finds the addresses of the git repository in which the directory is, and its place there.
func (r *repository) placeInGit(ctx context.Context) {
	r.addresses = remotes(ctx, r.top)
	if len(r.addresses) == 0 {
		return
	}
	if prefix, err := git(ctx, "", "-C", r.top, "rev-parse", "--show-prefix"); err == nil {
		r.below = strings.Trim(strings.TrimSpace(prefix), "/")
	}
}

// remotes are the addresses of a git repository.
func remotes(ctx context.Context, dir string) []string {
	out, err := git(ctx, "", "-C", dir, "config", "--local", "--get-regexp", `^remote\..*\.url$`)
	if err != nil {
		return nil
	}
	var list []string
	for line := range strings.Lines(out) {
		if _, address, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			list = append(list, address)
		}
	}
	return list
}

// Names implements deploy.Files.
func (r *repository) Names() []string { return r.names }

// Text implements deploy.Files.
func (r *repository) Text(name string) ([]byte, bool) {
	text, err := r.read(name)
	return text, err == nil
}

// read reads a file by its path from the top.
func (r *repository) read(name string) ([]byte, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, errOutside
	}
	return r.files.ReadFile(r.path(name))
}

// path is a file or directory of the repository in its file system.
func (r *repository) path(name string) string {
	if r.revision != nil {
		return slashpath.Join(r.top, name)
	}
	return filepath.Join(r.top, filepath.FromSlash(name))
}

// shown is a file or directory as positions say it.
func (r *repository) shown(name string) string {
	if r.revision != nil {
		return gitScheme + r.revision.git.revision + ":" + strings.TrimPrefix(slashpath.Join(r.top, name), "/")
	}
	return r.path(name)
}

// within is a path of the git repository from the top of what is read; ok is false where it is outside.
func (r *repository) within(path string) (name string, ok bool) {
	path = slashpath.Clean("/" + path)[1:]
	if r.below != "" {
		rest, inside := strings.CutPrefix(path+"/", r.below+"/")
		if !inside {
			return "", false
		}
		path = strings.TrimSuffix(rest, "/")
	}
	if path == "" {
		path = "."
	}
	return path, true
}

// isDir reports a directory.
func (r *repository) isDir(name string) bool { return r.files.IsDir(r.path(name)) }

// has reports a file.
func (r *repository) has(name string) bool {
	_, there := slices.BinarySearch(r.names, slashpath.Clean(name))
	return there
}

// chart is the chart of a directory, to be rendered.
func (r *repository) chart(ctx context.Context, dir string) (*chart, error) {
	c := &chart{at: r.shown(dir), asked: true}
	if r.revision == nil {
		at := r.path(dir)
		if !isBelow(r.top, at) {
			return nil, errOutside
		}
		c.files, c.besides = func() ([]helm.File, []string, error) { return helm.Folder(at) }, localBesides(r.top)
		return c, nil
	}
	g, tree, top := r.revision.git, r.revision.tree, strings.TrimPrefix(r.path(dir), "/")
	entries, err := g.list(ctx, tree, top)
	if err != nil {
		return nil, err
	}
	c.files, c.besides = g.chartFiles(ctx, tree, top, entries), g.gitBesides(ctx, tree)
	return c, nil
}

// kustomization is the file of a directory that kustomize reads, "" where there is none.
func (r *repository) kustomization(dir string) string {
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		if at := slashpath.Join(dir, name); r.has(at) {
			return at
		}
	}
	return ""
}

var _ deploy.Files = (*repository)(nil)
