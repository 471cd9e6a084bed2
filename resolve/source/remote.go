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
	return "it names what is no local file, and nothing is fetched: " + strings.Join(e.names, ", ")
}

// remotes are what a kustomization, and those that it leads to, name and the files do not
// have, each with the file that names it.
func remotes(files filesys.FileSystem, dir string) []string {
	s := &remoteSearch{files: files, seen: map[string]bool{}}
	s.directory(filepath.Clean(dir))
	return s.found
}

type remoteSearch struct {
	files filesys.FileSystem
	seen  map[string]bool
	found []string
}

// buildable are the fields whose entries are files or directories with kustomizations, loaded
// those whose entries are files.
var (
	buildable = []string{"resources", "bases", "components", "generators", "transformers", "validators"}
	loaded    = []string{"crds", "configurations", "patchesStrategicMerge"}
	withPath  = []string{"patches", "patchesJson6902", "replacements"}
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
	for _, key := range buildable {
		for _, entry := range texts(manifest.Child(top, key)) {
			s.build(dir, file, entry)
		}
	}
	for _, key := range loaded {
		for _, entry := range texts(manifest.Child(top, key)) {
			s.load(dir, file, entry)
		}
	}
	for _, key := range withPath {
		for _, one := range elements(manifest.Child(top, key)) {
			s.load(dir, file, manifest.Scalar(one, "path"))
		}
	}
	for _, key := range ofPairs {
		for _, one := range elements(manifest.Child(top, key)) {
			for _, field := range []string{"files", "envs"} {
				for _, entry := range texts(manifest.Child(one, field)) {
					s.load(dir, file, pathOf(entry))
				}
			}
			s.load(dir, file, manifest.Scalar(one, "env"))
		}
	}
	s.load(dir, file, manifest.Scalar(top, "openapi", "path"))
}

// build follows an entry that kustomize builds.
func (s *remoteSearch) build(dir, file, entry string) {
	at := filepath.Join(dir, entry)
	switch {
	case inline(entry):
	case filepath.IsAbs(entry) && s.files.Exists(entry):
		s.directory(filepath.Clean(entry))
	case !s.files.Exists(at):
		s.missing(file, entry)
	case s.files.IsDir(at):
		s.directory(at)
	}
}

// load looks at an entry that kustomize reads as a file: only an address leads elsewhere.
func (s *remoteSearch) load(dir, file, entry string) {
	if !inline(entry) && strings.Contains(entry, "://") && !s.files.Exists(filepath.Join(dir, entry)) {
		s.missing(file, entry)
	}
}

func (s *remoteSearch) missing(file, entry string) {
	if text := fmt.Sprintf("%s (in %s)", withoutUser(entry), file); !slices.Contains(s.found, text) {
		s.found = append(s.found, text)
	}
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
