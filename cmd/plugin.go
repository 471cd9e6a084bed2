package cmd

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

// pluginName is what kubectl calls the program for "kubectl mtls".
const pluginName = "kubectl-mtls"

// calledAs is what the user typed to run the program, "" for its own name. A kubectl
// plugin is a program of a certain name, and says so where it speaks of itself.
func calledAs(program string) string {
	if strings.TrimSuffix(filepath.Base(program), ".exe") == pluginName {
		return "kubectl mtls"
	}
	return ""
}

// rename has the help speak of the program as the user does.
func rename(c *cobra.Command, name string) {
	c.Long, c.Example = renamed(c.Long, name), renamed(c.Example, name)
	for _, sub := range c.Commands() {
		rename(sub, name)
	}
}

func renamed(text, name string) string { return strings.ReplaceAll(text, "mtlsctl ", name+" ") }

// speaking is a stream whose hints call the program as the user does, name, "" for its own
// name, with the flags that the user gave.
type speaking struct {
	out   io.Writer
	name  string
	again *console.FollowUp
}

// Write implements io.Writer.
func (s speaking) Write(p []byte) (int, error) {
	text := string(p)
	if strings.Contains(text, "mtlsctl ") {
		lines := strings.SplitAfter(text, "\n")
		for i := range lines {
			lines[i] = s.again.Add(lines[i])
		}
		text = strings.Join(lines, "")
		if s.name != "" {
			text = renamed(text, s.name)
		}
	}
	_, err := io.WriteString(s.out, text)
	return len(p), err
}
