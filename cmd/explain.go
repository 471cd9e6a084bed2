package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

const explainLong = `explain shows a page: what a finding's code means and how to repair it, what a
mode accepts and rejects, how Istio decides, what a term means. Output that ends in
a number in brackets, such as (3.2.3), names the rule that decided: explain 3.2.3
shows it, and explain rules lists all rules. explain glossary lists the terms.
Without an argument it lists topics and codes. It reads no input and uses no network.`

const explainExample = `  # list all topics and codes
  mtlsctl explain

  # one finding, one mode, one topic
  mtlsctl explain MTLS0106
  mtlsctl explain STRICT
  mtlsctl explain auto-mtls -o markdown

  # the rule that output names as (3.2.3), and all rules
  mtlsctl explain 3.2.3
  mtlsctl explain rules`

func newExplain(s console.Streams, color *console.ColorFlag) *cobra.Command {
	var output outputFlags
	c := &cobra.Command{
		Use: "explain [TOPIC|CODE|RULE]", Short: "Explain a finding, a mode, a term, or how Istio decides",
		Long: explainLong, Example: explainExample, Args: atMostOne,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := output.complete(); err != nil {
				return err
			}
			view, err := page(args)
			if err != nil {
				return err
			}
			return console.InputError(format.Write(s.Out, output.format, view, output.options(s, color)))
		},
	}
	output.addFormat(c)
	c.ValidArgsFunction = pages
	return c
}

func atMostOne(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return console.Usage("mtlsctl explain lists every topic and code", "explain takes one topic, code or rule, not %d", len(args))
	}
	return nil
}

// allRules is the word that lists the rules.
const allRules = "rules"

// page finds what an argument names.
func page(args []string) (format.View, error) {
	if len(args) == 0 {
		return render.Contents{Topics: topics.All(), Checks: project.Catalogue()}, nil
	}
	if strings.EqualFold(args[0], allRules) {
		return render.Book{Rules: rulebook.All()}, nil
	}
	if t, ok := topics.Find(args[0]); ok {
		return render.TopicPage(t), nil
	}
	if r, ok := rulebook.Find(args[0]); ok {
		return render.RulePage(r), nil
	}
	for _, c := range project.Catalogue() {
		if strings.EqualFold(c.Code, args[0]) || strings.EqualFold(c.Name, args[0]) {
			return render.CheckPage(c), nil
		}
	}
	return nil, noPage(args[0])
}

func noPage(word string) error {
	contents := render.Contents{Topics: topics.All(), Checks: project.Catalogue()}
	names, hint := append(contents.Names(), allRules), "mtlsctl explain lists every topic and code"
	if looksLikeRule(word) {
		names, hint = render.Book{Rules: rulebook.All()}.Names(), "mtlsctl explain rules lists every rule"
		word = strings.Trim(word, "()")
	}
	if near := spelling.Nearest(word, names); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return console.Usage(hint, "no page about %q", word)
}

// looksLikeRule reports a word that begins as the number of a rule does.
func looksLikeRule(word string) bool {
	word = strings.TrimPrefix(word, "(")
	return word != "" && '0' <= word[0] && word[0] <= '9'
}

// pages suggests what explain knows; the numbers of rules once a digit is there.
func pages(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return console.NoFiles(c, args, word)
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

// codes suggests the checks.
func codes(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list []cobra.Completion
	for _, c := range project.Catalogue() {
		list = append(list, cobra.CompletionWithDesc(c.Code, c.Title))
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
