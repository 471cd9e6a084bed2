package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

// chart renders an entry of helmCharts, as kustomize would with --enable-helm. ok is false where it
// cannot be, which is told.
func (p *preparation) chart(k *reached, globals *types.HelmGlobals, c types.HelmChart, renderer *helm.Renderer) (text []byte, ok bool) {
	home := types.HelmDefaultHome
	if globals != nil && globals.ChartHome != "" {
		home = globals.ChartHome
	}
	if !filepath.IsAbs(home) {
		home = filepath.Join(k.dir, home)
	}
	pulled := home
	if c.Version != "" && c.Repo != "" {
		pulled = filepath.Join(home, c.Name+"-"+c.Version)
	}
	dir := filepath.Join(pulled, c.Name)
	if !p.files.IsDir(dir) {
		p.lack(fmt.Sprintf("is the Helm chart %s (in %s): there is no %s", c.Name, k.file, dir), pullHint(c, pulled))
		return nil, false
	}
	release, err := p.releaseOf(k, dir, c)
	if err == nil {
		var rendered *helm.Rendered
		if rendered, err = renderer.Render(p.ctx, release); err == nil {
			for _, name := range rendered.Missing {
				p.lack(fmt.Sprintf("is the dependency %s of the Helm chart %s (in %s)", name, c.Name, k.file), "helm dependency build "+shell.Word(dir)+" fetches it")
			}
			text, err = generated(rendered)
		}
	}
	if err != nil {
		p.lack(fmt.Sprintf("is the Helm chart %s (in %s): it was not rendered: %s", c.Name, k.file, reason(err)), "kustomize build --enable-helm "+shell.Word(p.name)+" fails the same way")
		return nil, false
	}
	return text, true
}

// pullHint says how a chart gets to where kustomize looks for it.
func pullHint(c types.HelmChart, dir string) string {
	if c.Repo == "" {
		return "copy the chart there"
	}
	command := "helm pull --untar --untardir " + shell.Word(dir)
	if strings.HasPrefix(c.Repo, "oci://") {
		command += " " + shell.Word(c.Repo+"/"+c.Name)
	} else {
		command += " --repo " + shell.Word(c.Repo) + " " + shell.Word(c.Name)
	}
	if c.Version != "" {
		command += " --version " + shell.Word(c.Version)
	}
	return command + " fetches it"
}

// releaseOf is the release that an entry asks for.
func (p *preparation) releaseOf(k *reached, dir string, c types.HelmChart) (*helm.Release, error) {
	r := &helm.Release{
		Name: c.ReleaseName, Namespace: c.Namespace, KubeVersion: p.options.KubeVersion, APIVersions: append(c.ApiVersions, p.options.APIVersions...),
		Tests: !c.SkipTests, NoHooks: c.SkipHooks, NoCRDs: !c.IncludeCRDs,
	}
	if c.KubeVersion != "" {
		r.KubeVersion = c.KubeVersion
	}
	if r.Namespace == "" {
		r.Namespace = "default"
	}
	var err error
	if r.Chart, err = chartFiles(p.files, dir); err != nil {
		return nil, err
	}
	own := dir
	if c.ValuesFile != "" {
		own = k.dir
	} else {
		c.ValuesFile = "values.yaml"
	}
	file, err := p.values(own, c.ValuesFile)
	if err != nil && (own != dir || c.ValuesMerge == "merge") {
		return nil, err
	}
	in, err := yaml.Marshal(c.ValuesInline)
	if err != nil {
		return nil, err
	}
	inline := helm.File{Name: "valuesInline", Data: in}
	switch {
	case len(c.ValuesInline) == 0:
		r.Values = []helm.File{file}
	case c.ValuesMerge == "" || c.ValuesMerge == "override":
		r.Values = []helm.File{file, inline}
	case c.ValuesMerge == "merge":
		r.Values = []helm.File{inline, file}
	case c.ValuesMerge == "replace":
		r.Values = []helm.File{inline}
	default:
		return nil, fmt.Errorf("valuesMerge %q is none of merge, override, replace", c.ValuesMerge)
	}
	for _, name := range c.AdditionalValuesFiles {
		more, err := p.values(k.dir, name)
		if err != nil {
			return nil, err
		}
		r.Values = append(r.Values, more)
	}
	return r, nil
}

// values reads a file of values, which has to be in a directory or below it, as for kustomize.
func (p *preparation) values(dir, name string) (helm.File, error) {
	at := filepath.Join(dir, name)
	if filepath.IsAbs(name) {
		at = name
	}
	root, _, err := p.files.CleanedAbs(dir)
	if err != nil {
		return helm.File{}, err
	}
	in, _, err := p.files.CleanedAbs(at)
	if err != nil {
		return helm.File{}, fmt.Errorf("the file of values %s: %w", name, errAbsent)
	}
	if !in.HasPrefix(root) {
		return helm.File{}, fmt.Errorf("the file of values %s is outside %s, which kustomize rejects", name, dir)
	}
	data, err := p.files.ReadFile(at)
	return helm.File{Name: name, Data: data}, err
}

var errAbsent = errors.New("no such file")

// chartFiles reads the files of a chart.
func chartFiles(files filesys.FileSystem, dir string) ([]helm.File, error) {
	if files == filesys.MakeFsOnDisk() {
		list, _, err := helm.Folder(dir)
		return list, err
	}
	var list []helm.File
	err := files.Walk(dir, func(path string, info fs.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		data, err := files.ReadFile(path)
		list = append(list, helm.File{Name: filepath.ToSlash(name), Data: data})
		return err
	})
	if err != nil {
		return nil, err
	}
	return helm.Kept(list)
}

// generated is what a chart renders to as kustomize takes it from helm: keys that are numbers are
// strings to Kubernetes, and its transformer of namespaces leaves such objects alone.
func generated(r *helm.Rendered) ([]byte, error) {
	var b bytes.Buffer
	for _, t := range r.Templates {
		for document := range bytes.SplitSeq(t.Text, []byte("\n---\n")) {
			var object map[string]any
			if err := yaml.Unmarshal(document, &object); err != nil {
				return nil, fmt.Errorf("%s renders to no object: %w", t.Name, err)
			}
			if len(object) == 0 {
				continue
			}
			metadata, _ := object["metadata"].(map[string]any)
			if metadata != nil {
				annotations, _ := metadata["annotations"].(map[string]any)
				if annotations == nil {
					annotations = map[string]any{}
				}
				annotations[konfig.HelmGeneratedAnnotation] = "true"
				metadata["annotations"] = annotations
			}
			text, err := yaml.Marshal(object)
			if err != nil {
				return nil, err
			}
			b.WriteString("---\n")
			b.Write(text)
		}
	}
	return b.Bytes(), nil
}
