package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render/format"
)

const configLong = `config is about the files that people write for mtlsctl: .mtlsctl.yaml, and tests of
kind MeshTest.`

const configCheckLong = `check reads .mtlsctl.yaml and tests of kind MeshTest, and prints what each file has. It
reads no mesh: mtlsctl analyze shows whether a rule or an exception has any effect.

Without an argument it checks the .mtlsctl.yaml that the other commands would use: the
nearest one, from the working directory upwards.

It exits with 3 when a file cannot be read or has an error.`

const configCheckExample = `  # the configuration of this directory
  mtlsctl config check

  # files of a change
  mtlsctl config check .mtlsctl.yaml tests/shop.yaml`

func newConfig(s console.Streams) *cobra.Command {
	c := &cobra.Command{
		Use: "config", Short: "Check .mtlsctl.yaml, and tests of kind MeshTest", Long: configLong,
		Args: func(c *cobra.Command, args []string) error { return noSuchCommand(c, args) },
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(&cobra.Command{
		Use: "check [FILE...]", Short: "Check .mtlsctl.yaml, and tests of kind MeshTest", Long: configCheckLong, Example: configCheckExample,
		RunE: func(_ *cobra.Command, files []string) error { return console.InputError(checkFiles(s, files)) },
	})
	return c
}

func checkFiles(s console.Streams, files []string) error {
	if len(files) == 0 {
		nearest := nearestConfig(".")
		if nearest == "" {
			return console.Usage("mtlsctl config check FILE checks another file", "no %s here or in a directory above", configName)
		}
		files = []string{nearest}
	}
	failed := 0
	for _, file := range files {
		text, err := checkFile(s, file)
		switch {
		case err != nil && len(files) == 1:
			return err
		case err != nil:
			failed++
			console.Say(s, "%s", err)
		default:
			if _, err := fmt.Fprintf(s.Out, "%s: %s\n", format.Visible(shortPath(file)), text); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return &console.Failure{Code: console.ExitInput, Message: fmt.Sprintf("%d of %s have an error", failed, console.Plural(len(files), "file"))}
	}
	return nil
}

// checkFile is what a file has, in words.
func checkFile(s console.Streams, file string) (string, error) {
	text, err := readSmall(file)
	if err != nil {
		return "", err
	}
	tests, err := expect.Parse(shortPath(file), text)
	if err != nil {
		return "", testError(err)
	}
	if len(tests) > 0 {
		expectations := 0
		for _, t := range tests {
			expectations += len(t.Expectations)
		}
		return console.Plural(len(tests), "test") + ", " + console.Plural(expectations, "expectation"), nil
	}
	c, err := parseConfig(shortPath(file), text)
	if err != nil {
		return "", err
	}
	sayEnded(s, c)
	return configText(c), nil
}

// configText is what a configuration has, in words.
func configText(c *project.Config) string {
	parts := []string{console.Plural(len(c.Ignores), "ignore rule"), console.Plural(len(c.Exceptions), "exception")}
	for _, n := range []struct {
		count int
		word  string
	}{{len(c.Severities), "severity"}, {len(c.Only), "check"}, {len(c.Skip), "skipped check"}} {
		if n.count > 0 {
			parts = append(parts, console.Plural(n.count, n.word))
		}
	}
	if c.FailOn != "" {
		parts = append(parts, "failOn "+c.FailOn)
	}
	if c.Profile != "" {
		parts = append(parts, "profile "+string(c.Profile))
	}
	return strings.Join(parts, ", ")
}
