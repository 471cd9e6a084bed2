package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// kustomizing: the library keeps its OpenAPI schema in a package variable.
var kustomizing sync.Mutex

// kustomizeText is what "kubectl kustomize dir" would print. The lines of its
// objects are those of that output.
//
// Nothing is fetched unless remote says so.
func kustomizeText(ctx context.Context, dir string, o Options) text {
	return text{name: dir + " (kustomize)", built: true, open: func() ([]byte, error) {
		return kustomized(ctx, filesys.MakeFsOnDisk(), dir, dir, o)
	}}
}

// kustomized is what kustomize builds of a directory. What it lacks of it is a *partialError beside
// the text.
func kustomized(ctx context.Context, files filesys.FileSystem, dir, name string, o Options) ([]byte, error) {
	found := search(files, dir)
	if len(found.found) > 0 && !o.AllowRemote {
		return nil, &kustomizeError{name, &remoteError{append(found.found, found.absent...)}}
	}
	offline, lacks, err := found.prepare(ctx, name, o)
	if err != nil {
		return nil, err
	}
	text, err := build(offline, dir, name)
	if err != nil && len(found.absent) > 0 && !o.AllowRemote { // what is left does not fit together
		return nil, &kustomizeError{name, &remoteError{found.absent}}
	}
	if err == nil && len(lacks) > 0 {
		err = &partialError{lacks}
	}
	return text, err
}

// partialError is what a text lacks that was read all the same.
type partialError struct{ lacks []resolve.Problem }

// Error implements error.
func (e *partialError) Error() string { return e.lacks[0].Message }

func build(files filesys.FileSystem, dir, name string) ([]byte, error) {
	kustomizing.Lock()
	defer kustomizing.Unlock()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, dir)
	if err != nil {
		return nil, &kustomizeError{name, err}
	}
	text, err := resources.AsYaml()
	if err != nil && strings.Contains(err.Error(), "map[interface {}]") { // json has no such keys
		err = errNumberKeys
	}
	if err != nil {
		return nil, &kustomizeError{name, err}
	}
	return text, nil
}

// errNumberKeys is what kustomize makes of the usual form of portLevelMtls.
var errNumberKeys = errors.New("it cannot write keys that are numbers, such as the ports of portLevelMtls")

// most is the size up to which the files of a revision are there for kustomize: what
// is larger is no manifest, and a repository may have many.
const most = 1 << 20

// gitKustomizeText is what kustomize would build of a directory of a git revision. It
// finds what the directory refers to in the same revision.
func gitKustomizeText(ctx context.Context, word string, o Options) (text, error) {
	g, err := parseGitPath(word)
	if err != nil {
		return text{}, err
	}
	tree, top, err := g.find(ctx)
	if err != nil {
		return text{}, err
	}
	if _, err := g.list(ctx, tree, top); err != nil { // that there is such a directory
		return text{}, err
	}
	return text{name: word + " (kustomize)", named: true, built: true, open: func() ([]byte, error) {
		files, err := g.files(ctx, tree)
		if err != nil {
			return nil, err
		}
		return kustomized(ctx, files, "/"+top, word, o)
	}}, nil
}

// files are those of a revision, in memory.
func (g gitPath) files(ctx context.Context, tree string) (filesys.FileSystem, error) {
	entries, err := g.list(ctx, tree, "")
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e gitEntry) bool { return e.kind == "commit" || e.size > most })
	contents, err := g.contents(ctx, tree, entries)
	if err != nil {
		return nil, err
	}
	files := filesys.MakeFsInMemory()
	for i, e := range entries {
		if contents[i].data != nil {
			err = errors.Join(err, files.WriteFile("/"+e.path, contents[i].data))
		}
	}
	return files, err
}

// kustomizeError is a kustomization that cannot be built.
type kustomizeError struct {
	dir string
	err error
}

// Error implements error.
func (e *kustomizeError) Error() string { return fmt.Sprintf("kustomize: %v", e.err) }

// Unwrap gives kustomize's own error.
func (e *kustomizeError) Unwrap() error { return e.err }

func (e *kustomizeError) problem() resolve.Problem {
	p := resolve.Problem{
		Position: resolve.Position{File: e.dir},
		Message:  e.Error(),
		Hint:     "the answer does not contain it; kubectl kustomize " + shell.Word(e.dir) + " fails the same way",
	}
	var remote *remoteError
	if errors.As(e.err, &remote) {
		p.Hint = "the answer does not contain it; --allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -"
	}
	if errors.Is(e.err, errNumberKeys) {
		p.Hint = `write them in quotation marks, "8080": Istio accepts both; kubectl kustomize ` + e.dir + " fails the same way"
	}
	return p
}
