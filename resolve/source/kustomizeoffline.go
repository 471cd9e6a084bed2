package source

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// offline is a file system with other texts in some of its files, and with files that it does
// not have.
type offline struct {
	filesys.FileSystem
	texts map[string][]byte
}

// ReadFile gives the other text.
func (f offline) ReadFile(path string) ([]byte, error) {
	if text, ok := f.texts[filepath.Clean(path)]; ok {
		return text, nil
	}
	return f.FileSystem.ReadFile(path)
}

// Exists knows the added files.
func (f offline) Exists(path string) bool {
	_, ok := f.texts[filepath.Clean(path)]
	return ok || f.FileSystem.Exists(path)
}

// CleanedAbs knows the added files too.
func (f offline) CleanedAbs(path string) (filesys.ConfirmedDir, string, error) {
	if _, ok := f.texts[filepath.Clean(path)]; ok && !f.FileSystem.Exists(path) {
		dir, _, err := f.FileSystem.CleanedAbs(filepath.Dir(path))
		return dir, filepath.Base(path), err
	}
	return f.FileSystem.CleanedAbs(path)
}

// preparation makes of the kustomizations of a build others, which can be built without fetching
// anything.
type preparation struct {
	*remoteSearch
	ctx     context.Context
	name    string
	options Options
	texts   map[string][]byte
	lacks   []resolve.Problem
}

// prepare leaves out what the kustomizations name and the files do not have, and renders their
// charts. What is missing of the build is told. The error is that of the context.
func (s *remoteSearch) prepare(ctx context.Context, name string, o Options) (filesys.FileSystem, []resolve.Problem, error) {
	p := &preparation{remoteSearch: s, ctx: ctx, name: name, options: o, texts: map[string][]byte{}}
	if !o.AllowRemote {
		for _, entry := range s.absent {
			p.lack("is not local, and nothing is fetched: "+entry, "--allow-remote lets kustomize fetch it, or build it yourself and read the output with -f -")
		}
	}
	renderer := &helm.Renderer{Limits: helm.Limits{Time: o.RenderTime}}
	defer renderer.Close()
	for _, k := range s.kustomizations {
		p.kustomization(k, renderer)
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
	}
	if len(p.texts) == 0 {
		return s.files, p.lacks, nil
	}
	return offline{s.files, p.texts}, p.lacks, nil
}

// lack tells something that the build is without.
func (p *preparation) lack(what, hint string) {
	p.lacks = append(p.lacks, resolve.Problem{
		Position: resolve.Position{File: p.name}, Message: "kustomize: built without a part, which " + what, Hint: hint,
	})
}

// kustomization changes one of the build, if it cannot stay as it is.
func (p *preparation) kustomization(k *reached, renderer *helm.Renderer) {
	var spec types.Kustomization
	var fields map[string]any
	if spec.Unmarshal(k.text) != nil || yaml.Unmarshal(k.text, &fields) != nil {
		return // kustomize says what is wrong with it
	}
	spec.FixKustomization()
	root, _, err := p.files.CleanedAbs(k.dir)
	if err != nil {
		return
	}
	partial := len(p.absent) > 0 && !p.options.AllowRemote
	if !partial && len(spec.HelmCharts) == 0 {
		return
	}
	if partial {
		for _, key := range addable {
			if list, ok := fields[key].([]any); ok {
				fields[key] = slices.DeleteFunc(list, func(entry any) bool { return slices.Contains(k.absent, fmt.Sprint(entry)) })
			}
		}
		if k.without {
			p.leaveOut(k, &spec, fields)
			p.generatorsOf(k, fields)
		}
		p.patches(k, &spec, fields)
	}
	delete(fields, "helmCharts")
	delete(fields, "helmGlobals")
	delete(fields, "helmChartInflationGenerator")
	for i, c := range spec.HelmCharts {
		text, ok := p.chart(k, spec.HelmGlobals, c, renderer)
		if !ok {
			continue
		}
		file := fmt.Sprintf(".mtlsctl-chart-%d.yaml", i)
		p.texts[root.Join(file)] = text
		list, _ := fields["resources"].([]any)
		fields["resources"] = append(list, file)
	}
	if fields["generatorOptions"] == nil {
		fields["generatorOptions"] = map[string]any{} // kustomize refuses a kustomization without anything in it
	}
	if text, err := yaml.Marshal(fields); err == nil {
		p.texts[root.Join(filepath.Base(k.file))] = text
	}
}

// patches gives the patches of a kustomization a target: one without has to find its object, which
// may be in what is missing; with one it changes those that are there.
func (p *preparation) patches(k *reached, spec *types.Kustomization, fields map[string]any) {
	var list []types.Patch
	//lint:ignore SA1019 kustomize still reads it
	for _, one := range spec.PatchesStrategicMerge {
		patch := types.Patch{Path: string(one)}
		if inline(patch.Path) {
			patch = types.Patch{Patch: patch.Path}
		}
		list = append(list, p.aimed(k, patch)...)
	}
	for _, one := range spec.Patches {
		list = append(list, p.aimed(k, one)...)
	}
	delete(fields, "patchesStrategicMerge")
	delete(fields, "patches")
	if len(list) > 0 {
		fields["patches"] = list
	}
}

// aimed are the patches that one is, each with its target.
func (p *preparation) aimed(k *reached, one types.Patch) []types.Patch {
	text := []byte(one.Patch)
	if one.Path != "" {
		var err error
		if text, err = p.files.ReadFile(filepath.Join(k.dir, one.Path)); err != nil {
			return []types.Patch{one}
		}
	}
	if one.Target != nil {
		return []types.Patch{one}
	}
	var list []types.Patch
	for _, d := range manifest.Split("", text) {
		var head struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			Metadata   struct {
				Name string `json:"name"`
			} `json:"metadata"`
		}
		if len(bytes.TrimSpace(d.Data)) == 0 {
			continue
		}
		if yaml.Unmarshal(d.Data, &head) != nil || head.Kind == "" || head.Metadata.Name == "" {
			return []types.Patch{one}
		}
		target := &types.Selector{}
		target.Group, target.Version = resid.ParseGroupVersion(head.APIVersion)
		target.Kind, target.Name = head.Kind, regexp.QuoteMeta(head.Metadata.Name)
		list = append(list, types.Patch{Patch: string(d.Data), Target: target, Options: one.Options})
	}
	return list
}
