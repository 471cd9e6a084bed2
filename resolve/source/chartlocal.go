package source

import (
	"context"
	"fmt"
	"os"
	slashpath "path"
	"path/filepath"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

// Charts of one repository often name each other: repository: file://../common. helm dependency
// build copies such a chart to charts/, which is seldom committed. It is read from where it is
// instead, as long as that is in what was named to be read.

// besides reads a chart that another one names, base being the directory of that one. at is its
// own directory, "" where it is not to be read, or there is none.
type besides func(base, path string) (files []helm.File, at string, err error)

// deepestLocal is how many charts may name each other in a row.
const deepestLocal = 8

// mostLocal is how many bytes a chart may have with all that it names: as many as one chart.
const mostLocal = 100 << 20

// read reads the files of a chart, with the local charts that it depends on.
func (c *chart) read() (files []helm.File, left []string, err error) {
	if files, left, err = c.files(); err != nil || c.besides == nil {
		return files, left, err
	}
	size := 0
	for _, f := range files {
		size += len(f.Data)
	}
	err = c.join(&files, files, "", c.at, &size, 0)
	return files, left, err
}

// join adds the local dependencies of a chart below prefix, which is in the directory base.
func (c *chart) join(all *[]helm.File, own []helm.File, prefix, base string, size *int, depth int) error {
	for _, local := range helm.Locals(own) {
		inner, at, err := c.besides(base, local.Path)
		if err != nil || at == "" {
			continue // it is named as missing
		}
		if depth == deepestLocal {
			return &helm.Error{Reason: fmt.Sprintf("more than %d charts depend on each other in a row", deepestLocal)}
		}
		below := prefix + "charts/" + local.Name + "/"
		for _, f := range inner {
			if *size += len(f.Data); *size > mostLocal {
				return &helm.Error{Reason: fmt.Sprintf("it has more than %d MiB with the charts that it depends on", mostLocal>>20)}
			}
			*all = append(*all, helm.File{Name: below + f.Name, Data: f.Data})
		}
		if c.mounts == nil {
			c.mounts = map[string]string{}
		}
		c.mounts[below] = at
		if err := c.join(all, inner, below, at, size, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// mounted is a file of the chart, by the directory that it was read from.
func (c *chart) mounted(name string) (dir, file string) {
	dir, file = c.at, name
	best := ""
	for prefix, at := range c.mounts {
		if rest, ok := strings.CutPrefix(name, prefix); ok && len(prefix) > len(best) {
			best, dir, file = prefix, at, rest
		}
	}
	return dir, file
}

// localBesides reads charts of directories that are in root.
func localBesides(root string) besides {
	return func(base, path string) ([]helm.File, string, error) {
		at := filepath.Join(base, filepath.FromSlash(path))
		real, err := filepath.EvalSymlinks(at)
		if err != nil || !isBelow(root, real) {
			return nil, "", err
		}
		files, _, err := helm.Folder(at)
		return files, at, err
	}
}

// isBelow reports a path that is in a directory, whatever links lead to either.
func isBelow(root, path string) bool {
	top, err := filepath.EvalSymlinks(root)
	if err != nil {
		return false
	}
	if top, err = filepath.Abs(top); err != nil {
		return false
	}
	if path, err = filepath.Abs(path); err != nil {
		return false
	}
	rel, err := filepath.Rel(top, path)
	return err == nil && filepath.IsLocal(rel)
}

// rootOf is in what a chart that was named may find others: the working directory, or what is beside
// the chart where that is elsewhere.
func rootOf(chart string) string {
	if here, err := os.Getwd(); err == nil && isBelow(here, chart) {
		return here
	}
	return filepath.Dir(filepath.Clean(chart))
}

// gitBesides reads charts of the same revision.
func (g gitPath) gitBesides(ctx context.Context, tree string) besides {
	return func(base, path string) ([]helm.File, string, error) {
		top := slashpath.Join(strings.TrimPrefix(base, gitScheme+g.revision+":"), path)
		if !filepath.IsLocal(top) {
			return nil, "", nil
		}
		entries, err := g.list(ctx, tree, top)
		if err != nil {
			return nil, "", err
		}
		files, _, err := g.chartFiles(ctx, tree, top, entries)()
		return files, gitScheme + g.revision + ":" + top, err
	}
}
