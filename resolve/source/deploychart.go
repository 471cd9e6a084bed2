package source

import (
	"context"
	"fmt"
	"os"
	"slices"

	"errors"

	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

// renderChart renders the chart of a source with the values of a deployment.
func (d *discovery) renderChart(ctx context.Context, of *deployed, s *deploy.Source, repo *repository, dir string) {
	c, err := repo.chart(ctx, dir)
	if err != nil {
		of.problem(dir, repo.shown(dir)+" cannot be read: "+reason(err).Error(), "the answer does not contain it")
		return
	}
	r := &s.Release
	c.release = helm.Release{
		Name: r.Name, Namespace: r.Namespace, Set: r.Set, SetString: r.SetString, KubeVersion: r.KubeVersion, APIVersions: r.APIVersions, NoCRDs: r.NoCRDs,
	}
	for _, name := range r.Files {
		shown, data, err := d.valuesFile(ctx, of, repo, dir, name)
		switch {
		case err == nil:
			c.release.Values = append(c.release.Values, helm.File{Name: shown, Data: data})
		case r.IgnoreMissing && errors.Is(err, os.ErrNotExist):
		default:
			of.problem(name, fmt.Sprintf("the file of values %s cannot be read: %s", name, reason(err)), "it was rendered without the file")
		}
	}
	for _, ref := range r.From {
		text, ok := d.valuesOf(of, ref)
		switch {
		case ok:
			c.release.Values = append(c.release.Values, helm.File{Name: ref.Kind + " " + ref.Name, Data: []byte(text[ref.Key])})
		case !ref.Optional:
			of.problem(ref.Kind+" "+ref.Name, fmt.Sprintf("the values of %s %s/%s are not in the files", ref.Kind, ref.Namespace, ref.Name), "it was rendered without them")
		}
	}
	for _, text := range r.Inline {
		c.release.Values = append(c.release.Values, helm.File{Name: of.Word(), Data: []byte(text)})
	}
	for _, pair := range r.SetFile {
		key, name := pathPair(pair)
		shown, data, err := d.valuesFile(ctx, of, repo, dir, name)
		if err != nil {
			of.problem(shown, fmt.Sprintf("the file %s of a parameter cannot be read: %s", name, reason(err)), "it was rendered without the file")
			continue
		}
		c.release.SetFile = append(c.release.SetFile, helm.File{Name: key, Data: data})
	}
	l := &listing{seen: map[string]bool{}, asked: map[string]bool{}, texts: []text{{name: c.at, chart: c}}}
	if err := l.render(ctx, d.options); err != nil {
		return // that of ctx
	}
	l.texts = slices.DeleteFunc(l.texts, func(t text) bool { return t.chart != nil })
	of.take(l)
}
