package source

import (
	"context"
	"errors"
	"fmt"
	slashpath "path"
	"path/filepath"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// render makes the texts of a deployment.
func (d *discovery) render(ctx context.Context, of *deployed) {
	if len(of.Sources) == 0 {
		of.problem("its source", "it names no source", "the answer does not contain it")
	}
	for i := range of.Sources {
		s := &of.Sources[i]
		if s.Path == "" && s.Chart == "" && (s.Ref != "" || s.Repo == "") {
			continue // other sources take files of it
		}
		d.renderSource(ctx, of, s)
	}
	of.createNamespace()
	of.readHeads()
}

// renderSource makes the texts of one source.
func (d *discovery) renderSource(ctx context.Context, of *deployed, s *deploy.Source) {
	repo, dir, ok := d.place(ctx, of, s)
	if !ok {
		return
	}
	renderer := s.Renderer
	if s.Chart != "" {
		renderer = deploy.Helm
	}
	if renderer == deploy.Unsaid {
		switch {
		case repo.has(slashpath.Join(dir, "Chart.yaml")):
			renderer = deploy.Helm
		case repo.kustomization(dir) != "":
			renderer = deploy.Kustomize
		default:
			renderer = deploy.Directory
		}
	}
	of.dirs, of.renderers = append(of.dirs, repo.shown(dir)), append(of.renderers, string(renderer))
	switch renderer {
	case deploy.Helm:
		d.renderChart(ctx, of, s, repo, dir)
	case deploy.Kustomize:
		d.renderKustomization(ctx, of, s, repo, dir)
	case deploy.Directory:
		of.readDirectory(s, repo, dir)
	default:
		of.problem("a plugin of Argo CD", "a plugin of Argo CD renders "+repo.shown(dir)+", and plugins are not run", "argocd app manifests "+shell.Word(of.Name)+" | mtlsctl analyze -f - reads what it deploys")
	}
}

// place is the directory of a source; ok is false where it cannot be read, which is told.
func (d *discovery) place(ctx context.Context, of *deployed, s *deploy.Source) (repo *repository, dir string, ok bool) {
	if repo, dir, ok = d.given(ctx, s); ok {
		return repo, dir, d.isThere(of, repo, dir)
	}
	name := d.sourceWord(s)
	if s.Chart != "" {
		of.problem("chart "+s.Chart, fmt.Sprintf("the chart %s of %s is not in the files", s.Chart, name), "--source "+shell.Word(s.Chart)+"=DIR reads the chart from DIR")
		return nil, "", false
	}
	dir, ok = d.localDir(of, s)
	if !ok {
		if d.localSource(of, s) {
			of.problem(s.Path, fmt.Sprintf("%s is outside %s", s.Path, of.repo.word), "-f of the top of the repository reads it")
			return nil, "", false
		}
		of.problem(name, fmt.Sprintf("%s is another repository, of which it deploys %s", name, s.Path), "--source "+shell.Word(name)+"=DIR reads its files from DIR")
		return nil, "", false
	}
	return of.repo, dir, d.isThere(of, of.repo, dir)
}

func (d *discovery) isThere(of *deployed, repo *repository, dir string) bool {
	if repo.isDir(dir) {
		return true
	}
	of.problem(dir, "there is no directory "+repo.shown(dir), "the answer does not contain what it deploys of it")
	return false
}

// sourceWord names what a source is of.
func (d *discovery) sourceWord(s *deploy.Source) string {
	if s.Repo != "" {
		return withoutUser(s.Repo)
	}
	if addresses := d.addresses[s.Named]; len(addresses) > 0 {
		return withoutUser(addresses[0])
	}
	return s.Named
}

// localSource reports a source of the repository in which the deployment stands.
func (d *discovery) localSource(of *deployed, s *deploy.Source) bool {
	if s.Named == "" {
		return d.isLocal(of.repo, s.Repo)
	}
	if kind, _, _ := strings.Cut(s.Named, " "); s.Chart != "" || kind != "GitRepository" && kind != "OCIRepository" && kind != "Bucket" {
		return false
	}
	for _, address := range d.addresses[s.Named] {
		if d.isLocal(of.repo, address) {
			return true
		}
	}
	// Nothing says where it is, or git does not know where the files are: they have the path.
	name, ok := of.repo.within(s.Path)
	known := len(of.repo.addresses)+len(d.options.RepoURLs) > 0 && len(d.addresses[s.Named]) > 0
	if !known && !(ok && of.repo.isDir(name)) {
		name, ok = slashpath.Clean("/" + s.Path)[1:], true
	}
	return !known && ok && (name == "." || name == "" || of.repo.isDir(name))
}

// localDir is the directory of a source, from the top of what is read.
func (d *discovery) localDir(of *deployed, s *deploy.Source) (string, bool) {
	if of.Kind == "Overlay" {
		return s.Path, true
	}
	if s.Chart != "" || !d.localSource(of, s) {
		return "", false
	}
	if d.assumed == "" {
		if name, ok := of.repo.within(s.Path); ok {
			return name, true
		}
		if s.Named == "" {
			return "", false
		}
	}
	name := slashpath.Clean("/" + s.Path)[1:]
	if name == "" {
		name = "."
	}
	return name, true
}

// given is the directory that the command line names for a source.
func (d *discovery) given(ctx context.Context, s *deploy.Source) (repo *repository, dir string, ok bool) {
	for _, one := range d.options.Sources {
		object := s.Named[strings.LastIndexByte(s.Named, ' ')+1:]
		named := deploy.SameRepository(one.Name, s.Repo) || one.Name == s.Repo && s.Repo != "" || s.Named != "" && (one.Name == s.Named || one.Name == object || one.Name == slashpath.Base(object))
		for _, address := range d.addresses[s.Named] {
			named = named || deploy.SameRepository(one.Name, address)
		}
		if !named && (s.Chart == "" || one.Name != s.Chart) {
			continue
		}
		repo, err := openRepository(ctx, one.Dir)
		if err != nil || repo == nil {
			continue
		}
		dir = slashpath.Clean("/" + s.Path)[1:]
		if s.Chart != "" && !repo.has("Chart.yaml") {
			dir = s.Chart
		}
		if dir == "" {
			dir = "."
		}
		return repo, dir, true
	}
	return nil, "", false
}

// readDirectory takes the files of a directory as they are.
func (of *deployed) readDirectory(s *deploy.Source, repo *repository, dir string) {
	for _, name := range repo.names {
		rest, below := strings.CutPrefix(name, strings.TrimPrefix(dir+"/", "./"))
		if below && slashpath.Ext(name) == ".jsonnet" && (s.Recurse || !strings.Contains(rest, "/")) && deploy.Includes(s.Include, s.Exclude, rest) {
			of.problem(repo.shown(name), repo.shown(name)+" is Jsonnet, which is not evaluated", "argocd app manifests "+shell.Word(of.Name)+" | mtlsctl analyze -f - reads what it deploys")
		}
		if !below || !isManifest(name) || !s.Recurse && strings.Contains(rest, "/") || !deploy.Includes(s.Include, s.Exclude, rest) {
			continue
		}
		data, err := repo.read(name)
		if err != nil {
			of.problem(repo.shown(name), repo.shown(name)+" cannot be read: "+reason(err).Error(), "the answer does not contain it")
			continue
		}
		of.add(text{name: repo.shown(name)}, data)
	}
}

// add takes a text that is deployed.
func (of *deployed) add(t text, data []byte) {
	t.open = func() ([]byte, error) { return data, nil }
	t.namespace, t.placed, t.built = of.Into, of.Into != "", true
	of.texts = append(of.texts, t)
}

// createNamespace adds the namespace that comes with what is deployed, where it has labels or annotations:
// a namespace without any may have been labelled by somebody else.
func (of *deployed) createNamespace() {
	if !of.Creates || of.Into == "" || len(of.Labelled)+len(of.Annotated) == 0 || of.Suspended {
		return
	}
	of.creates = true
}

// tellKustomize is what became of a kustomization.
func (of *deployed) tellKustomize(err error) bool {
	var partial *partialError
	var whole *kustomizeError
	switch {
	case err == nil:
		return true
	case errors.As(err, &partial):
		for _, lack := range partial.lacks {
			of.missing, of.problems = append(of.missing, lack.Message), append(of.problems, lack)
		}
		return true
	case errors.As(err, &whole):
		p := whole.problem()
		of.missing, of.problems = append(of.missing, p.Message), append(of.problems, p)
	default:
		of.problem("its kustomization", oneLine(err.Error()), "the answer does not contain it")
	}
	return false
}

// take takes what a listing of one chart was rendered to.
func (of *deployed) take(l *listing) {
	for _, p := range l.problems {
		of.missing = append(of.missing, p.Message)
	}
	of.problems, of.notes = append(of.problems, l.problems...), append(of.notes, l.notes...)
	for _, t := range l.texts {
		t.namespace, t.placed = of.Into, of.Into != ""
		of.texts = append(of.texts, t)
	}
}

// deployedHead is an object that is deployed.
type deployedHead struct {
	ref  string
	text string
	// shared is true for what several deployments may well deploy: a namespace.
	shared bool
	// deploys is true for what deploys others.
	deploys bool
}

// readHeads finds which objects there are.
func (of *deployed) readHeads() {
	for _, t := range of.texts {
		data, err := t.open()
		if err != nil {
			continue
		}
		for _, doc := range manifest.Split(t.name, data) {
			top, problem := doc.Parse()
			if problem != nil || top == nil {
				continue
			}
			kind, name := manifest.Scalar(top, "kind"), manifest.Scalar(top, "metadata", "name")
			group, _, _ := strings.Cut(manifest.Scalar(top, "apiVersion"), "/")
			if kind == "" {
				continue
			}
			namespace := manifest.Scalar(top, "metadata", "namespace")
			if namespace == "" {
				namespace = of.Into
			}
			of.heads = append(of.heads, deployedHead{ref: strings.Join([]string{group, kind, namespace, name}, "/"), text: string(doc.Data), shared: kind == "Namespace", deploys: group == "argoproj.io" && (kind == "Application" || kind == "ApplicationSet" || kind == "AppProject")})
		}
	}
}

// fromTop is a path of the git repository from the top of what is read, which may be outside of it.
func (d *discovery) fromTop(repo *repository, path string) string {
	if name, ok := repo.within(path); ok && d.assumed == "" {
		return name
	}
	return slashpath.Clean("/" + path)[1:]
}

// valuesFile is a file of values: from the directory of the chart, from the top of the repository where it
// begins with a slash, or of another source by its name.
func (d *discovery) valuesFile(ctx context.Context, of *deployed, repo *repository, dir, name string) (shown string, data []byte, err error) {
	if strings.Contains(name, "://") {
		return name, nil, errors.New("it is elsewhere, and nothing is fetched")
	}
	at := slashpath.Join(dir, name)
	if strings.HasPrefix(name, "/") {
		at = d.fromTop(repo, name)
	}
	if ref, rest, ok := strings.Cut(strings.TrimPrefix(name, "$"), "/"); ok && strings.HasPrefix(name, "$") {
		for i := range of.Sources {
			s := &of.Sources[i]
			if s.Ref != ref {
				continue
			}
			if given, _, ok := d.given(ctx, s); ok {
				repo = given
			} else if repo = of.repo; !d.localSource(of, s) {
				return name, nil, fmt.Errorf("%s is another repository", d.sourceWord(s))
			}
			at = d.fromTop(repo, rest)
		}
	}
	if !filepath.IsLocal(filepath.FromSlash(at)) {
		return name, nil, errOutside
	}
	data, err = repo.read(at)
	return repo.shown(at), data, err
}
