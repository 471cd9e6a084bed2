package console

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mtlsctl/mtlsctl/render/format"
)

// helpWidth is how wide a help is, on a terminal that is no narrower.
const helpWidth = 80

// FlagGroup is flags that one help lists together.
type FlagGroup struct {
	Title string
	Flags *pflag.FlagSet
}

// groups are the flags that several commands have. A flag of no group is the command's own.
var groups = []struct {
	title string
	flags []string
}{
	{"Input", []string{
		"filename", "kustomize", "overlay", "environment", "repo-url", "source", "complete-from", "allow-remote", "helm", "helm-release", "helm-namespace", "set", "set-string", "api-versions", "kube-version", "no-render", "render-timeout",
		"mesh-config", "root-namespace", "istio", "revision", "injected-by-default", "assume-injected", "assume-not-injected", "config",
	}},
	{"Cluster", []string{
		"context", "contexts", "kubeconfig", "cluster", "user", "as", "as-group", "istioNamespace", "proxy-url", "from-cache", "chunk-size", "request-timeout", "timeout",
	}},
	{"Evidence", []string{
		"traffic", "access-log", "proxies", "window", "prometheus", "prometheus-ca-file", "prometheus-cert-file", "prometheus-header", "prometheus-insecure-skip-tls-verify",
		"prometheus-key-file", "prometheus-password-file", "prometheus-timeout", "prometheus-token-file", "prometheus-username",
	}},
	{"Filter", []string{
		"namespace", "all-namespaces", "selector", "mode", "verdict", "only", "skip", "min-severity", "exclude", "exclude-namespaces",
	}},
	{"Output", []string{
		"output", "output-file", "no-headers", "sort-by", "expand", "summary", "matrix", "color", "quiet", "verbose",
	}},
	{"General", []string{"help", "max-memory", "version"}},
}

// FlagGroups are the flags of a command as its help lists them: its own, then those that
// other commands have too. Groups without a flag are left out.
func FlagGroups(c *cobra.Command) []FlagGroup {
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	all.AddFlagSet(c.LocalFlags())
	all.AddFlagSet(c.InheritedFlags())
	list := []FlagGroup{{Title: "Flags", Flags: pflag.NewFlagSet("", pflag.ContinueOnError)}}
	for _, g := range groups {
		list = append(list, FlagGroup{Title: g.title + " flags", Flags: pflag.NewFlagSet("", pflag.ContinueOnError)})
	}
	all.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			list[groupOf(f.Name)+1].Flags.AddFlag(f)
		}
	})
	return slices.DeleteFunc(list, func(g FlagGroup) bool { return !g.Flags.HasFlags() })
}

// groupOf is the place of a flag's group, -1 for none.
func groupOf(name string) int {
	for i, g := range groups {
		if slices.Contains(g.flags, name) {
			return i
		}
	}
	return -1
}

// Help has the help of a command and of all below it list flags by group, and fit the
// terminal.
func Help(root *cobra.Command, s Streams) {
	width := helpWidth
	if s.Width > 0 {
		width = min(width, s.Width)
	}
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		about := c.Long
		if about == "" {
			about = c.Short
		}
		fmt.Fprintf(c.OutOrStdout(), "%s\n%s", Paragraphs(about, width), usage(c, width))
	})
	root.SetUsageFunc(func(c *cobra.Command) error {
		_, err := io.WriteString(c.OutOrStderr(), usage(c, width))
		return err
	})
}

// Paragraphs wraps the paragraphs of a text at a width. Indented ones stay as they are.
func Paragraphs(text string, width int) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString("\n")
		}
		if Indented(paragraph) {
			b.WriteString(paragraph + "\n")
		} else {
			b.WriteString(format.Wrap(paragraph, width))
		}
	}
	return b.String()
}

// Indented reports a paragraph that shows a file, a list or a command: its lines stay.
func Indented(paragraph string) bool {
	return strings.HasPrefix(paragraph, " ") || strings.HasPrefix(paragraph, "\t")
}

// usage is a help without the text on top.
func usage(c *cobra.Command, width int) string {
	var b strings.Builder
	b.WriteString("Usage:\n")
	if c.Runnable() {
		b.WriteString("  " + c.UseLine() + "\n")
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("  " + c.CommandPath() + " [command]\n")
	}
	if c.HasExample() {
		b.WriteString("\nExamples:\n" + c.Example + "\n")
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				fmt.Fprintf(&b, "  %-*s  %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	for _, g := range FlagGroups(c) {
		b.WriteString("\n" + g.Title + ":\n" + strings.TrimRight(g.Flags.FlagUsagesWrapped(width), " \n") + "\n")
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\n" + format.Wrap(c.CommandPath()+" COMMAND --help shows more about a command.", width))
	}
	return b.String()
}
