package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/cmd/internal/watching"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/metrics"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

const watchLong = `watch follows a cluster and prints a line for each effective change: a port with
another mode, a call that breaks or is repaired, a finding that is new or gone, with
the object that is the cause, and who changed the object.

It lists and watches the kinds that describe reads. Changes are gathered for a moment
(--gather), so that one rollout is one comparison. While a kind cannot be read, what
depends on it is unknown: watch prints since when, and compares the mesh before and
after when the kind can be read again.

It serves metrics for Prometheus at http://127.0.0.1:9464/metrics, and /healthz and
/readyz; --listen sets another address, and --listen "" serves none. --print-rules
prints recording and alert rules for Prometheus instead.

watch only reads. mtlsctl rbac --only watch prints the rights that it needs. It ends
with exit code 0 on SIGTERM, and 130 on Ctrl-C.`

const watchExample = `  # what changes, as it changes
  mtlsctl watch

  # in a pod, for Prometheus
  mtlsctl watch -o json --listen :9464

  # the rules for Prometheus
  mtlsctl watch --print-rules > mtlsctl-rules.yaml`

// watchOptions is everything that one run of watch needs.
type watchOptions struct {
	streams console.Streams
	input   input.Flags
	config  configFlags
	word    string
	listen  string
	gather  time.Duration
	renew   time.Duration
	rules   bool
}

func newWatch(s console.Streams) *cobra.Command {
	o := &watchOptions{streams: s}
	c := &cobra.Command{
		Use: "watch", Short: "Follow a cluster: effective changes, metrics for Prometheus",
		Long: watchLong, Example: watchExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.complete(); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	fs := c.Flags()
	fs.StringVarP(&o.word, "output", "o", "text", "write each change as `FORMAT`: text, json (an object a line)")
	fs.StringVar(&o.listen, "listen", "127.0.0.1:9464", "serve metrics at `ADDRESS`; \"\" serves none")
	fs.DurationVar(&o.gather, "gather", 2*time.Second, "gather changes for `TIME` before they are compared")
	fs.DurationVar(&o.renew, "renew", 2*time.Minute, "open each watch anew after `TIME` to twice that, by which a lost right is noticed")
	fs.BoolVar(&o.rules, "print-rules", false, "print recording and alert rules for Prometheus, and exit")
	fs.StringVar(&o.input.RootNamespace, "root-namespace", "", "mesh-wide policies are in namespace `NS` (default: from the mesh configuration, else istio-system)")
	fs.StringSliceVar(&o.input.Revisions, "revision", nil, "existing control planes: `NAME` or TAG=REVISION, separated by commas (default: every one that a label names)")
	o.config.add(c)
	o.input.Cluster.Add(fs)
	_ = fs.MarkHidden("contexts")
	console.Completes(c, "output", console.OneOf("text", "json"))
	for _, name := range []string{"listen", "gather", "renew", "revision"} {
		console.Completes(c, name, console.NoFiles)
	}
	console.Completes(c, "root-namespace", o.input.Namespaces)
	o.input.Cluster.Complete(c)
	return c
}

// complete checks everything that can be checked before reading.
func (o *watchOptions) complete() error {
	const least = 10 * time.Millisecond
	switch {
	case o.word != "text" && o.word != "json":
		return console.Usage("", "-o %q: one of text, json", o.word)
	case o.gather < least:
		return console.Usage("for example --gather 2s", "--gather %s: want at least %s", o.gather, least)
	case o.renew < time.Second:
		return console.Usage("for example --renew 2m", "--renew %s: want at least 1s", o.renew)
	}
	if o.listen != "" {
		if _, _, err := net.SplitHostPort(o.listen); err != nil {
			return console.Usage("for example --listen 127.0.0.1:9464", "--listen %q: want HOST:PORT", o.listen)
		}
	}
	return o.input.Cluster.OneOnly()
}

func (o *watchOptions) run(ctx context.Context) error {
	if o.rules {
		_, err := fmt.Fprint(o.streams.Out, metrics.Rules)
		return err
	}
	o.streams.Bounds.Untimed()
	config, err := o.config.readExceptions(o.streams)
	if err != nil {
		return err
	}
	ended, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	err = o.follow(ended, config)
	if ended.Err() != nil && ctx.Err() == nil {
		return nil // SIGTERM: somebody stops it
	}
	return err
}

// follow runs until ctx ends.
func (o *watchOptions) follow(ctx context.Context, config *project.Config) error {
	reach, err := o.input.Cluster.Options()
	if err != nil {
		return err
	}
	reach.Config.UserAgent = "mtlsctl/watch" // in an audit log, the one that may watch
	version, _ := buildVersion()
	server := watching.NewServer(version, o.streams.Now)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	if o.listen != "" {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
		if err != nil {
			return &console.Failure{Code: console.ExitInput, Message: "--listen " + o.listen + ": " + err.Error(), Hints: []string{"--listen ADDRESS chooses another address, --listen \"\" serves none"}}
		}
		console.Note(o.streams, "metrics: http://%s/metrics", l.Addr().String())
		group.Go(func() error { return watching.Serve(ctx, l, server.Handler()) })
	}
	feed, err := cluster.Follow(ctx, reach, cluster.FeedOptions{Gather: o.gather, Renew: o.renew, Now: o.streams.Now})
	if err != nil {
		return err
	}
	group.Go(func() error { return o.loop(ctx, feed, watching.New(&o.input, o.streams, config), server) })
	return group.Wait()
}

// loop takes update by update.
func (o *watchOptions) loop(ctx context.Context, feed *cluster.Feed, w *watching.Watcher, server *watching.Server) error {
	for {
		u, err := feed.Next(ctx)
		if err != nil {
			return err
		}
		first := w.Now() == nil
		lines := w.Take(u)
		server.Show(u, w.Snapshot(u), lines)
		if first {
			o.begun(w, u)
		}
		if err := o.print(lines); err != nil {
			return err
		}
	}
}

// begun prints what is followed.
func (o *watchOptions) begun(w *watching.Watcher, u *cluster.Update) {
	all, strict := w.NumPorts(resolve.Strict)
	console.Say(o.streams, "watching: %s; %s, %d of them STRICT; %s", console.Plural(u.Objects, "object"), console.Plural(all, "port"), strict, console.Plural(len(w.Now().Findings), "finding"))
}

// print writes lines at once: whoever reads them acts on them.
func (o *watchOptions) print(lines []wire.WatchLine) error {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	for i := range lines {
		if o.word == "text" {
			text.WriteString(render.WatchText(&lines[i]) + "\n")
			continue
		}
		if err := encoder.Encode(&lines[i]); err != nil {
			return err
		}
	}
	if text.Len() == 0 {
		return nil
	}
	_, err := o.streams.Out.Write([]byte(text.String()))
	return err
}
