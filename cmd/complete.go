package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
)

// suggest is what a shell completes a word with.
type suggest func(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective)

// completes registers what the value of a flag is completed with.
func completes(c *cobra.Command, flag string, f suggest) {
	if err := c.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err) // the command has no such flag
	}
}

// oneOf suggests fixed words.
func oneOf(words ...string) suggest {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// manyOf suggests words for the last member of a comma-separated list, those that it
// has not got yet.
func manyOf(f suggest) suggest {
	return func(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		end := strings.LastIndexByte(word, ',') + 1
		before, last := word[:end], word[end:]
		words, directive := f(c, args, last)
		given := strings.Split(before, ",")
		var list []cobra.Completion
		for _, w := range words {
			name, _, _ := strings.Cut(w, "\t")
			if !slices.Contains(given, name) {
				list = append(list, before+w)
			}
		}
		return list, directive
	}
}

// noFiles suggests nothing, not even files.
func noFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// codes suggests the checks.
func codes(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list []cobra.Completion
	for _, c := range project.Catalogue() {
		list = append(list, cobra.CompletionWithDesc(c.Code, c.Title))
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// pages suggests what explain knows; the numbers of rules once a digit is there.
func pages(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return noFiles(c, args, word)
	}
	var list []cobra.Completion
	if looksLikeRule(word) {
		for _, r := range rulebook.All() {
			list = append(list, cobra.CompletionWithDesc(r.Number, r.Title))
		}
		return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
	for _, t := range topics.All() {
		list = append(list, cobra.CompletionWithDesc(t.Name, t.Title))
	}
	list = append(list, cobra.CompletionWithDesc(allRules, "the rules that output names as (3.2.3)"))
	more, directive := codes(c, args, word)
	return append(list, more...), directive
}
