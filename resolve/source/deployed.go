package source

import (
	"bytes"
	"context"
	"fmt"
	slashpath "path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// deployed is a Deployment of a repository, and what it renders to.
type deployed struct {
	deploy.Deployment
	repo *repository
	// dirs are the directories of the repository that it deploys, and renderers what makes objects of
	// each source.
	dirs      []string
	renderers []string
	texts     []text
	problems  []resolve.Problem
	notes     []manifest.Note
	// missing are what it deploys and nobody could read.
	missing []string
	// creates says that its namespace is created, with labels.
	creates bool
	// parent deploys it, nil where somebody applies it by hand; depth is how many do in a row.
	parent *deployed
	depth  int
	// heads are the objects that it deploys.
	heads []deployedHead
	// written is the file that it stands in, from the top of the repository; "" for one that is rendered.
	written string
}

// root is the deployment that somebody applies by hand, by which this one is deployed.
func (d *deployed) root() *deployed {
	for d.parent != nil {
		d = d.parent
	}
	return d
}

func (d *deployed) at() resolve.Position {
	return resolve.Position{File: d.File, Line: d.Line}
}

// problem tells what could not be read of it.
func (d *deployed) problem(missing, message, hint string) {
	d.missing = append(d.missing, missing)
	d.problems = append(d.problems, resolve.Problem{Position: d.at(), Message: d.Word() + ": " + message, Hint: hint})
}

// discovery finds the deployments of repositories.
type discovery struct {
	options  Options
	repos    []*repository
	renderer *helm.Renderer
	// raw are the deployments as they are written, all those that were expanded.
	raw, all []*deployed
	problems []resolve.Problem
	notes    []manifest.Note
	// addresses are those of GitRepositories and others by their names.
	addresses map[string][]string
	// overlaid says that everything that is deployed is elsewhere: kustomizations are all that there is.
	overlaid bool
	// assumed is the address that is taken for that of the repository.
	assumed string
}

// deepestDeployed is how many deployments may deploy each other in a row, mostDeployed how many there may be.
const (
	deepestDeployed = 10
	mostDeployed    = 5000
)

// discover finds the deployments of the repositories and renders what they deploy.
func discover(ctx context.Context, o Options, repos []*repository) (*discovery, error) {
	d := &discovery{options: o, repos: repos, renderer: &helm.Renderer{Limits: helm.Limits{Time: o.RenderTime}}, addresses: map[string][]string{}}
	defer d.renderer.Close()
	d.options.renderer = d.renderer
	var sets []*writtenSet
	for _, r := range repos {
		sets = append(sets, d.scan(ctx, r)...)
	}
	d.assume(sets)
	for _, s := range sets {
		from := len(d.raw)
		d.expand(ctx, s.Set, s.repo, nil, &d.raw)
		for _, one := range d.raw[from:] {
			one.written = s.written
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	level := d.roots()
	if len(d.raw) == 0 {
		level = d.overlays()
	}
	for len(level) > 0 {
		next, err := d.level(ctx, level)
		if err != nil {
			return nil, err
		}
		level = next
	}
	if overlays := d.overlays(); len(d.raw) > 0 && len(overlays) > 0 && !slices.ContainsFunc(d.all, func(one *deployed) bool { return len(one.texts) > 0 && one.Kind != "Overlay" }) {
		for _, one := range d.all {
			d.problems = append(d.problems, one.problems...)
		}
		d.all, d.overlaid = nil, true
		if _, err := d.level(ctx, overlays); err != nil {
			return nil, err
		}
	}
	return d, ctx.Err()
}

// writtenSet is an ApplicationSet as it is written.
type writtenSet struct {
	*deploy.Set
	repo    *repository
	written string
}

// scan finds what is written in the files of a repository, but for the templates of charts.
func (d *discovery) scan(ctx context.Context, r *repository) []*writtenSet {
	var sets []*writtenSet
	for _, name := range r.names {
		if ctx.Err() != nil || !isManifest(name) || r.isTemplate(name) {
			continue
		}
		text, err := r.read(name)
		if err != nil || !deploy.Mentions(text) {
			continue
		}
		for _, doc := range manifest.Split(r.shown(name), text) {
			if !deploy.Mentions(doc.Data) {
				continue
			}
			parsed, err := deploy.Parse(deploy.Document{File: r.shown(name), Line: doc.Line, Text: doc.Data})
			if err != nil {
				d.problems = append(d.problems, resolve.Problem{Position: resolve.Position{File: r.shown(name), Line: doc.Line}, Message: "not read as what deploys others: " + oneLine(err.Error()), Hint: "the answer does not contain what it deploys"})
				continue
			}
			for _, one := range parsed.Deployments {
				d.raw = append(d.raw, &deployed{Deployment: one, repo: r, written: name})
			}
			if parsed.Set != nil {
				sets = append(sets, &writtenSet{parsed.Set, r, name})
			}
			if parsed.Named != "" {
				d.addresses[parsed.Named] = append(d.addresses[parsed.Named], parsed.Address)
			}
		}
	}
	return sets
}

// isTemplate reports a file of a chart, which is no object before it is rendered.
func (r *repository) isTemplate(name string) bool {
	for dir := slashpath.Dir(name); dir != "."; dir = slashpath.Dir(dir) {
		if base := slashpath.Base(dir); base == "templates" && r.has(slashpath.Join(slashpath.Dir(dir), "Chart.yaml")) {
			return true
		}
	}
	return false
}

// expand makes the Applications of an ApplicationSet.
func (d *discovery) expand(ctx context.Context, s *deploy.Set, r *repository, parent *deployed, into *[]*deployed) {
	at := resolve.Position{File: s.File, Line: s.Line}
	e, err := s.Expand(deploy.Place{Files: r, Local: func(address string) bool { return d.isLocal(r, address) }, Templates: &templates{ctx, d.renderer}})
	if err != nil {
		d.problems = append(d.problems, resolve.Problem{Position: at, Message: s.Word() + " was not expanded: " + oneLine(err.Error()), Hint: "the answer does not contain its Applications"})
		return
	}
	for _, lack := range e.Lacks {
		d.problems = append(d.problems, resolve.Problem{Position: at, Message: s.Word() + ": " + lack, Hint: "argocd app manifests NAME | mtlsctl analyze -f - reads what an Application deploys"})
	}
	for _, one := range e.Deployments {
		child := &deployed{Deployment: one, repo: r, parent: parent}
		if parent != nil {
			child.depth = parent.depth + 1
		}
		*into = append(*into, child)
	}
}

// level renders deployments side by side, and gives those that they deploy.
func (d *discovery) level(ctx context.Context, list []*deployed) ([]*deployed, error) {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(d.options.Workers)
	for _, one := range list {
		g.Go(func() error {
			if !one.Suspended {
				d.render(gctx, one)
			}
			return gctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var next []*deployed
	for _, one := range list {
		d.all = append(d.all, one)
		for _, child := range d.children(ctx, one) {
			switch {
			case one.same(child): // a root often deploys itself
			case one.cycle(child):
				d.notes = append(d.notes, manifest.Note{Position: one.at(), Message: child.Word() + " deploys itself"})
			case child.depth > deepestDeployed:
				one.problem(child.Word(), fmt.Sprintf("it deploys %s, and more than %d deployments deploy each other in a row", child.Word(), deepestDeployed), "the answer does not contain what that deploys")
			case len(d.all)+len(next) >= mostDeployed:
				one.problem(child.Word(), fmt.Sprintf("there are more than %d deployments: %s was not rendered", mostDeployed, child.Word()), "-f of one directory reads fewer")
			default:
				next = append(next, child)
			}
		}
	}
	return next, nil
}

func (d *deployed) same(other *deployed) bool {
	return d.Kind == other.Kind && d.Namespace == other.Namespace && d.Name == other.Name
}

// cycle reports a child that is among those that deploy it.
func (d *deployed) cycle(child *deployed) bool {
	for p := d; p != nil; p = p.parent {
		if p.same(child) {
			return true
		}
	}
	return false
}

// children are the deployments among the objects that one deploys.
func (d *discovery) children(ctx context.Context, one *deployed) []*deployed {
	var list []*deployed
	for i, t := range one.texts {
		data, err := t.open()
		if err != nil || !deploy.Mentions(data) {
			continue
		}
		rest := data
		for _, doc := range manifest.SplitRendered(t.name, data, t.origins) {
			if !deploy.Mentions(doc.Data) {
				continue
			}
			file, line := t.name, doc.At()
			parsed, err := deploy.Parse(deploy.Document{File: file, Line: line, Text: doc.Data})
			if err != nil {
				one.problem(file, "what it deploys at "+file+" cannot be read: "+oneLine(err.Error()), "")
				continue
			}
			if len(parsed.Deployments) > 0 || parsed.Set != nil {
				rest = without(rest, doc)
			}
			for _, child := range parsed.Deployments {
				if child.Namespace == "" {
					child.Namespace = one.Into
				}
				list = append(list, &deployed{Deployment: child, repo: one.repo, parent: one, depth: one.depth + 1})
			}
			if parsed.Set != nil {
				if parsed.Set.Namespace == "" {
					parsed.Set.Namespace = one.Into
				}
				d.expand(ctx, parsed.Set, one.repo, one, &list)
			}
			if parsed.Named != "" {
				d.addresses[parsed.Named] = append(d.addresses[parsed.Named], parsed.Address)
			}
		}
		one.texts[i].open = func() ([]byte, error) { return rest, nil }
	}
	return list
}

// without is a text with empty lines in the place of a document, which was read. An item of a list stays.
func without(text []byte, doc manifest.Document) []byte {
	if !bytes.HasPrefix(doc.Data, []byte("apiVersion:")) && !bytes.Contains(doc.Data, []byte("\napiVersion:")) {
		return text
	}
	lines := bytes.Split(text, []byte("\n"))
	for i := range bytes.Count(doc.Data, []byte("\n")) {
		if at := doc.Line - 1 + i; at < len(lines) {
			lines[at] = nil
		}
	}
	return bytes.Join(lines, []byte("\n"))
}

// isLocal reports whether an address is that of a repository that is read.
func (d *discovery) isLocal(r *repository, address string) bool {
	if address == "" {
		return false
	}
	if len(d.options.RepoURLs) > 0 {
		return slices.ContainsFunc(d.options.RepoURLs, func(known string) bool { return deploy.SameRepository(known, address) })
	}
	return slices.ContainsFunc(r.addresses, func(known string) bool { return deploy.SameRepository(known, address) }) ||
		d.assumed != "" && deploy.SameRepository(d.assumed, address)
}

// assume takes an address for that of the repository where neither the command line nor git says one
// that a deployment names: the one of which most paths are there.
func (d *discovery) assume(sets []*writtenSet) {
	if len(d.options.RepoURLs) > 0 {
		return
	}
	there := map[string]int{}
	var best string
	consider := func(r *repository, address, path string) bool {
		if d.isLocal(r, address) {
			return true
		}
		if name, ok := r.within(path); path != "" && ok && r.isDir(name) {
			if there[address]++; there[address] > there[best] || there[address] == there[best] && address < best {
				best = address
			}
		}
		return false
	}
	below := map[*repository]string{}
	for _, r := range d.repos {
		below[r], r.below = r.below, ""
	}
	restore := func() {
		for r, b := range below {
			r.below = b
		}
	}
	for _, one := range d.raw {
		for _, s := range one.Sources {
			for _, address := range append(slices.Clone(d.addresses[s.Named]), s.Repo) {
				if s.Chart == "" && address != "" && consider(one.repo, address, s.Path) {
					restore()
					return
				}
			}
		}
	}
	for _, s := range sets {
		for _, named := range s.Addresses() {
			if consider(s.repo, named.Repo, named.Path) {
				restore()
				return
			}
		}
	}
	if best == "" {
		restore()
		return
	}
	d.assumed = best
	d.notes = append(d.notes, manifest.Note{
		Message: "the files are treated as those of " + withoutUser(best) + ", since they have the paths that are deployed from there",
		Hint:    "--repo-url " + shell.Word(withoutUser(best)) + " sets the repository",
	})
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
