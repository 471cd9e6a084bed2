package source

import (
	"fmt"
	"os"
	slashpath "path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
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
		paths, err := k.patches()
		if err != nil && len(paths) > 0 {
			l.problems = append(l.problems, k.problem(fmt.Sprintf("%v; the files that it names as patches are not read", err)))
		}
		for _, patch := range paths {
			if k.encloses(patch) {
				patches[k.beside(patch)] = true
			} else {
				l.problems = append(l.problems, k.problem(fmt.Sprintf("patch %s lies outside of the folder of its kustomization, which kustomize refuses; it is read as what it is", patch)))
			}
		}
	}
	if len(patches) == 0 {
		return
	}
	for i, t := range l.texts {
		l.texts[i].patch = patches[identity(t.name)]
	}
}

func (k kustomization) problem(message string) resolve.Problem {
	return resolve.Problem{Position: resolve.Position{File: k.name}, Message: message, Hint: "kustomize build " + filepath.Dir(k.name) + " says what is wrong with it"}
}

// beside is the identity of a file that the kustomization names.
func (k kustomization) beside(file string) string {
	if strings.HasPrefix(k.name, gitScheme) {
		at := strings.LastIndexByte(k.name, ':') + 1
		return k.name[:at] + slashpath.Join(slashpath.Dir(k.name[at:]), file)
	}
	return identity(filepath.Join(filepath.Dir(k.name), file))
}

// encloses reports whether a file is in the folder of the kustomization or below: a
// kustomization has no say in what lies elsewhere.
func (k kustomization) encloses(file string) bool {
	folder := k.beside(".")
	if strings.HasSuffix(folder, ":.") { // the top of a revision
		return !strings.HasPrefix(slashpath.Clean(file), "..")
	}
	return strings.HasPrefix(filepath.ToSlash(k.beside(file)), strings.TrimSuffix(filepath.ToSlash(folder), "/")+"/")
}

// patches are the paths that the kustomization lists as patches. The error is why kustomize
// refuses it: the paths are then those that it seems to list.
func (k kustomization) patches() (paths []string, err error) {
	var valid types.Kustomization
	if err = valid.Unmarshal(k.data); err != nil {
		return k.seeming(), err
	}
	for _, p := range valid.Patches {
		paths = append(paths, p.Path)
	}
	//lint:ignore SA1019 kustomize still reads it
	for _, p := range valid.PatchesJson6902 {
		paths = append(paths, p.Path)
	}
	//lint:ignore SA1019 kustomize still reads it
	for _, p := range valid.PatchesStrategicMerge {
		if !strings.Contains(string(p), "\n") {
			paths = append(paths, string(p))
		}
	}
	return slices.DeleteFunc(paths, func(p string) bool { return p == "" }), nil
}

// seeming are the paths of patches in what is no kustomization, or was one once.
func (k kustomization) seeming() []string {
	var paths []string
	for _, d := range manifest.Split(k.name, k.data) {
		top, err := d.Parse()
		if err != nil {
			continue
		}
		for _, list := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
			paths = append(paths, patchPaths(manifest.Follow(manifest.Child(top, list)))...)
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
		path := manifest.Scalar(n, "path")
		if n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "\n") {
			path = n.Value
		}
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}
