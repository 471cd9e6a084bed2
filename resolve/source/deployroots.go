package source

import (
	"maps"
	slashpath "path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
)

// roots are the deployments that somebody applies by hand: those that no other one deploys. Where a
// kustomization builds of one, the kustomization is applied.
func (d *discovery) roots() []*deployed {
	overlays := map[*repository]*built{}
	var out []*deployed
	seen := map[string]bool{}
	for _, one := range d.raw {
		if d.covered(one) {
			continue
		}
		if overlays[one.repo] == nil {
			overlays[one.repo] = newBuilt(one.repo)
		}
		by := overlays[one.repo].reaching(one.written)
		for _, dir := range by {
			at := one.repo.shown(dir)
			if !seen[at] {
				seen[at] = true
				out = append(out, overlayOf(one.repo, dir))
			}
		}
		if len(by) == 0 {
			out = append(out, one)
		}
	}
	if len(out) == 0 { // all of them deploy each other
		out = d.raw
	}
	return out
}

// overlays are the kustomizations that no other one builds on, for repositories in which nothing else deploys.
func (d *discovery) overlays() []*deployed {
	var out []*deployed
	for _, r := range d.repos {
		b := newBuilt(r)
		for _, dir := range slices.Sorted(maps.Keys(b.uses)) {
			if !b.based[dir] {
				out = append(out, overlayOf(r, dir))
			}
		}
	}
	return out
}

// overlayOf is a kustomization that is applied by hand.
func overlayOf(r *repository, dir string) *deployed {
	return &deployed{
		Deployment: deploy.Deployment{Kind: "Overlay", Name: dir, File: r.shown(r.kustomization(dir)), Sources: []deploy.Source{{Path: dir, Renderer: deploy.Kustomize}}},
		repo:       r,
	}
}

// covered reports a deployment that is written below what another one deploys.
func (d *discovery) covered(one *deployed) bool {
	return slices.ContainsFunc(d.raw, func(other *deployed) bool {
		if other == one || other.repo != one.repo || other.File == one.File && other.Line == one.Line {
			return false
		}
		return slices.ContainsFunc(other.Sources, func(s deploy.Source) bool {
			dir, ok := d.localDir(other, &s)
			return ok && s.Path != "" && dir != "." && d.deploysFile(other, &s, dir, one.written)
		})
	})
}

// deploysFile reports whether a source deploys a file of a directory: all files below, but for a directory
// of which only the files right in it are read.
func (d *discovery) deploysFile(of *deployed, s *deploy.Source, dir, file string) bool {
	rest, below := strings.CutPrefix(file, dir+"/")
	if !below {
		return false
	}
	flat := s.Renderer != deploy.Helm && !s.Generates && !s.Recurse && of.repo.kustomization(dir) == "" && !of.repo.has(slashpath.Join(dir, "Chart.yaml"))
	if flat && strings.Contains(rest, "/") {
		return false
	}
	return deploy.Includes(s.Include, s.Exclude, rest)
}

// built are the kustomizations of a repository, and what each builds of.
type built struct {
	repo *repository
	// uses are the files and directories that the kustomization of a directory names.
	uses map[string][]string
	// based are the directories that others build on.
	based map[string]bool
}

func newBuilt(r *repository) *built {
	b := &built{repo: r, uses: map[string][]string{}, based: map[string]bool{}}
	for _, name := range r.names {
		switch slashpath.Base(name) {
		case "kustomization.yaml", "kustomization.yml", "Kustomization":
		default:
			continue
		}
		text, err := r.read(name)
		var spec types.Kustomization
		if err != nil || spec.Unmarshal(text) != nil {
			continue // which is told where it is read
		}
		dir := slashpath.Dir(name)
		b.uses[dir] = nil
		//lint:ignore SA1019 kustomize still reads it
		for _, entry := range slices.Concat(spec.Resources, spec.Bases, spec.Components) {
			at := slashpath.Join(dir, entry)
			b.uses[dir] = append(b.uses[dir], at)
			if r.kustomization(at) != "" {
				b.based[at] = true
			}
		}
		if spec.Kind == types.ComponentKind {
			b.based[dir] = true
		}
	}
	return b
}

// reaching are the directories whose kustomizations build of a file, and on which no other one builds.
func (b *built) reaching(file string) []string {
	var out []string
	for dir := range b.uses {
		if !b.based[dir] && b.reaches(dir, file, map[string]bool{}) {
			out = append(out, dir)
		}
	}
	slices.Sort(out)
	return out
}

func (b *built) reaches(dir, file string, seen map[string]bool) bool {
	if seen[dir] {
		return false
	}
	seen[dir] = true
	return slices.ContainsFunc(b.uses[dir], func(at string) bool {
		return at == file || b.reaches(at, file, seen)
	})
}
