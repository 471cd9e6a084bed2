package source

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// Environments are those of the files that Options name. The zero value has none.
type Environments struct {
	List []Environment
	// Problems and Notes are about what was found.
	Problems []resolve.Problem
	Notes    []manifest.Note

	repos []*repository
	// overlays says that they are kustomizations, each one by itself.
	overlays bool
}

// EnvironmentError is a choice among environments that was not made, or is none of them.
type EnvironmentError struct {
	// Name was asked for, "" where nobody did.
	Name string
	// Found are those that there are.
	Found *Environments
}

// Error implements error.
func (e *EnvironmentError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("the files deploy to %d environments: %s", len(e.Found.List), strings.Join(e.Found.Names(), ", "))
	}
	return fmt.Sprintf("environment %s: the files do not deploy to it", e.Name)
}

// All are the problems of all environments, each once.
func (e *Environments) All() []resolve.Problem {
	all := slices.Clone(e.Problems)
	seen := map[*deployed]bool{}
	for _, one := range e.List {
		for _, m := range one.members {
			if !seen[m] {
				seen[m] = true
				all = append(all, m.problems...)
			}
		}
	}
	slices.SortStableFunc(all, resolve.Problem.Compare)
	return slices.Compact(all)
}

// Names are those of the environments, sorted.
func (e *Environments) Names() []string {
	if e == nil {
		return nil
	}
	var names []string
	for _, one := range e.List {
		names = append(names, one.Name)
	}
	return names
}

// FindEnvironments finds what deploys the files of the directories that o names: nil where nothing does. Its
// error is that of ctx, or of a git revision.
func FindEnvironments(ctx context.Context, o Options) (*Environments, error) {
	o = o.withDefaults()
	var repos []*repository
	for _, name := range o.Files {
		if name == "-" {
			continue
		}
		r, err := openRepository(ctx, name)
		if err != nil {
			return nil, err
		}
		if r != nil {
			repos = append(repos, r)
		}
	}
	if len(repos) == 0 {
		return nil, nil
	}
	d, err := discover(ctx, o, repos)
	if err != nil || len(d.all) == 0 {
		return nil, err
	}
	e := &Environments{overlays: len(d.raw) == 0 || d.overlaid, List: d.environments(), Problems: d.problems, Notes: d.notes}
	for _, r := range repos {
		if slices.ContainsFunc(d.raw, func(one *deployed) bool { return one.repo == r }) {
			e.repos = append(e.repos, r)
		}
	}
	return e, nil
}

// Reads reports whether something of the files was rendered that more than a kustomization deploys, and
// that is not little beside what nothing deploys: else the files are read as they are.
func (e *Environments) Reads() bool {
	return e != nil && slices.ContainsFunc(e.List, func(one Environment) bool {
		return slices.ContainsFunc(one.members, func(m *deployed) bool { return len(m.texts) > 0 && m.Kind != "Overlay" })
	}) && !e.Aside()
}

// Aside reports several environments to which fewer files with workloads or Istio configuration are
// deployed than to none: samples in a repository that is for something else.
func (e *Environments) Aside() bool {
	if e == nil || len(e.List) < 2 {
		return false
	}
	texts, left := map[string]bool{}, 0
	for _, one := range e.List {
		for _, m := range one.members {
			for _, t := range m.texts {
				texts[t.name] = true
			}
		}
	}
	for _, r := range e.repos {
		left += len(e.leftOf(r, nil))
	}
	return left > len(texts)
}

// choose is the environment of a name.
func (e *Environments) choose(name string) (*Environment, error) {
	if e == nil {
		e = &Environments{}
	}
	if name == "" && len(e.List) == 1 {
		return &e.List[0], nil
	}
	for i := range e.List {
		if e.List[i].Name == name && name != "" {
			return &e.List[i], nil
		}
	}
	return nil, &EnvironmentError{name, e}
}

// readEnvironment reads what is deployed to an environment, and what o names beside the repositories.
func readEnvironment(ctx context.Context, o Options, found *Environments) (*Input, error) {
	env, err := found.choose(o.Environment)
	if err != nil {
		return nil, err
	}
	if found.overlays {
		o.Overlays, o.Environment, o.Deployed = []string{env.Name}, "", nil
		in, err := Read(ctx, o)
		if in != nil {
			in.Environment = env.Name
		}
		return in, err
	}
	l, err := found.listBeside(ctx, o)
	if err != nil {
		return nil, err
	}
	l.problems, l.notes = append(l.problems, found.Problems...), append(l.notes, found.Notes...)
	for _, m := range env.members {
		for _, t := range m.texts {
			if instead, there := o.Instead[t.name]; there && t.of == "" {
				t.open = func() ([]byte, error) { return instead, nil }
			}
			l.texts = append(l.texts, t)
		}
		l.problems, l.notes = append(l.problems, m.problems...), append(l.notes, m.notes...)
		if m.Suspended {
			l.notes = append(l.notes, manifest.Note{Position: m.at(), Message: m.Word() + " is suspended: what it deploys is not read"})
		}
	}
	l.notes = append(l.notes, env.revisions()...)
	in, err := l.read(ctx, o)
	if err != nil {
		return nil, err
	}
	in.label(env)
	in.Environment = env.Name
	return in, nil
}

// dirs are the directories of a repository that are deployed, with those on which their kustomizations build.
func (e *Environments) dirs(r *repository) []string {
	b, names := newBuilt(r), map[string]string{}
	for dir := range b.uses {
		names[r.shown(dir)] = dir
	}
	var list []string
	seen := map[string]bool{}
	var take func(shown string)
	take = func(shown string) {
		if seen[shown] {
			return
		}
		seen[shown] = true
		list = append(list, shown)
		for _, at := range b.uses[names[shown]] {
			take(r.shown(at))
		}
	}
	for _, one := range e.List {
		for _, m := range one.members {
			for i, dir := range m.dirs {
				if m.renderers[i] != string(deploy.Directory) || dir != r.shown(".") {
					take(dir)
					continue
				}
				for _, t := range m.texts { // what else is below the top of the repository is not deployed by that
					take(t.name)
				}
			}
		}
	}
	return list
}

// isUnder reports a file that is in a directory or below it.
func isUnder(dir, file string) bool {
	rest, ok := strings.CutPrefix(file, dir)
	return dir == "." || ok && (rest == "" || strings.HasSuffix(dir, ":") || rest[0] == '/' || rest[0] == '\\')
}

// label gives the namespaces that come with what is deployed their labels. What a manifest of the namespace
// says counts before it.
func (in *Input) label(env *Environment) {
	for _, m := range env.members {
		if !m.creates {
			continue
		}
		there := false
		for _, o := range in.Objects {
			if o.Kind == resolve.KindNamespace && o.Value.GetName() == m.Into {
				there = true
				o.Value.SetLabels(under(m.Labelled, o.Value.GetLabels()))
				o.Value.SetAnnotations(under(m.Annotated, o.Value.GetAnnotations()))
			}
		}
		if !there {
			in.Objects = append(in.Objects, m.namespace())
			in.Stats.Objects[resolve.KindNamespace]++
		}
	}
}

// under are labels with others over them.
func under(below, over map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range below {
		out[key] = value
	}
	for key, value := range over {
		out[key] = value
	}
	return out
}
