package input

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// SideWord is BASE or HEAD as it was typed, taken apart.
type SideWord struct {
	Word string
	// One of them says what is read: paths, or a cluster, of which context "" is the
	// current one.
	File, Kustomize, Helm string
	Cluster               bool
	context               string
	// RevisionOnly is a git revision without a path: what -f and -k name, as it was there.
	RevisionOnly string
	// Found are the environments of the side, where they were looked for before; Without says that the one
	// that is read is not among them: nothing is deployed to it.
	Found   *source.Environments
	Without bool
}

// ParseSide takes BASE or HEAD apart; its error is for the person who typed it.
func ParseSide(word string) (SideWord, error) {
	s := SideWord{Word: word}
	switch scheme, rest, has := strings.Cut(word, ":"); {
	case word == "":
		return s, console.Usage("", "BASE and HEAD must not be empty")
	case scheme == "cluster" && has && rest == "":
		return s, console.Usage("kubectl config get-contexts lists them; cluster alone is the current one", "%q has no context", word)
	case scheme == "cluster":
		s.Cluster, s.context = true, rest
	case scheme == "kustomize" && has && rest == "":
		return s, console.Usage("for example kustomize:overlays/prod", "%q has no directory", word)
	case scheme == "kustomize" && has:
		s.Kustomize = rest
	case scheme == "helm" && has && rest == "":
		return s, console.Usage("for example helm:charts/pay,values-prod.yaml", "%q has no chart", word)
	case scheme == "helm" && has:
		s.Helm = rest
	default:
		s.File = word
	}
	return s, nil
}

// ReadSide reads one side with the flags as they are otherwise.
func (f Flags) ReadSide(ctx context.Context, w SideWord, s console.Streams) (*source.Input, *Flags, error) {
	flags := f.ofSide(w)
	switch {
	case w.Without:
		return &source.Input{Environment: f.deployed.environment, Stats: source.Stats{Objects: map[resolve.Kind]int{}, Skipped: map[string]int{}}}, &flags, nil
	case w.Cluster && w.context != "":
		in, err := flags.readNamed(ctx, w.context, s)
		return in, &flags, console.InputError(err)
	}
	in, err := flags.Read(ctx, s)
	return in, &flags, console.InputError(err)
}

// SideEnvironments are those that the files of a side deploy to, nil where they are read as they are.
func (f Flags) SideEnvironments(ctx context.Context, w SideWord, s console.Streams) (*source.Environments, error) {
	flags := f.ofSide(w)
	if len(flags.Files) == 0 {
		return nil, nil
	}
	found, err := flags.Environments(ctx, s)
	if !found.Reads() {
		return nil, err
	}
	return found, err
}

// ofSide are the flags that read a side.
func (f Flags) ofSide(w SideWord) Flags {
	flags := f
	flags.Files, flags.Kustomize, flags.Charts.Helm, flags.deployed.found = nil, nil, nil, w.Found
	switch {
	case w.Cluster:
	case w.RevisionOnly != "":
		flags.Files, flags.Kustomize = atRevision(w.RevisionOnly, f.Files), atRevision(w.RevisionOnly, f.Kustomize)
		flags.Charts = f.Charts.atRevision(w.RevisionOnly)
	case w.Kustomize != "":
		flags.Kustomize = []string{w.Kustomize}
	case w.Helm != "":
		flags.Charts.Helm = []string{w.Helm}
	default:
		flags.Files = []string{w.File}
	}
	return flags
}

// atRevision are paths as they were at a git revision.
func atRevision(revision string, paths []string) []string {
	var out []string
	for _, p := range paths {
		out = append(out, "git:"+revision+":./"+filepath.ToSlash(FromHere(p)))
	}
	return out
}

// FromHere is a path as seen from the working directory.
func FromHere(path string) string {
	dir, err := os.Getwd()
	if err != nil || !filepath.IsAbs(path) {
		return path
	}
	if short, err := filepath.Rel(dir, path); err == nil {
		return short
	}
	return path
}

// Path is what is read of files, "" for a cluster and for RevisionOnly.
func (s SideWord) Path() string {
	chart, _, _ := strings.Cut(s.Helm, ",")
	return s.File + s.Kustomize + chart
}

// Revision is the git revision that a side is of, "" for none.
func (s SideWord) Revision() string {
	if s.RevisionOnly != "" {
		return s.RevisionOnly
	}
	return source.RevisionOf(s.Path())
}
