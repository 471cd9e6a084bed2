package cmd

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

// Main runs one command line and returns its exit code. It keeps no state
// between calls and may be called concurrently with other streams.
func Main(args []string, s Streams) int {
	if s.Name = calledAs(s.Name); s.Name != "" {
		s.Err = renaming{s.Err, s.Name}
	}
	s.bounds = newBounds()
	return s.bounds.keep(s, func(s Streams) int { return run(args, s) })
}

func run(args []string, s Streams) (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			code = exitCode(bug(p), s.Err)
		}
	}()
	root := newRoot(s)
	root.SetArgs(args)
	return exitCode(root.ExecuteContext(ctx), s.Err)
}

// bug turns a broken invariant into something that a person can act on.
func bug(p any) error {
	return &failure{code: exitInput, message: fmt.Sprintf("internal error: %v", p), hints: []string{
		"this is a bug in mtlsctl: please report it with the input that shows it",
	}}
}
