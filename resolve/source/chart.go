package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	slashpath "path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

// Release is a chart that is rendered with values that somebody names.
type Release struct {
	// Chart is its directory, also of a git revision (git:REV:DIR), or the file that helm package
	// made of it.
	Chart string
	// Values are files of values over the chart's own, the last wins; Set are values over all of
	// them, as helm --set takes them.
	Values, Set []string
	// SetString is as Set, and each value is a text.
	SetString []string
	// Name is the release's, "" for that of the chart; objects without a namespace go to
	// Namespace, "" for that of the Options.
	Name, Namespace string
}

// chart is a chart that is to be rendered.
type chart struct {
	// at is where it is, as positions say it.
	at      string
	release helm.Release
	// files reads it; left are those that it passes over, with the reason.
	files func() (files []helm.File, left []string, err error)
	// besides reads a chart that it depends on, nil where there can be none; mounts are the directories
	// of those that were read, by where they are in the files of this one.
	besides besides
	mounts  map[string]string
	// asked is true where a Release names it: that it cannot be rendered is a problem then. The
	// files of another one are read as they are instead, by raw.
	asked bool
	raw   func(*listing) error
}

// chartOwns reports what the loader of charts takes of the directory of a chart: all else is
// read like the files of any directory.
func chartOwns(name string) bool {
	return slices.Contains([]string{"Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "requirements.yaml", "requirements.lock", "templates", "charts", "crds"}, name)
}

// chartIn takes the chart that a directory is, if it is one.
func (l *listing) chartIn(dir string, entries []fs.DirEntry) bool {
	if l.raw || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "Chart.yaml" && !e.IsDir() }) {
		return false
	}
	if l.asked[identity(dir)] || l.again(asChart(dir)) {
		return true
	}
	l.texts = append(l.texts, text{name: dir, chart: &chart{
		at:      dir,
		files:   func() ([]helm.File, []string, error) { return helm.Folder(dir) },
		besides: localBesides(l.root),
		raw: func(l *listing) error {
			entries, err := os.ReadDir(dir)
			for _, e := range entries {
				if path := filepath.Join(dir, e.Name()); chartOwns(e.Name()) {
					err = errors.Join(err, l.entry(dir, path, e))
				}
			}
			return err
		},
	}})
	return true
}

// asChart is the name under which a directory is listed as a chart: no file has it.
func asChart(dir string) string { return dir + "\x00chart" }

// release takes a chart that is asked for.
func (l *listing) release(ctx context.Context, r Release) error {
	c := &chart{at: filepath.Clean(r.Chart), asked: true, release: helm.Release{Name: r.Name, Namespace: r.Namespace, Set: r.Set, SetString: r.SetString}}
	for _, name := range r.Values {
		data, err := namedFile(ctx, name)
		if err != nil {
			return err
		}
		c.release.Values = append(c.release.Values, helm.File{Name: name, Data: data})
	}
	l.texts = append(l.texts, text{name: r.Chart, named: true, chart: c})
	if strings.HasPrefix(r.Chart, gitScheme) {
		return c.ofRevision(ctx, r.Chart)
	}
	info, err := os.Stat(r.Chart)
	switch {
	case err != nil:
		return fmt.Errorf("render %s: %w", r.Chart, reason(err))
	case info.IsDir():
		c.files = func() ([]helm.File, []string, error) { return helm.Folder(r.Chart) }
		c.besides = localBesides(rootOf(r.Chart))
		return nil
	}
	c.release.Archive = true
	c.files = func() ([]helm.File, []string, error) {
		data, err := os.ReadFile(r.Chart)
		return []helm.File{{Name: filepath.Base(r.Chart), Data: data}}, nil, err
	}
	return nil
}

// namedFile is a file that was named, also of a git revision.
func namedFile(ctx context.Context, name string) ([]byte, error) {
	if strings.HasPrefix(name, gitScheme) {
		g, err := parseGitPath(name)
		if err != nil {
			return nil, err
		}
		tree, top, err := g.find(ctx)
		if err != nil {
			return nil, err
		}
		data, found, err := g.blob(ctx, tree, top)
		if err == nil && !found {
			err = &AbsentError{&GitError{name, fmt.Sprintf("revision %s has no file %s", g.revision, top), "paths of a revision are from its top, or from the current directory with ./"}}
		}
		return data, err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, reason(err))
	}
	return data, nil
}

// ofRevision makes the chart one of a git revision.
func (c *chart) ofRevision(ctx context.Context, word string) error {
	g, err := parseGitPath(word)
	if err != nil {
		return err
	}
	tree, top, err := g.find(ctx)
	if err != nil {
		return err
	}
	entries, err := g.list(ctx, tree, top)
	if err != nil {
		return err
	}
	c.at = gitScheme + g.revision + ":" + top
	if len(entries) == 1 && entries[0].path == top {
		c.release.Archive = true
	}
	c.files, c.besides = g.chartFiles(ctx, tree, top, entries), g.gitBesides(ctx, tree)
	return nil
}

// chartFiles reads the files of a revision as those of a chart.
func (g gitPath) chartFiles(ctx context.Context, tree, top string, entries []gitEntry) func() ([]helm.File, []string, error) {
	return func() (files []helm.File, left []string, err error) {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e gitEntry) bool { return e.kind == "commit" })
		contents, err := g.contents(ctx, tree, entries)
		if err != nil {
			return nil, nil, err
		}
		for i, e := range entries {
			name := strings.TrimPrefix(strings.TrimPrefix(e.path, top), "/")
			if name == "" {
				name = slashpath.Base(e.path)
			}
			if contents[i].data == nil && e.size != 0 {
				left = append(left, name+" is a link that is not followed")
				continue
			}
			files = append(files, helm.File{Name: name, Data: contents[i].data})
		}
		files, err = helm.Kept(files)
		return files, left, err
	}
}

// gitCharts takes the charts among the files of a revision, and leaves the other files.
func (l *listing) gitCharts(ctx context.Context, g gitPath, tree, top string, entries []gitEntry) []gitEntry {
	var charts []string
	below := func(dir, path string) (string, bool) {
		if dir == "." {
			return path, true
		}
		return strings.CutPrefix(path, dir+"/")
	}
	for _, e := range entries {
		dir := slashpath.Dir(e.path)
		inOther := slices.ContainsFunc(charts, func(c string) bool {
			rest, ok := below(c, e.path)
			first, _, _ := strings.Cut(rest, "/")
			return ok && chartOwns(first)
		})
		if slashpath.Base(e.path) == "Chart.yaml" && e.path != top && !inOther && (e.kind == "blob" || e.kind == "link") {
			charts = append(charts, dir)
		}
	}
	for _, dir := range charts {
		var own, rest []gitEntry
		for _, e := range entries {
			path, ok := below(dir, e.path)
			first, _, _ := strings.Cut(path, "/")
			if ok && chartOwns(first) {
				own = append(own, e)
			} else {
				rest = append(rest, e)
			}
		}
		at := gitScheme + g.revision + ":" + strings.TrimPrefix(dir, ".")
		inside := slices.DeleteFunc(slices.Clone(entries), func(e gitEntry) bool { _, ok := below(dir, e.path); return !ok })
		if entries = rest; l.asked[at] || l.again(asChart(at)) {
			continue
		}
		l.texts = append(l.texts, text{name: at, chart: &chart{
			at: at, files: g.chartFiles(ctx, tree, strings.TrimPrefix(dir, "."), inside), besides: g.gitBesides(ctx, tree),
			raw: func(l *listing) error { return l.gitEntries(ctx, g, tree, top, own) },
		}})
	}
	return entries
}
