package source

import (
	"context"
	"fmt"
	slashpath "path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// An overlay is a kustomization that no other one builds on: what somebody applies.

// OverlayError is a name that no overlay of the files has.
type OverlayError struct {
	// Name was asked for, Known are the overlays that there are, sorted.
	Name  string
	Known []string
}

// Error implements error.
func (e *OverlayError) Error() string {
	return fmt.Sprintf("overlay %s: no kustomization in the files that others do not build on has this name", e.Name)
}

// family is how the kustomizations of the files build on each other.
type family struct {
	*reaching
	overlays []kustomization
	// bases are the kustomizations that one builds on, by their folders.
	bases map[string][]string
}

func (l *listing) family() *family {
	f := &family{reaching: l.reaching(), bases: map[string][]string{}}
	based := map[string]bool{}
	for _, k := range l.kustomizations {
		at, spec, ok := f.folder(k.beside("."))
		if !ok {
			continue
		}
		//lint:ignore SA1019 kustomize still reads it
		for _, name := range slices.Concat(spec.Resources, spec.Bases, spec.Components) {
			if _, _, there := f.folder(at.beside(name)); there {
				base := at.beside(name)
				based[base], f.bases[k.beside(".")] = true, append(f.bases[k.beside(".")], base)
			}
		}
	}
	for _, k := range l.kustomizations {
		if _, spec, ok := f.folder(k.beside(".")); ok && !based[k.beside(".")] && spec.Kind != types.ComponentKind {
			f.overlays = append(f.overlays, k)
		}
	}
	return f
}

// word is the folder of a kustomization as -k takes it.
func (k kustomization) word() string {
	if !strings.HasPrefix(k.name, gitScheme) {
		return filepath.Dir(k.name)
	}
	at := strings.LastIndexByte(k.name, ':') + 1
	return k.name[:at] + strings.TrimPrefix(slashpath.Dir(k.name[at:]), ".")
}

// called reports whether a kustomization has a name: its folder, or the end of its path.
func (k kustomization) called(name string) bool {
	folder := filepath.ToSlash(k.word())
	if strings.HasPrefix(folder, gitScheme) {
		folder = folder[strings.LastIndexByte(folder, ':')+1:]
	}
	name = slashpath.Clean(filepath.ToSlash(name))
	return folder == name || strings.HasSuffix(folder, "/"+name)
}

// holds reports a file that is in the folder of the kustomization, or below.
func (k kustomization) holds(file string) bool {
	folder, at := k.beside("."), identity(file)
	if top, ok := strings.CutSuffix(folder, ":."); ok { // of a revision
		return strings.HasPrefix(at, top+":")
	}
	return strings.HasPrefix(filepath.ToSlash(at), strings.TrimSuffix(filepath.ToSlash(folder), "/")+"/")
}

// chooseOverlays builds the overlays of the listing that are asked for, in the place of the files
// that kustomizations build of. The files that no kustomization has a part in stay.
func (l *listing) chooseOverlays(ctx context.Context, o Options) error {
	if len(o.Overlays) == 0 {
		l.tellShared()
		return nil
	}
	f := l.family()
	var chosen []kustomization
	for _, name := range o.Overlays {
		before := len(chosen)
		for _, k := range f.overlays {
			if k.called(name) {
				chosen = append(chosen, k)
			}
		}
		if len(chosen) == before {
			e := &OverlayError{Name: name}
			for _, k := range f.overlays {
				e.Known = append(e.Known, k.word())
			}
			slices.Sort(e.Known)
			return e
		}
	}
	l.withoutKustomized(f)
	for i, k := range chosen {
		word := k.word()
		if slices.ContainsFunc(chosen[:i], func(other kustomization) bool { return other.name == k.name }) {
			continue
		}
		t := kustomizeText(ctx, word, o)
		if strings.HasPrefix(word, gitScheme) {
			var err error
			if t, err = gitKustomizeText(ctx, word, o); err != nil {
				return err
			}
		}
		l.texts = append(l.texts, t)
	}
	l.kustomizations = nil
	return nil
}

// withoutKustomized takes the files out that kustomizations build of, and what else is below their
// folders, such as patches of the past: nobody applies it by itself. What they do not list is told.
func (l *listing) withoutKustomized(f *family) {
	listed := map[string]bool{}
	for _, k := range l.kustomizations {
		listed[identity(k.name)] = true
		_, spec, ok := f.folder(k.beside("."))
		if !ok {
			continue
		}
		f.resources(k, spec, &alteration{}, listed, map[string]bool{})
		for _, name := range f.named(k, spec) {
			listed[k.beside(name)] = true
		}
	}
	var unlisted []string
	l.texts = slices.DeleteFunc(l.texts, func(t text) bool {
		switch {
		case t.named: // by whom it is asked for knows why
			return false
		case listed[identity(t.name)]:
			return true
		case slices.ContainsFunc(l.kustomizations, func(k kustomization) bool { return k.holds(t.name) }):
			unlisted = append(unlisted, t.name)
			return true
		}
		return false
	})
	if len(unlisted) == 0 {
		return
	}
	message := fmt.Sprintf("%d files below kustomizations that no kustomization lists, not read: ", len(unlisted))
	if len(unlisted) == 1 {
		message = "1 file below a kustomization that no kustomization lists, not read: "
	}
	const most = 5
	if len(unlisted) > most {
		message += strings.Join(unlisted[:most], ", ") + fmt.Sprintf(" and %d more", len(unlisted)-most)
	} else {
		message += strings.Join(unlisted, ", ")
	}
	l.notes = append(l.notes, manifest.Note{Message: message, Hint: "-f reads one that is applied by itself"})
}

// named are the other files and directories that a kustomization names.
func (f *family) named(k kustomization, spec *types.Kustomization) []string {
	names, _ := k.patches() // what is wrong with it is told elsewhere
	names = slices.Concat(names, spec.Crds, spec.Configurations, spec.Generators, spec.Transformers, spec.Validators)
	for _, r := range spec.Replacements {
		names = append(names, r.Path)
	}
	home := types.HelmDefaultHome
	if spec.HelmGlobals != nil && spec.HelmGlobals.ChartHome != "" {
		home = spec.HelmGlobals.ChartHome
	}
	for _, c := range spec.HelmCharts {
		names = append(append(names, c.ValuesFile, filepath.Join(home, c.Name), filepath.Join(home, c.Name+"-"+c.Version, c.Name)), c.AdditionalValuesFiles...)
	}
	for _, g := range spec.ConfigMapGenerator {
		for _, file := range slices.Concat(g.FileSources, g.EnvSources) {
			names = append(names, pathOf(file))
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// tellShared says that several overlays build on one base: read as files they are applied to one
// another.
func (l *listing) tellShared() {
	if len(l.kustomizations) < 3 {
		return // two overlays and their base
	}
	f := l.family()
	users := map[string][]string{}
	for _, k := range f.overlays {
		for _, base := range f.bases[k.beside(".")] {
			users[base] = append(users[base], k.word())
		}
	}
	var shared []string
	for _, words := range users {
		if len(words) > 1 {
			shared = append(shared, words...)
		}
	}
	if slices.Sort(shared); len(shared) == 0 {
		return
	}
	shared = slices.Compact(shared)
	l.notes = append(l.notes, manifest.Note{
		Message: fmt.Sprintf("%d overlays build on the same base, and their files are read as if all of them were applied together: %s", len(shared), strings.Join(shared[:min(len(shared), 5)], ", ")),
		Hint:    "--overlay NAME reads what one of them applies; " + slashpath.Base(filepath.ToSlash(shared[0])) + " is such a NAME",
	})
}
