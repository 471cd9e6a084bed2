package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
)

const environmentsLong = `environments lists what deploys the files of a repository: Applications and
ApplicationSets of Argo CD, Kustomizations and HelmReleases of Flux, and if there are
none, the kustomizations that no other one builds on. What they deploy to one cluster is
an environment, with the directory, the renderer and the number of objects of each.

analyze answers for every environment. All other commands answer for the only one, or
for that of --environment. Everything is rendered offline; what is not in the files is
named as missing.

Exit code 3: something that is deployed could not be read.`

const environmentsExample = `  # what is deployed, and from where
  mtlsctl environments -f repo/

  # the effective modes of one environment
  mtlsctl describe -f repo/ --environment prod

  # a chart that an Application takes from elsewhere
  mtlsctl environments -f repo/ --source redis=../charts/redis`

// environmentsOptions is everything that one run of environments needs.
type environmentsOptions struct {
	streams console.Streams
	color   *console.ColorFlag
	input   input.Flags
	output  outputFlags
}

func newEnvironments(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &environmentsOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "environments", Short: "List what Argo CD, Flux and kustomize deploy from a repository",
		Long: environmentsLong, Example: environmentsExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.complete(); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.AddRepository(c)
	o.output.addFormat(c)
	return c
}

func (o *environmentsOptions) complete() error {
	if err := o.output.complete(); err != nil {
		return err
	}
	if len(o.input.Files) == 0 {
		return console.Usage("mtlsctl environments -f repo/", "-f names no repository")
	}
	return o.input.ValidateRepository()
}

func (o *environmentsOptions) run(ctx context.Context) error {
	found, err := o.input.Environments(ctx, o.streams)
	if err != nil {
		return err
	}
	view := render.NewEnvironments(found)
	if err := format.Write(o.streams.Out, o.output.format, view, o.output.options(o.streams, o.color)); err != nil {
		return err
	}
	if found != nil {
		input.SayProblems(o.streams, found.All())
		input.SayNotes(o.streams, found.Notes)
	}
	if !view.List.Complete {
		return console.ErrIncomplete
	}
	return nil
}
