package source

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

// result is what became of a chart.
type result struct {
	*chart
	chartFiles []helm.File
	rendered   *helm.Rendered
	left       []string
	err        error
	// partOf is the chart of the listing that depends on this one, which is deployed with that; "" for
	// a chart that is deployed by itself.
	partOf string
}

// render renders the charts of the listing, several at a time, and puts what they render to in
// their places.
func (l *listing) render(ctx context.Context, o Options) error {
	var results []*result
	for _, t := range l.texts {
		if t.chart != nil {
			results = append(results, &result{chart: t.chart})
		}
	}
	if len(results) == 0 {
		return nil
	}
	if err := eachOf(ctx, o, results, func(_ context.Context, r *result) { r.chartFiles, r.left, r.err = r.read() }); err != nil {
		return err
	}
	if err := renderAll(ctx, o, results); err != nil {
		return err
	}
	var texts []text
	next := 0
	for _, t := range l.texts {
		if t.chart == nil {
			texts = append(texts, t)
			continue
		}
		more, err := l.place(*results[next])
		if err != nil {
			return err
		}
		texts, next = append(texts, more...), next+1
	}
	l.texts = texts
	l.tell(results)
	return nil
}

// renderAll renders the charts. One that another one depends on is deployed with that, and rendered by
// itself only where that one cannot be rendered.
func renderAll(ctx context.Context, o Options, results []*result) error {
	owners := map[string][]*result{}
	for _, r := range results {
		for _, at := range r.mounts {
			if r.err == nil {
				owners[identity(at)] = append(owners[identity(at)], r)
			}
		}
	}
	renderer := o.renderer
	if renderer == nil {
		renderer = &helm.Renderer{Limits: helm.Limits{Time: o.RenderTime}}
		defer renderer.Close()
	}
	render := func(ctx context.Context, r *result) {
		if r.err == nil {
			r.rendered, r.err = r.render(ctx, o, r.chartFiles, renderer)
		}
	}
	alone, parts := []*result{}, []*result{}
	for _, r := range results {
		if r.asked || len(owners[identity(r.at)]) == 0 {
			alone = append(alone, r)
		} else {
			parts = append(parts, r)
		}
	}
	if err := eachOf(ctx, o, alone, render); err != nil {
		return err
	}
	alone = nil
	for _, r := range parts {
		i := slices.IndexFunc(owners[identity(r.at)], func(owner *result) bool { return owner.rendered != nil })
		if i < 0 {
			alone = append(alone, r)
			continue
		}
		r.partOf = owners[identity(r.at)][i].at
	}
	return eachOf(ctx, o, alone, render)
}

// eachOf does something with each chart, several at a time. Its error is that of ctx.
func eachOf(ctx context.Context, o Options, results []*result, do func(context.Context, *result)) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(o.Workers)
	for _, r := range results {
		g.Go(func() error {
			do(ctx, r)
			return ctx.Err()
		})
	}
	return g.Wait()
}

func (c *chart) render(ctx context.Context, o Options, files []helm.File, renderer *helm.Renderer) (*helm.Rendered, error) {
	release := c.release
	release.Chart = files
	if release.Namespace == "" {
		release.Namespace = o.Namespace
	}
	release.APIVersions = slices.Concat(release.APIVersions, o.APIVersions)
	if release.KubeVersion == "" {
		release.KubeVersion = o.KubeVersion
	}
	return renderer.Render(ctx, &release)
}

// place are the texts that a chart rendered to; those of its files where it was not rendered, and
// nobody asked for it by name.
func (l *listing) place(r result) ([]text, error) {
	if r.partOf != "" {
		return nil, nil
	}
	if r.err != nil {
		if r.asked {
			return nil, nil
		}
		sub := &listing{seen: l.seen, raw: true}
		err := r.raw(sub)
		l.problems, l.notes, l.kustomizations = append(l.problems, sub.problems...), append(l.notes, sub.notes...), append(l.kustomizations, sub.kustomizations...)
		return sub.texts, err
	}
	var texts []text
	for _, template := range r.rendered.Templates {
		name := r.fileOf(template.Name)
		if template.Lines == nil {
			name += " (rendered)"
		}
		texts = append(texts, text{
			name: name, built: true, of: r.at, origins: template.Lines, namespace: r.release.Namespace, placed: r.release.Namespace != "",
			open: func() ([]byte, error) { return template.Text, nil },
		})
	}
	return texts, nil
}

// fileOf is a file of the chart as positions say it.
func (c *chart) fileOf(name string) string {
	dir, name := c.mounted(name)
	switch {
	case strings.HasSuffix(dir, ":"): // the top of a revision
		return dir + name
	case strings.HasPrefix(dir, gitScheme):
		return dir + "/" + name
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// templates names the charts that files are templates of.
func (l *listing) templates() map[string]string {
	var of map[string]string
	for _, t := range l.texts {
		if t.of == "" {
			continue
		}
		if of == nil {
			of = map[string]string{}
		}
		of[t.name] = t.of
	}
	return of
}
