package agent

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// Command is one command line that a tool runs.
type Command struct {
	// Args are the command's name and flags, Names what stands behind them: no word of these is
	// taken for a flag.
	Args, Names []string
	// Stdin is what it reads, "" for nothing.
	Stdin string
}

// Line are the arguments of the command, with the flags of the input in between.
func (c Command) Line(input []string) []string {
	line := slices.Concat(c.Args, input)
	if len(c.Names) > 0 {
		line = append(append(line, "--"), c.Names...)
	}
	return line
}

// Outcome is what became of a command.
type Outcome struct {
	// Answer is what it printed, JSON or a text; Notes is what it said beside that.
	Answer []byte
	Notes  string
	// Code is its exit code.
	Code int
}

// Runner runs one command over the input of the server. It is called by one goroutine at a time.
type Runner func(ctx context.Context, c Command) Outcome

// flag gives a value to a flag; nothing of it is another word of the line.
func flag(name, value string) string { return "--" + name + "=" + value }

// errNoValue is a value that no command takes.
var errNoValue = errors.New("a name or a value must not be empty, and has no line break")

// plain refuses what can be no name or value.
func plain(values ...string) error {
	for _, v := range values {
		if strings.TrimSpace(v) == "" || strings.ContainsAny(v, "\r\n\x00") {
			return errNoValue
		}
	}
	return nil
}

// optional are the flags of those values that are given, by name, in this order.
func optional(pairs ...[2]string) (flags []string, err error) {
	for _, p := range pairs {
		if p[1] == "" {
			continue
		}
		if err := plain(p[1]); err != nil {
			return nil, err
		}
		flags = append(flags, flag(p[0], p[1]))
	}
	return flags, nil
}
