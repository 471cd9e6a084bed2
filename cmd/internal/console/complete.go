package console

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Suggest is what a shell completes a word with.
type Suggest func(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective)

// Completes registers what the value of a flag is completed with.
func Completes(c *cobra.Command, flag string, f Suggest) {
	if err := c.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err) // the command has no such flag
	}
}

// OneOf suggests fixed words.
func OneOf(words ...string) Suggest {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// ManyOf suggests words for the last member of a comma-separated list, those that it
// has not got yet.
func ManyOf(f Suggest) Suggest {
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

// NoFiles suggests nothing, not even files.
func NoFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}
