package console

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/render/format"
)

// Say writes to stderr what is no part of the answer. A reader that is gone is no
// reason to stop.
//
// What the arguments hold is somebody else's, and visible in one line; lines are the tool's own.
func Say(s Streams, message string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case Lines:
			args[i] = string(a)
		case string:
			args[i] = format.Visible(a)
		case error:
			args[i] = format.Visible(a.Error())
		case fmt.Stringer:
			args[i] = format.Visible(a.String())
		}
	}
	_, _ = fmt.Fprintf(s.Err, message+"\n", args...)
}

// Lines is text of several lines, each of which is visible already.
type Lines string

// ColorFlag is --color.
type ColorFlag struct{ Value string }

// Validate refuses other words than those of the help.
func (c *ColorFlag) Validate() error {
	if !slices.Contains([]string{"auto", "always", "never"}, c.Value) {
		return Usage("", "--color %q: one of auto, always, never", c.Value)
	}
	return nil
}

// On decides whether to colour. An explicit --color=always is stronger than the
// environment, as https://no-color.org asks.
func (c *ColorFlag) On(s Streams) bool {
	switch c.Value {
	case "always":
		return true
	case "never":
		return false
	}
	return s.Terminal && s.Env("NO_COLOR") == "" && s.Env("TERM") != "dumb"
}
