package cmd

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
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

// renaming is a stream whose hints speak of the program as the user does.
type renaming struct {
	out  io.Writer
	name string
}

// Write implements io.Writer.
func (r renaming) Write(p []byte) (int, error) {
	_, err := r.out.Write(bytes.ReplaceAll(p, []byte("mtlsctl "), []byte(r.name+" ")))
	return len(p), err
}
