package source

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	slashpath "path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// renderKustomization builds a directory with the fields that a deployment sets.
func (d *discovery) renderKustomization(ctx context.Context, of *deployed, s *deploy.Source, repo *repository, dir string) {
	name := repo.shown(dir)
	files, err := withFields(repo, dir, s)
	if err != nil {
		of.problem(name, name+" was not built: "+oneLine(err.Error()), "the answer does not contain it")
		return
	}
	data, err := kustomized(ctx, files, repo.path(dir), name, d.options)
	if !of.tellKustomize(err) {
		return
	}
	if s.Substitutes {
		data = d.substituted(of, s, data)
	}
	of.add(text{name: name + " (kustomize)"}, data)
}

// withFields is the file system with another kustomization in the directory.
func withFields(repo *repository, dir string, s *deploy.Source) (filesys.FileSystem, error) {
	name := repo.kustomization(dir)
	fields := map[string]any{}
	switch {
	case name != "":
		text, err := repo.read(name)
		if err != nil {
			return nil, err
		}
		if err := yaml.Unmarshal(text, &fields); err != nil || len(s.Fields) == 0 {
			return repo.files, nil //nolint:nilerr // kustomize says what is wrong with it
		}
	case s.Generates:
		name = slashpath.Join(dir, "kustomization.yaml")
		fields["resources"] = repo.manifests(dir)
	default:
		return nil, fmt.Errorf("there is no kustomization.yaml in it")
	}
	for _, key := range slices.Sorted(maps.Keys(s.Fields)) {
		fields[key] = setField(fields[key], s.Fields[key])
	}
	if fields["generatorOptions"] == nil {
		fields["generatorOptions"] = map[string]any{} // kustomize refuses a kustomization without anything in it
	}
	text, err := yaml.Marshal(fields)
	if err != nil {
		return nil, err
	}
	at := repo.path(name)
	texts := map[string][]byte{filepath.Clean(at): text}
	if root, _, err := repo.files.CleanedAbs(repo.path(dir)); err == nil {
		texts[root.Join(slashpath.Base(name))] = text
	}
	return offline{repo.files, texts}, nil
}

// setField is a field with what is set over it: lists grow, maps are joined, all else is replaced.
func setField(was, set any) any {
	switch v := set.(type) {
	case []any:
		list, _ := was.([]any)
		return append(slices.Clone(list), v...)
	case map[string]any:
		out := map[string]any{}
		before, _ := was.(map[string]any)
		maps.Copy(out, before)
		maps.Copy(out, v)
		return out
	}
	return set
}

// manifests are the files below a directory that Flux takes where there is no kustomization, and the
// directories that have one.
func (r *repository) manifests(dir string) []any {
	list := []any{}
	taken := map[string]bool{}
	for _, name := range r.names {
		rest, below := strings.CutPrefix(name, strings.TrimPrefix(dir+"/", "./"))
		if !below || !isManifest(name) {
			continue
		}
		if own := r.ownKustomization(dir, slashpath.Dir(name)); own != "" {
			if !taken[own] {
				taken[own] = true
				list = append(list, strings.TrimPrefix(own, strings.TrimPrefix(dir+"/", "./")))
			}
			continue
		}
		text, err := r.read(name)
		if err == nil && bytes.Contains(text, []byte("apiVersion")) && bytes.Contains(text, []byte("kind")) {
			list = append(list, rest)
		}
	}
	return list
}

// ownKustomization is the highest directory between two that has a kustomization, "" for none.
func (r *repository) ownKustomization(top, dir string) string {
	best := ""
	for ; dir != top && dir != "." && dir != "/"; dir = slashpath.Dir(dir) {
		if r.kustomization(dir) != "" {
			best = dir
		}
	}
	return best
}

var variable = regexp.MustCompile(`\$?\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-=])([^}]*))?\}`)

// substituted is a text with the variables of Flux replaced.
func (d *discovery) substituted(of *deployed, s *deploy.Source, data []byte) []byte {
	values := map[string]string{}
	unknown := false
	for _, ref := range s.From {
		more, ok := d.valuesOf(of, ref)
		if !ok && !ref.Optional {
			unknown = true
			of.problem(ref.Kind+" "+ref.Name, fmt.Sprintf("the variables of %s %s/%s are not in the files", ref.Kind, ref.Namespace, ref.Name), "variables without a value stay as they are")
		}
		maps.Copy(values, more)
	}
	maps.Copy(values, s.Variables)
	var out []byte
	for i, doc := range bytes.Split(data, []byte("\n---\n")) {
		if i > 0 {
			out = append(out, "\n---\n"...)
		}
		if bytes.Contains(doc, []byte("kustomize.toolkit.fluxcd.io/substitute: disabled")) {
			out = append(out, doc...)
			continue
		}
		out = append(out, variable.ReplaceAllFunc(doc, func(whole []byte) []byte {
			if bytes.HasPrefix(whole, []byte("$$")) {
				return whole[1:]
			}
			m := variable.FindSubmatch(whole)
			value, there := values[string(m[1])]
			switch {
			case there && (value != "" || len(m[2]) < 2):
				return []byte(value)
			case len(m[2]) > 0:
				return m[3]
			case unknown && !there:
				return whole
			}
			return nil
		})...)
	}
	return out
}

// valuesOf are the data of a ConfigMap that the deployments of the same tree, or the files beside, hold. Secrets
// are never read.
func (d *discovery) valuesOf(of *deployed, ref deploy.Reference) (map[string]string, bool) {
	if ref.Kind != "ConfigMap" {
		return nil, false
	}
	for p := of.parent; p != nil; p = p.parent {
		for _, t := range p.texts {
			data, err := t.open()
			if err != nil || !bytes.Contains(data, []byte(ref.Name)) {
				continue
			}
			for _, doc := range manifest.Split(t.name, data) {
				if values, ok := configMap(doc.Data, ref, p.Into); ok {
					return values, true
				}
			}
		}
	}
	return nil, false
}

func configMap(text []byte, ref deploy.Reference, into string) (map[string]string, bool) {
	var o struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
		Data map[string]string `json:"data"`
	}
	if yaml.Unmarshal(text, &o) != nil || o.Kind != "ConfigMap" || o.Metadata.Name != ref.Name {
		return nil, false
	}
	if o.Metadata.Namespace == "" {
		o.Metadata.Namespace = into
	}
	return o.Data, o.Metadata.Namespace == ref.Namespace || ref.Namespace == ""
}

// pathPair are the parts of KEY=PATH.
func pathPair(pair string) (key, path string) {
	key, path, _ = strings.Cut(pair, "=")
	return key, path
}
