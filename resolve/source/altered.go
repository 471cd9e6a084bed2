package source

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// Alteration is what a kustomization that was read past does to an object: what is applied is
// not what was read.
type Alteration struct {
	// Folder is the kustomization's, as -k takes it.
	Folder string
	// How says what it does: "patches Deployment pay", "moves it to namespace shop".
	How string
	// Moves is true where it changes the name or the namespace, and nothing in the object.
	Moves bool
}

// alteration is a kustomization that was read past, and what it does to what it reaches.
type alteration struct {
	folder    string
	namespace string
	renames   bool
	patches   []patched
}

// patched are the objects that a patch is for.
type patched struct{ kind, name *regexp.Regexp }

// Alterations are the kustomizations of directories that were read past, by the files that they
// reach. The zero value is none.
type Alterations map[string][]*alteration

// Of is what kustomizations do to an object of a file; ok is false where they do nothing to it.
func (l Alterations) Of(ref resolve.Ref, file string) (a Alteration, ok bool) {
	for _, k := range l[identity(file)] {
		switch {
		case slices.ContainsFunc(k.patches, func(p patched) bool { return p.kind.MatchString(ref.Kind.Word()) && p.name.MatchString(ref.Name) }):
			return Alteration{k.folder, fmt.Sprintf("patches %s %s", ref.Kind.Word(), ref.Name), false}, true
		case k.namespace != "" && ref.Namespace != "" && k.namespace != ref.Namespace:
			return Alteration{k.folder, fmt.Sprintf("moves %s %s to namespace %s", ref.Kind.Word(), ref.Name, k.namespace), true}, true
		case k.renames:
			return Alteration{k.folder, fmt.Sprintf("renames %s %s", ref.Kind.Word(), ref.Name), true}, true
		}
	}
	return Alteration{}, false
}

// alterations are those of the kustomizations of the directories, by the files that these reach.
func (l *listing) alterations() Alterations {
	if len(l.kustomizations) == 0 {
		return nil
	}
	r := l.reaching()
	out := Alterations{}
	for _, k := range l.kustomizations {
		var spec types.Kustomization
		if spec.Unmarshal(k.data) != nil {
			continue // which is a problem of its own
		}
		a := &alteration{folder: filepath.Dir(k.name), namespace: spec.Namespace, renames: spec.NamePrefix != "" || spec.NameSuffix != ""}
		a.patches = r.patches(k, &spec)
		files := map[string]bool{}
		r.resources(k, &spec, a, files, map[string]bool{})
		if a.namespace == "" && !a.renames && len(a.patches) == 0 {
			continue
		}
		for file := range files {
			out[file] = append(out[file], a)
		}
	}
	return out
}

func (l *listing) reaching() *reaching {
	r := &reaching{texts: map[string]text{}, byFolder: map[string]kustomization{}}
	for _, t := range l.texts {
		r.texts[identity(t.name)] = t
	}
	for _, k := range l.kustomizations {
		r.byFolder[k.beside(".")] = k
	}
	return r
}

// reaching finds what kustomizations name among what was read.
type reaching struct {
	texts    map[string]text
	byFolder map[string]kustomization
}

// resources adds the files that a kustomization builds of, and takes in what its components do.
func (r *reaching) resources(k kustomization, spec *types.Kustomization, a *alteration, files, seen map[string]bool) {
	if folder := k.beside("."); seen[folder] {
		return
	} else {
		seen[folder] = true
	}
	//lint:ignore SA1019 kustomize still reads it
	for _, name := range slices.Concat(spec.Resources, spec.Bases) {
		at := k.beside(name)
		if _, read := r.texts[at]; read {
			files[at] = true
		}
		if next, inner, ok := r.folder(at); ok {
			r.resources(next, inner, &alteration{}, files, seen) // whose own changes are told of itself
		}
	}
	for _, name := range spec.Components {
		if next, inner, ok := r.folder(k.beside(name)); ok {
			a.patches = append(a.patches, r.patches(next, inner)...)
			a.renames = a.renames || inner.NamePrefix != "" || inner.NameSuffix != ""
			r.resources(next, inner, a, files, seen)
		}
	}
}

func (r *reaching) folder(at string) (kustomization, *types.Kustomization, bool) {
	k, ok := r.byFolder[at]
	var spec types.Kustomization
	return k, &spec, ok && spec.Unmarshal(k.data) == nil
}

// patches are those of a kustomization that change more than what a container runs.
func (r *reaching) patches(k kustomization, spec *types.Kustomization) []patched {
	var out []patched
	list := slices.Clone(spec.Patches)
	//lint:ignore SA1019 kustomize still reads it
	list = append(list, spec.PatchesJson6902...)
	//lint:ignore SA1019 kustomize still reads it
	for _, p := range spec.PatchesStrategicMerge {
		one := types.Patch{Path: string(p)}
		if strings.Contains(one.Path, "\n") {
			one = types.Patch{Patch: one.Path}
		}
		list = append(list, one)
	}
	for _, p := range list {
		data := []byte(p.Patch)
		if t, read := r.texts[k.beside(p.Path)]; p.Path != "" && read {
			data, _ = t.open() // what cannot be opened is a problem of its own
		}
		out = append(out, patchedBy(data, p.Target)...)
	}
	return out
}

// patchedBy are the objects that a patch is for: its target, or those that it holds.
func patchedBy(data []byte, target *types.Selector) []patched {
	var out []patched
	for _, d := range manifest.Split("", data) {
		var value any
		if yaml.Unmarshal(d.Data, &value) != nil || trivial(value) {
			continue
		}
		if target != nil {
			out = append(out, newPatched(target.Kind, target.Name))
			continue
		}
		object, _ := value.(map[string]any)
		metadata, _ := object["metadata"].(map[string]any)
		kind, _ := object["kind"].(string)
		name, _ := metadata["name"].(string)
		if kind != "" && name != "" {
			out = append(out, newPatched(regexp.QuoteMeta(kind), regexp.QuoteMeta(name)))
		}
	}
	return out
}

// newPatched takes patterns as kustomize does: for the whole of a name, and "" for any.
func newPatched(kind, name string) patched { return patched{anchored(kind), anchored(name)} }

func anchored(pattern string) *regexp.Regexp {
	if pattern == "" {
		pattern = ".*"
	}
	if re, err := regexp.Compile("^(?:" + pattern + ")$"); err == nil {
		return re
	}
	return regexp.MustCompile("^" + regexp.QuoteMeta(pattern) + "$")
}

// inner are the fields of a workload that decide nothing about mTLS.
var inner = []string{
	"image", "imagePullPolicy", "imagePullSecrets", "resources", "env", "envFrom", "args", "command", "volumeMounts", "volumes", "replicas",
	"nodeSelector", "tolerations", "affinity", "strategy", "topologySpreadConstraints", "priorityClassName",
}

// trivial reports a patch that changes nothing but such fields.
func trivial(value any) bool {
	switch v := value.(type) {
	case []any: // operations of JSON 6902, or a list within an object
		return !slices.ContainsFunc(v, func(one any) bool {
			operation, _ := one.(map[string]any)
			path, isPath := operation["path"].(string)
			if isPath && operation["op"] != nil {
				return !slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool { return slices.Contains(inner, part) })
			}
			return !trivial(one)
		})
	case map[string]any:
		for key, field := range v {
			switch {
			case slices.Contains(inner, key):
			case key == "kind" || key == "apiVersion" || key == "name" || key == "namespace": // of the object, of a container
			case !trivial(field):
				return false
			}
		}
		return true
	}
	return false
}
