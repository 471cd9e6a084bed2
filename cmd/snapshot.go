package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

const snapshotLong = `snapshot writes what mtlsctl reads from a cluster as plain YAML: a mesh to keep, to
compare, and to send with a question. mtlsctl describe -f FILE, analyze and
connections then answer as for the cluster, byte for byte.

Secrets are never read. Without --full only names and structure are kept: environments,
header values, scripts and annotations are omitted, or replaced by a token. Check a full
snapshot before you pass it on.`

const snapshotExample = `  # the cluster of the current context, to a file
  mtlsctl snapshot --output-file mesh.yaml

  # ask it again, without the cluster
  mtlsctl connections -A -f mesh.yaml`

// snapshotOptions is everything that one run of snapshot needs.
type snapshotOptions struct {
	streams console.Streams
	input   input.Flags
	proxies input.ProxyFlag
	file    string
}

func newSnapshot(s console.Streams) *cobra.Command {
	o := &snapshotOptions{streams: s}
	c := &cobra.Command{
		Use: "snapshot", Short: "Write what is read from a cluster, for later use",
		Long: snapshotLong, Example: snapshotExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := console.FirstError(o.input.Cluster.OneOnly(), o.proxies.Validate()); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Cluster.Add(c.Flags())
	_ = c.Flags().MarkHidden("contexts")
	c.Flags().StringVarP(&o.input.Namespace, "namespace", "n", "", "read namespace `NS` if you cannot list all namespaces")
	c.Flags().StringVar(&o.file, "output-file", "-", "write to `FILE`; - is standard output")
	console.Renamed(c.Flags(), "output-file", "output", "o")
	c.Flags().BoolVar(&o.input.Cluster.Full, "full", false, "keep environments, images, all annotations and all values")
	o.proxies.Add(c)
	c.Flags().Lookup("proxies").Usage = "keep what proxies run too, of the dumps in `PATH`, so that mtlsctl verify -f FILE answers; may be repeated"
	c.ValidArgsFunction = console.NoFiles
	console.Completes(c, "namespace", o.input.Namespaces)
	o.input.Cluster.Complete(c)
	return c
}

func (o *snapshotOptions) run(ctx context.Context) error {
	l := &input.Loaded{Flags: &o.input, Start: o.streams.Now()}
	o.input.Cluster.Keep = true
	dumps, err := o.proxies.ReadAlone(ctx)
	if err != nil {
		return err
	}
	in, err := o.input.ReadCluster(ctx, o.streams)
	if err != nil {
		return err
	}
	if in.Proxies, err = dumps.Keep(o.input.Cluster.Full); err != nil {
		return err
	}
	if err := o.write(ctx, in); err != nil {
		return err
	}
	l.Take(in)
	usable := dumps.Say(o.streams)
	return console.FirstError(usable, l.Report(o.streams))
}

// write puts the snapshot where it belongs, whole or not at all.
func (o *snapshotOptions) write(ctx context.Context, in *source.Input) error {
	err := writeWhole(o.file, o.streams.Out, 0o600, func(w io.Writer) error {
		return buffered(console.Stoppable{Ctx: ctx, Out: w}, in, o.input.Cluster.Full)
	})
	if err != nil && o.file != "-" {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return err
}

func buffered(w io.Writer, in *source.Input, full bool) error {
	b := bufio.NewWriterSize(w, 1<<16)
	return errors.Join(cluster.WriteSnapshot(b, in, full), b.Flush())
}
