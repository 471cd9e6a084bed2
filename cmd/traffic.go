package cmd

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

const trafficLong = `traffic records observed calls: which client called which server, and how.`

const recordLong = `record asks a Prometheus that scrapes Istio's proxies for the calls of the last
--window, and whether they were mTLS, as reported by the servers. It writes the record
as JSON, or as CSV if the name of the file ends in .csv. With --access-log it reads
access logs instead, from the first line to the last.

It asks in small pieces. Gaps in the Prometheus data (no Istio metrics for a part of the
time, servers that are not scraped) are written to the record, and the exit code is 3: such
a record does not prove that there were no other calls.`

const recordExample = `  # the last seven days
  mtlsctl traffic record --prometheus http://localhost:9090 --output-file traffic.json

  # one day, with a token
  mtlsctl traffic record --prometheus https://prometheus.example.com --prometheus-token-file token --window 1d --output-file traffic.csv

  # what the proxies of one workload logged
  kubectl logs deploy/pay -c istio-proxy --prefix | mtlsctl traffic record --access-log - --output-file pay.json`

func newTraffic(s console.Streams) *cobra.Command {
	c := &cobra.Command{
		Use: "traffic", Short: "Record observed calls", Long: trafficLong,
		Args: func(c *cobra.Command, args []string) error { return noSuchCommand(c, args) },
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newRecord(s))
	return c
}

// recordOptions is everything that one run of traffic record needs.
type recordOptions struct {
	streams    console.Streams
	prometheus input.PrometheusFlags
	logs       input.AccessLogFlag
	file       string
}

func newRecord(s console.Streams) *cobra.Command {
	o := &recordOptions{streams: s}
	c := &cobra.Command{
		Use: "record", Short: "Write the observed calls of a Prometheus, or of access logs",
		Long: recordLong, Example: recordExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.validate(); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.prometheus.Add(c)
	o.logs.Add(c)
	c.Flags().StringVar(&o.file, "output-file", "-", "write to `FILE`: CSV if its name ends in .csv, else JSON; - is standard output")
	console.Renamed(c.Flags(), "output-file", "output", "o")
	c.ValidArgsFunction = console.NoFiles
	return c
}

func (o *recordOptions) run(ctx context.Context) error {
	start := o.streams.Now()
	t, err := o.read(ctx)
	if err != nil {
		return err
	}
	if err := o.write(t); err != nil {
		return fmt.Errorf("write traffic: %w", err)
	}
	for _, m := range t.Missing {
		console.Say(o.streams, "missing: %s", m)
	}
	input.SayReporters(o.streams, t)
	console.Note(o.streams, "recorded %s of %s, %s to %s; %.2f s", console.Plural(len(t.Edges), "edge"), t.Source,
		t.From.UTC().Format("2006-01-02 15:04"), t.To.UTC().Format("2006-01-02 15:04 MST"), o.streams.Now().Sub(start).Seconds())
	if len(t.Missing) > 0 {
		return console.ErrIncomplete
	}
	return nil
}

func (o *recordOptions) validate() error {
	switch {
	case o.prometheus.URL != "" && len(o.logs.Files) > 0:
		return console.Usage("", "--prometheus and --access-log are two kinds of evidence: give one")
	case o.prometheus.URL == "" && len(o.logs.Files) == 0:
		return console.Usage("for example --prometheus http://localhost:9090", "no source: pass --prometheus or --access-log")
	}
	return console.FirstError(o.prometheus.Validate(), o.logs.Validate(nil))
}

func (o *recordOptions) read(ctx context.Context) (*evidence.Traffic, error) {
	if len(o.logs.Files) > 0 {
		return o.logs.Read(ctx, o.streams)
	}
	return o.prometheus.Record(ctx, o.streams.Now())
}

// write puts the record where it belongs, whole or not at all.
func (o *recordOptions) write(t *evidence.Traffic) error {
	as := traffic.WriteJSON
	if strings.EqualFold(filepath.Ext(o.file), ".csv") {
		as = traffic.WriteCSV
	}
	return writeWhole(o.file, o.streams.Out, 0o600, func(w io.Writer) error { return as(w, t) })
}
