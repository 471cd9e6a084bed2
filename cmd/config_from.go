package cmd

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// fromWords are the values of --config-from.
var fromWords = []string{"base", "head", "none"}

// configFrom says whose rules count for a change: whoever can write the change could hide
// with its own what is wrong with it.
type configFrom struct{ word string }

func (f *configFrom) add(c *cobra.Command) {
	c.Flags().StringVar(&f.word, "config-from", "base", "read rules, exceptions, baseline and ignore annotations from the `SIDE` of a change: "+strings.Join(fromWords, ", "))
	console.Completes(c, "config-from", console.OneOf(fromWords...))
}

func (f *configFrom) complete() error {
	if !slices.Contains(fromWords, f.word) {
		return console.Usage("", "--config-from %q: one of %s", f.word, strings.Join(fromWords, ", "))
	}
	return nil
}

// configs are the configuration that counts for a change and the one that it brings, nil
// where these are the same.
type configs struct {
	counts, brings *project.Config
	// idle is the file of a configuration that does not count because the base is a cluster.
	idle string
}

// sayIdle says so.
func (c configs) sayIdle(s console.Streams) {
	if c.idle != "" {
		console.Say(s, "note: the base is a cluster, so %s does not apply%s", c.idle, input.HintLine("--config-from head applies it, --config FILE another file"))
	}
}

// readFor reads the configurations of a change. A cluster has none, unless one is named.
func (f *configFlags) readFor(ctx context.Context, from string, base, head input.SideWord) (configs, error) {
	brings, err := f.of(ctx, head)
	if err != nil {
		return configs{}, err
	}
	switch from {
	case "head":
		return configs{counts: brings}, nil
	case "none":
		return configs{counts: &project.Config{}, brings: brings}, nil
	}
	if base.Cluster && f.file == "" {
		return configs{counts: &project.Config{}, idle: brings.File}, nil
	}
	counts, err := f.of(ctx, base)
	return configs{counts: counts, brings: brings}, err
}

// of reads the configuration that a side has: of its revision, or near its path. The zero
// side is the working directory.
func (f *configFlags) of(ctx context.Context, side input.SideWord) (*project.Config, error) {
	if revision := side.Revision(); revision != "" {
		return f.ofRevision(ctx, revision)
	}
	if path := side.Path(); f.file == "" && path != "" && path != "-" {
		near := *f
		if near.file = nearestConfig(directoryOf(path)); near.file == "" {
			return &project.Config{}, nil
		}
		return near.read()
	}
	return f.read()
}

func (f *configFlags) ofRevision(ctx context.Context, revision string) (*project.Config, error) {
	var text []byte
	var found bool
	var err error
	file := f.file
	if file != "" {
		text, found, err = source.FileOf(ctx, revision, filepath.ToSlash(input.FromHere(file)))
	} else {
		file, text, found, err = source.NearestOf(ctx, revision, configName)
	}
	if err != nil {
		return nil, err
	}
	if !found {
		return &project.Config{}, nil
	}
	return parseConfig("git:"+revision+":"+file, text)
}

// directoryOf is a path that is a directory, else the one that it lies in.
func directoryOf(path string) string {
	if at, err := os.Stat(path); err == nil && at.IsDir() {
		return path
	}
	return filepath.Dir(path)
}
