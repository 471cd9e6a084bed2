package source

import (
	"bytes"
	"os"
	slashpath "path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// kustomization is a kustomization file among what is read.
type kustomization struct {
	name string
	data []byte
}

// kustomize takes a kustomization file. What is wrong with it is not said here: it is
// read as a document too.
func (l *listing) kustomize(path string) {
	if data, err := os.ReadFile(path); err == nil {
		l.kustomizations = append(l.kustomizations, kustomization{path, data})
	}
}

// markPatchFiles finds the files that a kustomization of the read directories
// lists as patches. Taken as objects they would replace the ones that they change.
func (l *listing) markPatchFiles() {
	patches := map[string]bool{}
	for _, k := range l.kustomizations {
		for _, patch := range k.patches() {
			patches[k.beside(patch)] = true
		}
	}
	if len(patches) == 0 {
		return
	}
	for i, t := range l.texts {
		l.texts[i].patch = patches[identity(t.name)]
	}
}

// beside is the identity of a file that the kustomization names.
func (k kustomization) beside(file string) string {
	if strings.HasPrefix(k.name, gitScheme) {
		at := strings.LastIndexByte(k.name, ':') + 1
		return k.name[:at] + slashpath.Join(slashpath.Dir(k.name[at:]), file)
	}
	return identity(filepath.Join(filepath.Dir(k.name), file))
}

// patches are the paths that the kustomization lists as patches.
func (k kustomization) patches() []string {
	if !bytes.Contains(k.data, []byte("patches")) {
		return nil
	}
	var paths []string
	for _, d := range split(k.name, k.data) {
		top, err := d.parse()
		if err != nil {
			continue
		}
		for _, list := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
			paths = append(paths, patchPaths(follow(child(top, list)))...)
		}
	}
	return paths
}

// patchPaths reads one list: of paths, of objects with a path, of inline texts.
func patchPaths(list *yaml.Node) []string {
	var paths []string
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	for _, n := range list.Content {
		path := scalar(n, "path")
		if n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "\n") {
			path = n.Value
		}
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// patches counts the documents of a patch file, whatever they hold.
func (b *batch) patches(docs []document) {
	for _, d := range docs {
		if d.blank() || d.item != nil && !d.item.first {
			continue
		}
		b.count(d)
		b.mark(markPatch, resolve.Position{File: d.file, Line: d.line}, "")
	}
}
