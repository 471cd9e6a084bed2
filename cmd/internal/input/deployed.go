package input

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// deployedFlags say which environment is read of a repository that deploys to several.
type deployedFlags struct {
	environment   string
	urls, sources []string
	// found are the environments, where they were looked for before.
	found *source.Environments
}

const (
	repoURLUsage = "the directories of -f are the repository `URL,...` that Applications name (default: the remotes of git)"
	sourceUsage  = "read what Applications name elsewhere from a directory: `NAME=DIR,...`, where NAME is the URL of a repository or the name of a chart"
)

func (f *deployedFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.environment, "environment", "", "answer for the environment `NAME` of those that mtlsctl environments lists")
	fs.StringSliceVar(&f.urls, "repo-url", nil, repoURLUsage)
	fs.StringSliceVar(&f.sources, "source", nil, sourceUsage)
}

// completeDeployed registers what the flags are completed with.
func (f *Flags) completeDeployed(c *cobra.Command) {
	console.Completes(c, "environment", f.environmentNames)
	console.Completes(c, "repo-url", console.NoFiles)
}

func (f *deployedFlags) validate(all *Flags) error {
	for _, flag := range []struct {
		name  string
		given bool
	}{{"--environment", f.environment != ""}, {"--repo-url", len(f.urls) > 0}, {"--source", len(f.sources) > 0}} {
		if flag.given && len(all.Files) == 0 {
			return console.Usage("-f DIR names the repository", "%s needs -f", flag.name)
		}
	}
	if f.environment != "" && len(all.overlays) > 0 {
		return console.Usage("an overlay is an environment too", "--environment and --overlay each choose what is read")
	}
	for _, s := range f.sources {
		if name, dir, ok := cutLast(s); !ok || name == "" || dir == "" {
			return console.Usage("for example --source https://github.com/shop/charts=../charts", "--source %q: want NAME=DIR", s)
		}
	}
	return nil
}

// cutLast cuts at the last "=": addresses may have one.
func cutLast(word string) (before, after string, ok bool) {
	i := strings.LastIndexByte(word, '=')
	if i < 0 {
		return word, "", false
	}
	return word[:i], word[i+1:], true
}

func (f *deployedFlags) local() []source.LocalSource {
	var out []source.LocalSource
	for _, s := range f.sources {
		name, dir, _ := cutLast(s)
		out = append(out, source.LocalSource{Name: name, Dir: dir})
	}
	return out
}

// AddRepository adds the flags of a command that only looks for environments.
func (f *Flags) AddRepository(c *cobra.Command) {
	fs := c.Flags()
	fs.StringSliceVarP(&f.Files, "filename", "f", nil, "look in the directory `DIR`, or git:REV:DIR; may be repeated")
	fs.StringSliceVar(&f.deployed.urls, "repo-url", nil, repoURLUsage)
	fs.StringSliceVar(&f.deployed.sources, "source", nil, sourceUsage)
	f.Charts.addRendering(c)
	console.Completes(c, "repo-url", console.NoFiles)
}

// Environments are those that the files deploy to, nil for none.
func (f *Flags) Environments(ctx context.Context, s console.Streams) (*source.Environments, error) {
	return source.FindEnvironments(ctx, f.SourceOptions(ctx, s))
}

// InEnvironment are the flags for one of the environments that were found.
func (f *Flags) InEnvironment(found *source.Environments, name string) *Flags {
	one := *f
	one.deployed.found, one.deployed.environment = found, name
	return &one
}

// environmentNames suggests the environments of the files.
func (f *Flags) environmentNames(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(c.Context(), completionTime)
	defer cancel()
	found, err := source.FindEnvironments(ctx, source.Options{Files: slices.DeleteFunc(slices.Clone(f.Files), isStdin), RepoURLs: f.deployed.urls, Sources: f.deployed.local()})
	if err != nil || found == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return found.Names(), cobra.ShellCompDirectiveNoFileComp
}

// ValidateRepository is Validate for a command that only looks for environments.
func (f *Flags) ValidateRepository() error {
	if slices.Contains(f.Files, "") {
		return console.Usage("", "an empty path was given to -f")
	}
	return console.FirstError(f.Charts.validate(), f.deployed.validate(f))
}
