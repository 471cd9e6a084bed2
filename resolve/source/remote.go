package source

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// remoteError is a kustomization that names what is not among the files at hand. kustomize
// would fetch it, by HTTP or git: a repository that somebody else writes could make a
// pipeline call anything.
type remoteError struct{ names []string }

// Error implements error.
func (e *remoteError) Error() string {
	return "it names files that are not local, and nothing is fetched: " + strings.Join(e.names, ", ")
}

// search looks at a kustomization and at those that it leads to.
func search(files filesys.FileSystem, dir string) *remoteSearch {
	s := &remoteSearch{files: files, seen: map[string]bool{}}
	s.directory(filepath.Clean(dir))
	return s
}

// remoteSearch finds what kustomizations name and the files do not have.
type remoteSearch struct {
	files filesys.FileSystem
	seen  map[string]bool
	// found is what nothing can be built without, absent what the rest is built without, each
	// with the file that names it.
	found, absent []string
	// kustomizations are those that were looked at.
	kustomizations []*reached
}

// reached is a kustomization that a build leads to.
type reached struct {
	dir, file string
	text      []byte
	// absent are entries of resources, bases, components and generators that the files do not have.
	absent []string
	// without is true where a patch, or a file of a generated ConfigMap or Secret, is not among the files.
	without bool
}

// addable are the fields whose entries add objects, buildable those whose entries are files or
// directories with kustomizations, loaded those whose entries are files.
//
// What adds objects, or only checks them, can be left out, and so can a patch that has a target: with the
// objects that it is for. All else may change any object.
var (
	addable   = []string{"resources", "bases", "components", "generators", "validators", "crds"}
	buildable = []string{"transformers"}
	loaded    = []string{"configurations", "patchesStrategicMerge"}
	aimedAt   = []string{"patches", "patchesJson6902"}
	withPath  = []string{"replacements"}
	ofPairs   = []string{"configMapGenerator", "secretGenerator"}
)

func (s *remoteSearch) directory(dir string) {
	if s.seen[dir] {
		return
	}
	s.seen[dir] = true
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		file := filepath.Join(dir, name)
		if text, err := s.files.ReadFile(file); err == nil {
			s.kustomization(dir, file, text)
		}
	}
}

func (s *remoteSearch) kustomization(dir, file string, text []byte) {
	top, err := manifest.ParseYAML(text)
	if err != nil || top == nil {
		return // kustomize says what is wrong with it
	}
	k := &reached{dir: dir, file: file, text: text}
	s.kustomizations = append(s.kustomizations, k)
	for _, key := range addable {
		for _, entry := range texts(manifest.Child(top, key)) {
			if !s.build(dir, entry) {
				k.absent, s.absent = append(k.absent, entry), named(s.absent, file, entry)
			}
		}
	}
	for _, key := range buildable {
		for _, entry := range texts(manifest.Child(top, key)) {
			if !s.build(dir, entry) {
				s.found = named(s.found, file, entry)
			}
		}
	}
	for _, key := range loaded {
		for _, entry := range texts(manifest.Child(top, key)) {
			s.load(dir, file, entry)
		}
	}
	for _, key := range aimedAt {
		for _, one := range elements(manifest.Child(top, key)) {
			path := manifest.Scalar(one, "path")
			if target := manifest.Child(one, "target"); target != nil && s.isElsewhere(dir, path) {
				k.without, s.absent = true, named(s.absent, file, path)
				continue
			}
			s.load(dir, file, path)
		}
	}
	for _, key := range withPath {
		for _, one := range elements(manifest.Child(top, key)) {
			s.load(dir, file, manifest.Scalar(one, "path"))
		}
	}
	for _, key := range ofPairs {
		for _, one := range elements(manifest.Child(top, key)) {
			for _, entry := range slices.Concat(texts(manifest.Child(one, "files")), texts(manifest.Child(one, "envs")), []string{manifest.Scalar(one, "env")}) {
				if s.isElsewhere(dir, pathOf(entry)) {
					k.without, s.absent = true, named(s.absent, file, pathOf(entry))
				}
			}
		}
	}
	s.load(dir, file, manifest.Scalar(top, "openapi", "path"))
}

// build follows an entry that kustomize builds; false means that there is none.
func (s *remoteSearch) build(dir, entry string) bool {
	at := filepath.Join(dir, entry)
	switch {
	case inline(entry):
	case filepath.IsAbs(entry) && s.files.Exists(entry):
		s.directory(filepath.Clean(entry))
	case !s.files.Exists(at):
		return false
	case s.files.IsDir(at):
		s.directory(at)
	}
	return true
}

// load looks at an entry that kustomize reads as a file: only an address leads elsewhere.
func (s *remoteSearch) load(dir, file, entry string) {
	if s.isElsewhere(dir, entry) {
		s.found = named(s.found, file, entry)
	}
}

// isElsewhere reports the address of a file.
func (s *remoteSearch) isElsewhere(dir, entry string) bool {
	return !inline(entry) && strings.Contains(entry, "://") && !s.files.Exists(filepath.Join(dir, entry))
}

// named adds an entry, with the file that it stands in.
func named(list []string, file, entry string) []string {
	if text := fmt.Sprintf("%s (in %s)", withoutUser(entry), file); !slices.Contains(list, text) {
		list = append(list, text)
	}
	return list
}

// inline reports an entry that is YAML itself, or none.
func inline(entry string) bool { return entry == "" || strings.Contains(entry, "\n") }

// pathOf is the path of KEY=PATH.
func pathOf(entry string) string {
	if _, path, keyed := strings.Cut(entry, "="); keyed && !strings.Contains(entry[:strings.Index(entry, "=")], "://") {
		return path
	}
	return entry
}

// withoutUser is an address without what a password may be in: nothing before an @ is told.
func withoutUser(address string) string {
	scheme, rest, has := strings.Cut(address, "://")
	if !has {
		scheme, rest = "", address
	}
	authority, path, _ := strings.Cut(rest, "/")
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		authority = "***" + authority[i:]
	}
	out := authority
	if strings.Contains(rest, "/") {
		path, _, _ = strings.Cut(path, "?")
		out += "/" + path
	}
	if has {
		return scheme + "://" + out
	}
	return out
}

// elements are those of a list, none for anything else.
func elements(n *yaml.Node) []*yaml.Node {
	if n = manifest.Follow(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

func texts(n *yaml.Node) []string {
	var out []string
	for _, c := range elements(n) {
		if c = manifest.Follow(c); c != nil && c.Kind == yaml.ScalarNode {
			out = append(out, c.Value)
		}
	}
	return out
}
