package source

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// markPatchFiles finds the files that a kustomization of the read directories
// lists as patches. Taken as objects they would replace the ones that they change.
func (l *listing) markPatchFiles() {
	patches := map[string]bool{}
	for _, file := range l.kustomizations {
		for _, patch := range patchesOf(file) {
			patches[identity(filepath.Join(filepath.Dir(file), patch))] = true
		}
	}
	if len(patches) == 0 {
		return
	}
	for i, t := range l.texts {
		l.texts[i].patch = patches[identity(t.name)]
	}
}

// patchesOf are the paths that a kustomization lists as patches. What is wrong
// with the file is not said here: it is read as a document too.
func patchesOf(file string) []string {
	data, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(data, []byte("patches")) {
		return nil
	}
	var paths []string
	for _, d := range split(file, data) {
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
