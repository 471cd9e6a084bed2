package cmd

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
)

// Streams is everything that a run takes from its surroundings.
type Streams = console.Streams

// Process returns the streams of the running process.
func Process() Streams { return console.Process() }

// Main runs one command line and returns its exit code. It keeps no state
// between calls and may be called concurrently with other streams.
func Main(args []string, s console.Streams) int {
	s.Name, s.FollowUp = calledAs(s.Name), &console.FollowUp{}
	s.Err = speaking{s.Err, s.Name, s.FollowUp}
	s.Bounds, s.Voice = console.NewBounds(), &console.Voice{}
	return s.Bounds.Keep(s, func(s console.Streams) int { return run(args, s) })
}

func run(args []string, s console.Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return runIn(ctx, args, s)
}

// runIn runs one command line until ctx ends.
func runIn(ctx context.Context, args []string, s console.Streams) (code int) {
	defer func() {
		if p := recover(); p != nil {
			code = console.ExitCode(bug(p), s.Err)
		}
	}()
	if err := console.NeedsEquals(args, input.Assumptions...); err != nil {
		return console.ExitCode(err, s.Err)
	}
	root := newRoot(s)
	root.SetArgs(args)
	return console.ExitCode(root.ExecuteContext(ctx), s.Err)
}

// bug turns a broken invariant into something that a person can act on.
func bug(p any) error {
	return &console.Failure{Code: console.ExitInput, Message: fmt.Sprintf("internal error: %v", p), Hints: []string{
		"this is a bug in mtlsctl: please report it with the input that shows it",
	}}
}
