package cmd

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mtlsctl/mtlsctl/cmd/internal/agent"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
)

const mcpLong = `mcp serves the answers of mtlsctl to agents over the Model Context Protocol, on
standard input and output, or with --listen over HTTP to agents of this machine.

The tools are summary, describe, connections, call, analyze, diagnose, plan_status,
explain and diff. Each answers with the JSON of its command, about the files or the
cluster that the flags of mcp name. An agent gives names and values only: it cannot
name another file, another cluster or a flag. Nothing is changed, and nothing is
written. The input is read anew for each question.

An answer has at most 200 kB: a longer list comes in pages.

diff is there for a cluster, and for one -f without further flags of the input.`

const mcpExample = `  # how an agent starts it, for the manifests of a repository
  mtlsctl mcp -f manifests/

  # for the cluster of the current kubectl context
  mtlsctl mcp

  # over HTTP, for agents of this machine
  mtlsctl mcp -f manifests/ --listen 127.0.0.1:8765`

// mcpOptions is everything that one run of mcp needs.
type mcpOptions struct {
	streams console.Streams
	input   input.Flags
	listen  string
	// flags are those of the input, as the commands of the tools take them.
	flags []string
}

func newMCP(s console.Streams) *cobra.Command {
	o := &mcpOptions{streams: s}
	c := &cobra.Command{
		Use: "mcp", Short: "Serve answers to agents over the Model Context Protocol",
		Long: mcpLong, Example: mcpExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.complete(c); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	c.Flags().StringVar(&o.listen, "listen", "", "serve over HTTP at `ADDRESS` of this machine, such as 127.0.0.1:8765, instead of standard input and output")
	console.Completes(c, "listen", console.NoFiles)
	return c
}

// complete checks everything that can be checked before reading.
func (o *mcpOptions) complete(c *cobra.Command) error {
	if err := o.input.Validate(nil); err != nil {
		return err
	}
	if slices.Contains(o.input.Files, "-") {
		return console.Usage("write it to a file, and name that with -f", "-f -: standard input is for the agent, or is read once and asked for often")
	}
	if o.listen != "" && !loopback(o.listen) {
		return console.Usage("for example --listen 127.0.0.1:8765", "--listen %q: want HOST:PORT of the loopback interface", o.listen)
	}
	o.flags = spelled(c.Flags(), "listen")
	return nil
}

// loopback reports an address of the machine itself.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// spelled are the flags that were given, but for some, each with its values.
func spelled(fs *pflag.FlagSet, but ...string) (flags []string) {
	fs.Visit(func(f *pflag.Flag) {
		if slices.Contains(but, f.Name) {
			return
		}
		if list, is := f.Value.(pflag.SliceValue); is {
			for _, value := range list.GetSlice() {
				flags = append(flags, "--"+f.Name+"="+quotedCSV(f, value))
			}
			return
		}
		flags = append(flags, "--"+f.Name+"="+f.Value.String())
	})
	return flags
}

// quotedCSV is a value of a list as its flag reads it: such a flag divides what has commas.
func quotedCSV(f *pflag.Flag, value string) string {
	if f.Value.Type() != "stringSlice" || !strings.ContainsAny(value, ",\"\n") {
		return value
	}
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}

func (o *mcpOptions) run(ctx context.Context) error {
	o.streams.Bounds.Untimed()
	version, _ := buildVersion()
	options := agent.Options{Version: version, Runner: o.runner, DiffBase: o.diffBase()}
	if err := o.readable(ctx); err != nil {
		return err
	}
	if o.listen == "" {
		err := agent.ServeStreams(ctx, options, o.streams.In, o.streams.Out)
		if err == nil || errors.Is(err, context.Canceled) {
			return nil // the agent has gone
		}
		return &console.Failure{Code: console.ExitInput, Message: "standard input: no message of an agent: " + err.Error(), Hints: []string{"the program that runs the agent starts mtlsctl mcp; mtlsctl mcp --help shows how"}}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return &console.Failure{Code: console.ExitInput, Message: "--listen " + o.listen + ": " + err.Error(), Hints: []string{"--listen ADDRESS chooses another address"}}
	}
	console.Say(o.streams, "serving http://%s", l.Addr().String())
	return agent.ServeHTTP(ctx, options, l)
}

// readable reads the input once: what is wrong with it is said to who starts the server.
func (o *mcpOptions) readable(ctx context.Context) error {
	out := o.runner(ctx, agent.Command{Args: []string{"describe", "--summary", "-o", "json"}})
	if len(out.Answer) > 0 {
		return nil
	}
	console.Say(o.streams, "%s", console.Lines(strings.TrimSpace(out.Notes)))
	return &console.Failure{Code: out.Code}
}

// diffBase names the input as the base of a diff, nil where it cannot be one.
func (o *mcpOptions) diffBase() []string {
	i := &o.input
	switch {
	case !i.ReadsFiles():
		return []string{}
	case len(i.Files) == 1 && len(o.flags) == 1:
		return []string{i.Files[0]}
	}
	return nil
}

// runner runs a command of a tool as a process of its own would.
func (o *mcpOptions) runner(ctx context.Context, c agent.Command) agent.Outcome {
	var out, errs bytes.Buffer
	s := o.streams
	s.In, s.Out, s.Err = strings.NewReader(c.Stdin), &out, &errs
	s.Terminal, s.ErrTerminal, s.Width = false, false, 0
	s.FollowUp, s.Bounds, s.Voice = &console.FollowUp{}, console.NewBounds(), &console.Voice{}
	code := s.Bounds.Keep(s, func(s console.Streams) int { return runIn(ctx, c.Line(o.inputOf(c)), s) })
	return agent.Outcome{Answer: out.Bytes(), Notes: errs.String(), Code: code}
}

// inputOf are the flags of the input for a command: explain has none, and diff takes files as its base.
func (o *mcpOptions) inputOf(c agent.Command) []string {
	switch {
	case c.Args[0] == "explain":
		return nil
	case c.Args[0] == "diff" && o.input.ReadsFiles():
		return nil
	}
	return o.flags
}
